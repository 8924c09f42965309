// The debounce, on a clock of the test.
import assert from "node:assert/strict"
import test, { afterEach, beforeEach } from "node:test"

import { debounce } from "../../components/ui/widgets/debounce.js"

const real = { performance: globalThis.performance, setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout }
let now = 0, timers = new Map()

// Lets `ms` milliseconds pass.
function pass(ms) {
  for (const end = now + ms; now < end;) {
    now += 1
    for (const [id, { at, action }] of [...timers]) if (at <= now && timers.delete(id)) action()
  }
}

beforeEach(() => {
  now = 0
  timers = new Map()
  let ids = 0
  Object.defineProperty(globalThis, "performance", { value: { now: () => now }, configurable: true, writable: true })
  globalThis.setTimeout = (action, ms) => timers.set(++ids, { at: now + ms, action }) && ids
  globalThis.clearTimeout = (id) => timers.delete(id)
})

afterEach(() => {
  Object.defineProperty(globalThis, "performance", { value: real.performance, configurable: true, writable: true })
  Object.assign(globalThis, { setTimeout: real.setTimeout, clearTimeout: real.clearTimeout })
})

function count() {
  const counter = { runs: 0 }
  return Object.assign(counter, debounce(() => (counter.runs += 1), 200, 600))
}

test("it waits for a pause, and runs once", () => {
  const counter = count()
  counter.call()
  pass(150)
  counter.call()
  pass(199)
  assert.equal(counter.runs, 0)
  pass(1)
  assert.equal(counter.runs, 1)
  pass(1000)
  assert.equal(counter.runs, 1)
})

test("calls without a pause are answered at the latest after the longest wait", () => {
  const counter = count()
  for (let i = 0; i < 12; i += 1) {
    counter.call()
    pass(50)
  }
  assert.equal(counter.runs, 1)
})

test("flush runs a delayed action at once, and nothing where none is delayed", () => {
  const counter = count()
  counter.flush()
  assert.equal(counter.runs, 0)
  counter.call()
  counter.flush()
  pass(1000)
  assert.equal(counter.runs, 1)
})

test("cancel drops a delayed action", () => {
  const counter = count()
  counter.call()
  counter.cancel()
  pass(1000)
  assert.equal(counter.runs, 0)
})
