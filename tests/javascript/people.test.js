// Whom a recipients field suggests: people written to before and contacts, everybody once.
import assert from "node:assert/strict"
import test from "node:test"

import { suggest } from "../../components/ui/compose/recipients/people.js"

const WRITTEN = [
  { name: "Anna Berg", note: "anna@corp.io", key: "anna@corp.io", text: "Anna Berg <anna@corp.io>" },
  { name: "", note: "annual@corp.io", key: "annual@corp.io", text: "annual@corp.io" },
]
const ANNA = { name: "Anna Berg", note: "Corp · CEO · anna@corp.io", key: "anna@corp.io", text: "Anna Berg <anna@corp.io>", contact: "c-1" }
const ANNE = { name: "Anne Mueller", note: "Havel AG · anne@havel.example", key: "anne@havel.example", text: "Anne Mueller <anne@havel.example>", contact: "c-2" }
const HANS = { name: "Hans Müller", note: "Havel AG · hans@havel.example", key: "hans@havel.example", text: "Hans Müller <hans@havel.example>", contact: "c-3" }
const nobody = () => false

test("people written to come first, and a contact stands in the place of the same person", () => {
  const found = { typed: "ann", people: [ANNE, ANNA] }
  assert.deepEqual(suggest(WRITTEN, found, "ann ", nobody), [ANNA, WRITTEN[1], ANNE])
})

test("Python may find what the browser would not", () => {
  const found = { typed: "mueller", people: [ANNE, HANS] }
  assert.deepEqual(suggest(WRITTEN, found, "mueller", nobody), [ANNE, HANS])
})

test("the answer to another text stays as far as it still matches", () => {
  const found = { typed: "ann", people: [ANNA, ANNE] }
  assert.deepEqual(suggest(WRITTEN, found, "anne", nobody), [ANNE])
  assert.deepEqual(suggest(WRITTEN, found, "hans", nobody), [])
})

test("two contacts with one address are both there; recipients of the mail are not", () => {
  const twin = { ...ANNA, name: "Anna Stein", contact: "c-4" }
  const found = { typed: "ann", people: [ANNA, twin, ANNE] }
  assert.deepEqual(suggest(WRITTEN, found, "ann", nobody), [ANNA, twin, WRITTEN[1], ANNE])
  const present = new Set(["anna@corp.io"])
  assert.deepEqual(suggest(WRITTEN, found, "ann", ({ key }) => present.has(key)), [WRITTEN[1], ANNE])
})

test("no more are suggested than fit", () => {
  const many = Array.from({ length: 9 }, (_, i) => ({ ...HANS, key: `${i}`, contact: `${i}` }))
  assert.equal(suggest(WRITTEN, { typed: "h", people: many.slice(0, 8) }, "h", nobody).length, 8)
  assert.equal(suggest(many, { typed: "", people: [] }, "hans", nobody).length, 6)
})
