// The life of a component's widget.
import assert from "node:assert/strict"
import test from "node:test"

import { document } from "./browser_globals.js"
import { mount } from "../../components/ui/widgets/mount.js"

const nextTask = () => new Promise((resolve) => setTimeout(resolve))

function makeComponent() {
  const calls = []
  const component = { parentElement: document.body.appendChild(document.createElement("div")) }
  const call = () => mount(component, () => ({ update: () => calls.push("update"), end: () => calls.push("end") }))
  return { call, calls, parentElement: component.parentElement }
}

test("a widget is created once, updated by every call, and ends when its element has left the page", async () => {
  const { call, calls, parentElement } = makeComponent()
  call()
  const cleanup = call()
  cleanup()
  parentElement.remove()
  await nextTask()
  assert.deepEqual(calls, ["update", "update", "end"])
})

test("the cleanup of an overtaken call ends nothing", async () => {
  const { call, calls } = makeComponent()
  call()()
  await nextTask()
  call()
  assert.deepEqual(calls, ["update", "update"])
})

test("a widget ends once, however many calls were overtaken", async () => {
  const { call, calls, parentElement } = makeComponent()
  const cleanups = [call(), call()]
  parentElement.remove()
  for (const cleanup of cleanups) cleanup()
  await nextTask()
  assert.deepEqual(calls, ["update", "update", "end"])
})

test("HTML that waited for the module is shown", () => {
  const { call, parentElement } = makeComponent()
  const area = parentElement.appendChild(document.createElement("textarea"))
  area.setAttribute("data-loading", "")
  call()
  assert.equal(area.hasAttribute("data-loading"), false)
})
