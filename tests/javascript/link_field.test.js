// The field "Link": what it reports, and when it follows Python.
import assert from "node:assert/strict"
import test, { mock } from "node:test"

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
  function answer({ links = [], typed = "", offers = [], searches = false, answered = 0, note = "", card = [] }) {
    const data = { links, card, found: { typed, offers, searches }, answered, note }
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
    chip: (id) => parentElement.querySelector(`[data-id=${id}]`),
    card: () => parentElement.querySelector(".card"),
    reports,
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

test("a longer list keeps the offer highlighted that a person has moved to", () => {
  const field = mountField()
  field.type("a")
  field.answer({ typed: "a", offers: [offer(ANNA), offer(SALE)] })
  field.press("ArrowDown")
  field.answer({ typed: "a", offers: [offer({ ...ANNA, id: "c-2" }), offer(ANNA), offer(SALE)] })
  field.press("Enter")
  assert.deepEqual(field.take("choice"), [{ turn: 1, changes: { deal_id: "d-1" } }])
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

const CARD = [["Company", ["Havel AG"]], ["Open deals", ["Sale", "<b>Lease</b>"]]]
const enter = (element, type = "mouse") => element.dispatchEvent(Object.assign(new Event("pointerenter"), { pointerType: type }))
const leave = (element) => element.dispatchEvent(new Event("pointerleave"))
const pressKey = (key) => document.dispatchEvent(Object.assign(new Event("keydown", { bubbles: true }), { key }))

// Runs a test with a field that has a contact's chip and card, in simulated time.
function withCard(run) {
  mock.timers.enable({ apis: ["setTimeout"] })
  try {
    const field = mountField()
    field.answer({ links: [ANNA, SALE], card: CARD })
    run(field, (time) => mock.timers.tick(time))
  } finally {
    mock.timers.reset()
  }
}

test("the pointer opens the card after a rest, may go onto it, and closes it by leaving; nothing is reported", () => {
  withCard((field, pass) => {
    const chip = field.chip("c-1")
    enter(chip)
    pass(100)
    leave(chip)
    pass(1000)
    assert.ok(field.card().hidden)
    enter(chip)
    pass(400)
    assert.ok(!field.card().hidden)
    assert.equal(field.card().textContent, "AnnaCompanyHavel AGOpen dealsSale<b>Lease</b>")
    leave(chip)
    enter(field.card())
    pass(1000)
    assert.ok(!field.card().hidden)
    leave(field.card())
    pass(1000)
    assert.ok(field.card().hidden)
    enter(chip, "touch")
    pass(1000)
    assert.ok(field.card().hidden)
    assert.deepEqual(field.reports, [])
  })
})

test("the focus opens the card at once and keeps it open; Escape and typing close it", () => {
  withCard((field, pass) => {
    const cross = field.chip("c-1").querySelector("button")
    assert.equal(cross.getAttribute("aria-describedby"), field.card().id)
    cross.focus()
    assert.ok(!field.card().hidden)
    enter(field.chip("c-1"))
    leave(field.chip("c-1"))
    pass(1000)
    assert.ok(!field.card().hidden)
    pressKey("Escape")
    assert.ok(field.card().hidden)
    assert.equal(document.activeElement, cross)
    enter(field.chip("c-1"))
    pass(400)
    assert.ok(!field.card().hidden)
    pressKey("Tab")
    assert.ok(!field.card().hidden)
    pressKey("x")
    assert.ok(field.card().hidden)
  })
})

test("no card without facts, over a deal, over suggestions, or over a contact that Python does not know yet", () => {
  withCard((field, pass) => {
    const isShown = (chip) => {
      enter(chip)
      pass(400)
      const { hidden } = field.card()
      leave(chip)
      pass(1000)
      return !hidden
    }
    assert.ok(isShown(field.chip("c-1")))
    assert.ok(!isShown(field.chip("d-1")))
    field.type("ann")
    assert.ok(!isShown(field.chip("c-1")))
    field.answer({ links: [ANNA, SALE], card: CARD, typed: "bob", offers: [offer({ ...ANNA, id: "c-2", name: "Bob" })] })
    field.type("bob")
    field.press("Enter")
    assert.deepEqual(field.chips(), ["c-2", "d-1"])
    assert.ok(!isShown(field.chip("c-2")))
    field.answer({ links: [ANNA], answered: 1 })
    assert.ok(!isShown(field.chip("c-1")))
  })
})

test("the card goes with its chip, and follows what Python tells", () => {
  withCard((field, pass) => {
    enter(field.chip("c-1"))
    pass(400)
    field.answer({ links: [ANNA, SALE], card: [["Title", ["General Counsel"]]] })
    assert.equal(field.card().textContent, "AnnaTitleGeneral Counsel")
    assert.ok(!field.card().hidden)
    field.answer({ links: [SALE], card: [] })
    assert.ok(field.card().hidden)
  })
})
