// The session cookie: when the page asks for it, reports its use, gives it back, and tells the other tabs.
import assert from "node:assert/strict"
import test, { beforeEach } from "node:test"

import { document, Event } from "./browser_globals.js"
import { createSessionCookie } from "../../components/ui/widgets/session_cookie.js"

const MINUTE = 60_000

// What a browser's tabs store; a new one for each test.
let stored = new Map()
globalThis.localStorage = { getItem: (key) => stored.get(key) ?? null, setItem: (key, value) => stored.set(key, value) }
beforeEach(() => { stored = new Map() })

function openTab(t, answer = async () => {}) {
  const requests = [], triggers = []
  globalThis.fetch = (path, { method, headers }) => {
    requests.push([method, path, headers.ticket].filter(Boolean).join(" "))
    return answer()
  }
  const setTriggerValue = (name) => triggers.push(name)
  const call = (ticket, connected, ended = "") => ({
    data: { path: "/mail/session", header: "ticket", ticket, connected, ended }, setTriggerValue,
  })
  const widget = createSessionCookie(call("", false))
  t.after(() => widget.end())
  return { requests, triggers, update: (...data) => widget.update(call(...data)) }
}

// Messages between tabs take as long as the machine is busy.
const settle = () => new Promise((resolve) => setTimeout(resolve, 200))

test("a ticket is redeemed once, and the cookie given back when the connection ends", async (t) => {
  const { requests, update } = openTab(t)
  update("", false)
  update("first", true)
  update("first", true)
  update("", true)
  update("", false)
  update("second", true)
  await settle()
  assert.deepEqual(requests, ["POST /mail/session first", "DELETE /mail/session", "POST /mail/session second"])
})

test("use is reported every five minutes, and only while connected", async (t) => {
  let now = 0
  t.mock.method(performance, "now", () => now)
  const { requests, update } = openTab(t)
  const use = async (minutes) => {
    now = minutes * MINUTE
    document.dispatchEvent(new Event("keydown"))
    await settle()
    return requests.length
  }
  assert.equal(await use(6), 0)
  update("", true)
  assert.deepEqual([await use(6), await use(7), await use(10), await use(11), await use(60)], [1, 1, 1, 2, 3])
  assert.deepEqual([...new Set(requests)], ["PUT /mail/session"])
})

test("the other connected tabs run again, once a request has been answered", async (t) => {
  const offline = openTab(t, () => Promise.reject(new Error("offline")))
  offline.update("lost", true)
  await settle()
  // The other pages are opened after that.
  stored.clear()
  const other = openTab(t), stranger = openTab(t), tab = openTab(t)
  other.update("", true)
  tab.update("ticket", true)
  await settle()
  assert.deepEqual([tab, other, stranger].map((each) => each.triggers), [[], ["over"], []])
  tab.update("", false)
  await settle()
  assert.deepEqual([tab, other, stranger].map((each) => each.triggers), [[], ["over", "over"], []])
})

test("the other tabs learn of the end although the request for it fails", async (t) => {
  const other = openTab(t), tab = openTab(t, () => Promise.reject(new Error("offline")))
  tab.update("", true)
  other.update("", true)
  tab.update("", false)
  await settle()
  assert.deepEqual(other.triggers, ["over"])
})

test("a connection that ended before the page knew of it is given back too, once", async (t) => {
  const { requests, update } = openTab(t)
  update("", false, "ended")
  update("", false, "ended")
  update("", true, "ended")
  await settle()
  assert.deepEqual(requests, ["DELETE /mail/session"])
})

test("a tab that was loading while the connection ended runs again, once", async (t) => {
  const tab = openTab(t)
  tab.update("", true)
  tab.update("", false)
  await settle()
  const late = openTab(t), stranger = openTab(t)
  late.update("", true)
  late.update("", true)
  stranger.update("", false)
  stranger.update("", true)
  assert.deepEqual([late, stranger].map((each) => each.triggers), [["over"], []])
})
