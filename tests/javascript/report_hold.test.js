// After a click fields report only once its run has ended, after Send only once it is answered; then each reports its
// newest text, unless another draft is open.
import assert from "node:assert/strict"
import test, { beforeEach, mock } from "node:test"

import { document, Event } from "./browser_globals.js"

const { finishSend, holdForClick, holdForSend, isSendHeld, report } = await import("../../components/ui/compose/report_hold.js")

// The id of a draft.
const NEXT = "0b1c2d3e-0000-4000-8000-000000000000"

const app = document.body
let reported = []

// Streamlit's own attribute on its root element.
function setRunning(isRunning) {
  app.setAttribute("data-test-script-state", isRunning ? "running" : "notRunning")
}

function click() {
  app.dispatchEvent(new Event("click"))
  mock.timers.tick(0)
}

// Puts an element on the page; returns it.
function put(html) {
  const place = document.createElement("div")
  place.innerHTML = html
  app.append(place)
  return place.firstChild
}

function putSend(onClick) {
  const button = put(`<div class="st-key-send"><button>Send</button></div>`).firstChild
  button.addEventListener("click", onClick)
  return button
}

function press(element) {
  element.dispatchEvent(new Event("click", { bubbles: true, cancelable: true }))
}

function type(field, text) {
  report(field, () => reported.push(text))
}

beforeEach((context) => {
  app.replaceChildren()
  finishSend()
  setRunning(false)
  mock.timers.reset()
  mock.timers.enable({ apis: ["setTimeout"] })
  context.mock.method(performance, "now", () => now)
  now = 0
  reported = []
})

let now = 0
function pass(milliseconds) {
  for (const end = now + milliseconds; now < end;) {
    now += 5
    mock.timers.tick(5)
  }
}

test("a field reports at once, and after Send only with the answer, its newest text", () => {
  type("to", "a")
  assert.deepEqual(reported, ["a"])
  holdForSend()
  assert.ok(isSendHeld())
  type("to", "b")
  type("to", "c")
  type("subject", "d")
  assert.deepEqual(reported, ["a"])
  finishSend()
  assert.deepEqual(reported, ["a", "c", "d"])
  assert.ok(!isSendHeld())
})

test("a choice by a key holds them as a click does", () => {
  holdForClick()
  setRunning(true)
  type("to", "a")
  pass(100)
  assert.deepEqual(reported, [])
  setRunning(false)
  pass(50)
  assert.deepEqual(reported, ["a"])
})

test("fields whose draft has gone report nothing", () => {
  holdForSend()
  type("to", "a")
  finishSend(NEXT)
  finishSend()
  assert.deepEqual(reported, [])
})

test("fields of the next draft report what was typed before its answer", () => {
  const field = put(`<div class="st-key-subject-${NEXT}-1"><input></div>`).firstChild
  holdForSend()
  type("to", "of the former mail")
  type(field, "of the next one")
  finishSend(NEXT)
  assert.deepEqual(reported, ["of the next one"])
})

test("a click on Send comes after the reports that wait", () => {
  const button = putSend(() => reported.push("sent"))
  holdForSend()
  type("to", "a")
  press(button)
  assert.deepEqual(reported, [])
  finishSend()
  assert.deepEqual(reported, ["a", "sent"])
  finishSend()
  assert.deepEqual(reported, ["a", "sent"])
})

test("a click on Send with nothing to wait for is left alone", () => {
  const button = putSend(() => reported.push("sent"))
  holdForSend()
  press(button)
  assert.deepEqual(reported, ["sent"])
})

test("a click elsewhere, and a button that has gone, take the click on Send back", () => {
  const button = putSend(() => reported.push("sent"))
  holdForSend()
  type("to", "a")
  press(button)
  press(app)
  finishSend()
  pass(100)
  assert.deepEqual(reported, ["a"])
  holdForSend()
  type("to", "b")
  press(button)
  button.remove()
  finishSend()
  assert.deepEqual(reported, ["a", "b"])
})

test("without an answer the hold ends", () => {
  holdForSend()
  type("to", "a")
  pass(9990)
  assert.deepEqual(reported, [])
  pass(20)
  assert.deepEqual(reported, ["a"])
})

test("after a click a field reports once the run has ended", () => {
  click()
  type("to", "a")
  setRunning(true)
  pass(1000)
  assert.deepEqual(reported, [])
  setRunning(false)
  pass(50)
  assert.deepEqual(reported, ["a"])
})

test("a click that begins no run holds nothing up", () => {
  click()
  type("to", "a")
  assert.deepEqual(reported, [])
  pass(60)
  assert.deepEqual(reported, ["a"])
})

test("what a click itself makes a field report is not held", () => {
  app.addEventListener("click", () => type("link", "chosen"), { once: true })
  click()
  assert.deepEqual(reported, ["chosen"])
})

test("a run that does not end holds nothing up for good", () => {
  setRunning(true)
  click()
  type("to", "a")
  pass(10100)
  assert.deepEqual(reported, ["a"])
})

test("a click on Send waits for the answer, however soon its run ends", () => {
  click()
  holdForSend()
  type("to", "a")
  pass(500)
  assert.deepEqual(reported, [])
  finishSend()
  assert.deepEqual(reported, ["a"])
})
