// The journal of unsaved text, on a storage of the test; and the claim of a window to its own.
import assert from "node:assert/strict"
import test from "node:test"

import { checksum, Journal } from "../../components/ui/compose/journal.js"
import { claimWindow } from "../../components/ui/compose/window_claim.js"

const BASE = { draft: "d1", opening: "o1", scope: "s", version: 3 }

// A storage as the browser's: its items are its own keys.
class FakeStorage {
  constructor(items = {}, room = Infinity) {
    Object.assign(this, items)
    Object.defineProperty(this, "room", { value: room, writable: true })
  }
  getItem(key) {
    return Object.hasOwn(this, key) ? this[key] : null
  }
  setItem(key, value) {
    if (value.length > this.room) throw Object.assign(new Error("full"), { name: "QuotaExceededError" })
    this[key] = value
  }
  removeItem(key) {
    delete this[key]
  }
}

function makeJournal(room) {
  const storage = new FakeStorage({}, room)
  return { storage, journal: new Journal(() => storage) }
}

const say = (texts, saved = true) => {
  const checksums = Object.fromEntries(Object.entries(texts).map(([field, text]) => [field, checksum(text)]))
  return { checksums, saved, isRefilled: false }
}

test("checksums are those of zlib.crc32 over UTF-16", () => {
  assert.equal(checksum(""), 0)
  assert.equal(checksum("Grüße 👋"), 1496621647)
})

test("a text is kept until that very text is saved", () => {
  const { storage, journal } = makeJournal()
  journal.record(BASE, { subject: "Hel" })
  journal.record(BASE, { subject: "Hello", markdown: "Dear" })
  assert.deepEqual(journal.list(), [{ ...BASE, texts: { subject: "Hello", markdown: "Dear" } }])
  journal.acknowledge(BASE, say({ subject: "Hel", markdown: "Dear" }, false))
  assert.deepEqual(journal.list()[0].texts, { subject: "Hello", markdown: "Dear" }, "Python has it, the store does not")
  journal.acknowledge({ ...BASE, version: 4 }, say({ subject: "Hel", markdown: "Dear" }))
  assert.deepEqual(journal.list(), [{ ...BASE, version: 4, texts: { subject: "Hello" } }], "it begins from what is saved")
  journal.acknowledge({ ...BASE, version: 5 }, say({ subject: "Hello", markdown: "Dear" }))
  assert.deepEqual(Object.keys(storage), [])
})

test("what Python has replaced is dropped, and what another opening left is not", () => {
  const { journal } = makeJournal()
  journal.record(BASE, { subject: "Old", markdown: "Unsaved" })
  journal.record({ ...BASE, opening: "o2" }, { subject: "Other" })
  journal.acknowledge(BASE, { ...say({ subject: "New", markdown: "Unsaved" }, false), isRefilled: true })
  assert.deepEqual(journal.list().map(({ texts }) => texts), [{ markdown: "Unsaved" }, { subject: "Other" }])
  journal.drop(["o1"])
  assert.deepEqual(journal.list().map(({ opening }) => opening), ["o2"])
  journal.clear("o2")
  assert.equal(journal.list().length, 1)
  journal.clear()
  assert.equal(journal.list().length, 0)
})

test("a full or forbidden storage is named, and stops nobody", () => {
  const { journal, storage } = makeJournal(30)
  journal.record(BASE, { subject: "Short" })
  assert.equal(journal.fault, "")
  journal.record(BASE, { subject: "x".repeat(31) })
  assert.equal(journal.fault, "full")
  storage.room = Infinity
  journal.record(BASE, { subject: "x".repeat(31) })
  assert.equal(journal.fault, "")
  const forbidden = new Journal(() => {
    throw Object.assign(new Error("denied"), { name: "SecurityError" })
  })
  forbidden.record(BASE, { subject: "Hello" })
  forbidden.acknowledge(BASE, say({}))
  forbidden.drop(["o1"])
  assert.deepEqual([forbidden.fault, forbidden.list()], ["forbidden", []])
})

test("what others put into the storage is left alone", () => {
  const storage = new FakeStorage({ theirs: "1", "composer-journal/d1/o9": "{broken", "composer-journal/d1/o9/subject": "x" })
  const journal = new Journal(() => storage)
  assert.deepEqual(journal.list(), [])
  journal.clear()
  assert.deepEqual(Object.keys(storage), ["theirs"])
})

// Locks as the browser's: each is held until its window is closed.
function makeLocks() {
  const held = new Set()
  const open = () => ({
    names: [],
    request(name, { signal }, action) {
      if (!held.has(name)) {
        held.add(name)
        this.names.push(name)
        return action()
      }
      return new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("timeout"))))
    },
    close() {
      for (const name of this.names) held.delete(name)
    },
  })
  return open
}

test("a duplicate of an open window is told from it, and from a reload", async (context) => {
  // Node does not wait for AbortSignal.timeout() alone.
  const alive = setInterval(() => {}, 1000)
  context.after(() => clearInterval(alive))
  const open = makeLocks(), first = open(), storage = new FakeStorage()
  assert.equal(await claimWindow(storage, first, {}, 20), true)
  const copy = new FakeStorage(storage)
  assert.equal(await claimWindow(copy, open(), {}, 20), false)
  assert.notDeepEqual(copy, storage, "the duplicate is a window of its own from now on")
  first.close()
  assert.equal(await claimWindow(storage, open(), {}, 20), true)
})

test("without locks the name of the window tells it", async () => {
  const storage = new FakeStorage(), named = { name: "" }
  assert.equal(await claimWindow(storage, undefined, named), true)
  assert.equal(await claimWindow(storage, undefined, named), true)
  assert.equal(await claimWindow(new FakeStorage(storage), undefined, { name: "" }), false)
})
