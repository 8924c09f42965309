// The field "Link": what it reports, and when it follows Python.
import assert from "node:assert/strict"
import test from "node:test"

import { document, Event } from "./browser_globals.js"
import mountLinkField from "../../components/ui/compose/link_field/link_field.js"

const HTML = `<div class="links"><div class="field"><div class="row"><label for="link">Link</label><ul class="chips"></ul></div></div>
<div class="notes"></div><div class="live"></div></div>`
const ANNA = { kind: "contact", id: "c-1", name: "Anna", note: "Havel AG" }
const SALE = { kind: "deal", id: "d-1", name: "Sale", note: "" }
const offer = ({ kind, id, name }) => ({ kind, id, known: name, name: name || id, note: kind })

// Mounts the field on the page; `answer` runs Python's answer through it.
function mountField() {
  const parentElement = document.createElement("div")
  parentElement.innerHTML = HTML
  document.body.replaceChildren(parentElement)
  const reports = []
  const report = (name, value) => reports.push([name, value])
  function answer({ links = [], typed = "", offers = [], searches = false, answered = 0, note = "" }) {
    const data = { links, found: { typed, offers, searches }, answered, note }
    mountLinkField({ parentElement, data, setStateValue: report, setTriggerValue: report })
  }
  answer({})
  const input = parentElement.querySelector("input")
  return {
    answer,
    input,
    chips: () => [...parentElement.querySelectorAll(".chip")].map((chip) => chip.dataset.id),
    options: () => [...parentElement.querySelectorAll("[role=option]")].map((option) => option.textContent),
    note: () => parentElement.querySelector(".notes").textContent,
    take: (name) => reports.filter(([reported]) => reported === name).map(([, value]) => value),
    remove: (id) => parentElement.querySelector(`[data-id=${id}] button`).click(),
    press: (key) => input.dispatchEvent(Object.assign(new Event("keydown", { cancelable: true }), { key })),
    type(text) {
      input.focus()
      input.value = text
      input.dispatchEvent(new Event("input"))
    },
  }
}

test("an offer is linked by Enter, shown at once, and kept until Python has answered", () => {
  const field = mountField()
  field.type("ann")
  field.answer({ typed: "ann", offers: [offer(ANNA)] })
  assert.deepEqual(field.options(), ["Anna contact"])
  field.press("Enter")
  assert.deepEqual(field.take("choice"), [{ turn: 1, changes: { contact_id: "c-1" } }])
  assert.deepEqual(field.chips(), ["c-1"])
  assert.equal(field.input.value, "")
  field.answer({ links: [] })
  assert.deepEqual(field.chips(), ["c-1"])
  field.answer({ links: [], answered: 1 })
  assert.deepEqual(field.chips(), [])
})

test("choices that Python has not answered are reported together", () => {
  const field = mountField()
  field.answer({ links: [ANNA, SALE] })
  field.remove("c-1")
  field.remove("d-1")
  const [first, second] = field.take("choice")
  assert.deepEqual(first, { turn: 1, changes: { contact_id: "" } })
  assert.deepEqual(second, { turn: 2, changes: { contact_id: "", deal_id: "" } })
  field.answer({ links: [ANNA], answered: 2 })
  assert.deepEqual(field.chips(), ["c-1"])
  field.remove("c-1")
  assert.deepEqual(field.take("choice")[2], { turn: 3, changes: { contact_id: "" } })
})

test("what Python links is followed, the contact before the deal", () => {
  const field = mountField()
  field.answer({ links: [SALE, ANNA] })
  assert.deepEqual(field.chips(), ["c-1", "d-1"])
  field.answer({ links: [SALE] })
  assert.deepEqual(field.chips(), ["d-1"])
})

test("Enter before the answer takes the only offer, but makes no search unseen", () => {
  const field = mountField()
  field.type("ann")
  field.press("Enter")
  field.answer({ typed: "ann", offers: [offer(ANNA)] })
  assert.deepEqual(field.chips(), ["c-1"])
  field.type("bob")
  field.press("Enter")
  field.answer({ typed: "bob", searches: true, links: [ANNA], answered: 1 })
  assert.deepEqual(field.take("search"), [])
  field.press("Enter")
  assert.deepEqual(field.take("search"), ["bob"])
})

test("several offers wait for a choice", () => {
  const field = mountField()
  field.type("x-1")
  field.press("Enter")
  const offers = [offer({ kind: "contact", id: "x-1", name: "" }), offer({ kind: "deal", id: "x-1", name: "" })]
  field.answer({ typed: "x-1", offers })
  assert.deepEqual(field.chips(), [])
  field.press("ArrowDown")
  field.press("Enter")
  assert.deepEqual(field.take("choice"), [{ turn: 1, changes: { deal_id: "x-1" } }])
})

test("leaving the field takes an id, and says of a name that it links nothing", () => {
  const field = mountField()
  field.type("https://leadlex.example/contacts/c-1")
  field.answer({ typed: field.input.value, offers: [offer(ANNA)] })
  field.input.blur()
  assert.deepEqual(field.chips(), ["c-1"])
  field.type("sal")
  field.answer({ typed: "sal", offers: [offer(SALE)], links: [ANNA], answered: 1 })
  field.input.blur()
  assert.deepEqual(field.chips(), ["c-1"])
  assert.match(field.note(), /Not linked yet/)
  field.type("")
  assert.equal(field.note(), "")
})
