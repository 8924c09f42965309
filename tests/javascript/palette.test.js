// What the palette offers, and the keys of every page.
import assert from "node:assert/strict"
import test from "node:test"

import { document } from "./browser_globals.js"
import { findPlace, listEntries } from "../../components/ui/palette/entries.js"
import { KEYS } from "../../components/ui/palette/keys.js"
import { listenForShortcuts } from "../../components/ui/palette/shortcuts.js"

const entry = (kind, value, name, note = "") => ({ kind, value, name, note })
const OFFER = entry("mail", "7", "Our offer", "Jane · 14:05")
const DATA = {
  commands: [entry("new", "", "New mail", "c"), entry("page", "outbox.py", "Go to Outbox", "g o")],
  searches: true,
  people: [entry("person", "jane@corp.io", "Jane Öztürk", "jane@corp.io")],
  found: { typed: "off", mails: [OFFER] },
}
const names = (typed, data = DATA) => listEntries(data, typed).map((each) => each.name)

test("without a text the commands are offered", () => {
  assert.deepEqual(names("  "), ["New mail", "Go to Outbox"])
})

test("words find commands and people, and the history is searched for the rest", () => {
  assert.deepEqual(names("out"), ["Go to Outbox", "Find “out” in History"])
  assert.deepEqual(names("ozt"), ["Jane Öztürk", "Find “ozt” in History"])
  assert.deepEqual(names("jane@"), ["Jane Öztürk", "Find “jane@” in History"])
})

test("without a connection nothing is searched", () => {
  assert.deepEqual(names("zebra", { ...DATA, searches: false, people: [], found: { typed: "", mails: [] } }), [])
})

test("mails stand last, as found, and earlier ones as long as they match", () => {
  assert.deepEqual(names("off"), ["Find “off” in History", "Our offer"])
  assert.deepEqual(names("offe"), ["Find “offe” in History", "Our offer"])
  assert.deepEqual(names("offx"), ["Find “offx” in History"])
  assert.deepEqual(names("1000", { ...DATA, found: { typed: "1000", mails: [OFFER] } }).at(-1), "Our offer")
})

test("what was highlighted stays so when entries come or go", () => {
  const entries = listEntries(DATA, "off")
  assert.equal(findPlace(entries, undefined), 0)
  assert.equal(findPlace(entries, OFFER), 1)
  assert.equal(findPlace(entries, entry("search", "of", "Find “of” in History")), 0)
  assert.equal(findPlace(entries, entry("person", "gone@corp.io", "Gone")), 0)
})

test("the help lists every key once", () => {
  const pressed = KEYS.flatMap(({ group, keys }) => keys.map(({ press, note }) => `${group} ${press} ${note}`))
  assert.equal(new Set(pressed).size, pressed.length)
})

function setUp(isBusy = false) {
  const done = [], listeners = new AbortController()
  document.body.innerHTML =
    '<div class="st-key-new-mail"><button></button></div><div class="st-key-pages"><a href=""></a>' +
    '<a href="outbox"></a><a href="/mail/history"></a></div><input><p></p>'
  document.body.onclick = (event) => done.push(event.target.getAttribute("href") ?? "new mail")
  listenForShortcuts({ "?": () => done.push("help") }, () => done.push("palette") > 0, () => isBusy, listeners.signal)
  const press = (key, target = "p", more = {}) => {
    const event = new document.defaultView.KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, composed: true, ...more })
    document.querySelector(target).dispatchEvent(event)
    return event
  }
  return { done, press, end: () => listeners.abort() }
}

test("letters lead to the pages while nobody types", () => {
  const { done, press, end } = setUp()
  for (const key of ["c", "g", "o", "g", "c", "g", "x", "h", "?"]) press(key)
  press("c", "input")
  end()
  assert.deepEqual(done, ["new mail", "outbox", "", "help"])
})

test("Ctrl+K opens the palette, also from a field, unless the text took it", () => {
  const { done, press, end } = setUp()
  assert.equal(press("k", "input", { ctrlKey: true }).defaultPrevented, true)
  document.querySelector("p").addEventListener("keydown", (event) => event.preventDefault())
  press("k", "p", { ctrlKey: true })
  end()
  assert.deepEqual(done, ["palette"])
})

test("below an open overlay letters do nothing", () => {
  const { done, press, end } = setUp(true)
  for (const key of ["c", "?"]) press(key)
  end()
  assert.deepEqual(done, [])
})
