// The way back after a sign-in, and the word to the other tabs once nobody is signed in.
import assert from "node:assert/strict"
import test from "node:test"

import "./browser_globals.js"
import { createSignIn } from "../../components/ui/sign_in/sign_in.js"

function openTab(t, address, kept = new Map()) {
  const replaced = [], said = [], triggers = []
  globalThis.location = Object.assign(new URL(address), { replace: (to) => replaced.push(String(to)) })
  globalThis.sessionStorage = {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
    removeItem: (key) => kept.delete(key),
  }
  globalThis.localStorage = { isSet: false, setItem() { this.isSet = true } }
  const tabs = new BroadcastChannel("session /mail/session")
  tabs.onmessage = ({ data }) => said.push(data)
  const data = { path: "/mail/session", admitted: false, leaving: false }
  const setTriggerValue = (name) => triggers.push([name, globalThis.localStorage.isSet])
  const widget = createSignIn({ data })
  t.after(() => (widget.end(), tabs.close()))
  const update = (admitted, leaving = false) => widget.update({ data: { ...data, admitted, leaving }, setTriggerValue })
  return { kept, replaced, said, triggers, update }
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 20))
// Messages between tabs take as long as the machine is busy.
const until = async (isDone) => {
  for (let turn = 0; turn < 250 && !isDone(); turn += 1) await pause()
}

test("the address of before is opened once, in the tab that asked for it", (t) => {
  const { kept, update } = openTab(t, "https://mail.test/history?q=a")
  update(false)
  const back = openTab(t, "https://mail.test/", kept)
  back.update(true)
  back.update(true)
  assert.deepEqual(back.replaced, ["https://mail.test/history?q=a"])
  const again = openTab(t, "https://mail.test/", kept)
  again.update(true)
  assert.deepEqual(again.replaced, [])
})

test("an address that is open already is not loaded again, nor is one of another site", (t) => {
  for (const address of ["/", "https://evil.test/", "//evil.test/x", "javascript:alert(1)"]) {
    const { replaced, update } = openTab(t, "https://mail.test/", new Map([["composer-return", address]]))
    update(true)
    assert.deepEqual(replaced, [])
  }
})

test("the other tabs learn that nobody is signed in", async (t) => {
  const { said, update } = openTab(t, "https://mail.test/")
  update(false)
  update(false)
  await until(() => said.length)
  await pause()
  assert.deepEqual(said, ["changed"])
})

test("a page that signs out leaves once, after it has told the other tabs", (t) => {
  const { triggers, update } = openTab(t, "https://mail.test/")
  update(false, true)
  update(false, true)
  assert.deepEqual(triggers, [["told", true]])
})
