// What Python has heard of the texts in the fields.
import assert from "node:assert/strict"
import test from "node:test"

import { checksum } from "../../components/ui/compose/journal.js"
import { TypedFields } from "../../components/ui/compose/typed_fields.js"

const say = (revision, texts, draft = "d1") => {
  const checksums = Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, checksum(text)]))
  return { draft, revision, checksums }
}

test("a text is unacknowledged until Python says that very text", () => {
  const fields = new TypedFields(), field = { draft: "d1", revision: 1 }
  fields.type("subject", field, "Hel")
  assert.deepEqual(fields.unacknowledged, { subject: "Hel" }, "Python has said nothing at all")
  fields.acknowledge(say(1, { subject: "", markdown: "" }))
  fields.type("subject", field, "Hello")
  fields.acknowledge(say(1, { subject: "Hel", markdown: "" }))
  assert.deepEqual(fields.unacknowledged, { subject: "Hello" })
  fields.acknowledge(say(1, { subject: "Hello", markdown: "" }))
  assert.deepEqual(fields.unacknowledged, {})
  fields.type("subject", field, "Hell")
  fields.type("subject", field, "Hello")
  assert.deepEqual(fields.unacknowledged, {}, "a change that was taken back")
})

test("what was typed into fields that Python has replaced is forgotten", () => {
  const fields = new TypedFields()
  fields.type("markdown", { draft: "d1", revision: 1 }, "Mine")
  fields.type("subject", { draft: "d0", revision: 9 }, "Of another draft")
  fields.acknowledge(say(2, { subject: "New", markdown: "Theirs" }))
  assert.deepEqual(fields.unacknowledged, {})
})

test("what was typed into new fields before Python speaks of them is kept", () => {
  const fields = new TypedFields()
  fields.acknowledge(say(1, { markdown: "Mine" }))
  fields.type("markdown", { draft: "d1", revision: 2 }, "Theirs and mine")
  assert.deepEqual(fields.unacknowledged, { markdown: "Theirs and mine" })
  fields.acknowledge(say(2, { markdown: "Theirs" }))
  assert.deepEqual(fields.unacknowledged, { markdown: "Theirs and mine" })
  fields.type("markdown", { draft: "d2", revision: 3 }, "")
  assert.deepEqual(fields.unacknowledged, { markdown: "" })
  fields.acknowledge(say(3, { markdown: "" }, "d2"))
  assert.deepEqual(fields.unacknowledged, {})
})
