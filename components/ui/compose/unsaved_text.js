// What is typed into the fields of the open draft, kept in the journal at once: no pause, no answer, no reload and no
// crash of the server comes before it.
import { findField } from "./draft_field.js"
import { Journal } from "./journal.js"
import { finishSend, isSendHeld } from "./report_hold.js"
import { TypedFields } from "./typed_fields.js"

export const journal = new Journal(() => window.sessionStorage)
const fields = new TypedFields()

// The fields that are one native input. What holds its text in another way calls `keepText()`.
const NATIVE = ["subject", "reply_to", "plain_text", "thread_id"]

const changes = new EventTarget()
// What newly typed texts begin from, by draft: the fields of a draft stay on the page a moment longer than the draft.
const bases = new Map()
// What was typed into a draft between Send and its answer, by draft.
const late = new Map()
let base = null, isOwn = false, isRestoring = false

// Takes what lies in the journal for this window's own.
export function adopt() {
  isOwn = true
}

export function isOwnWindow() {
  return isOwn
}

// Whether texts of a workspace wait for somebody to connect to it.
export function isWaiting() {
  return isOwn && base?.scope === "" && journal.list().some(({ opening, scope }) => scope && opening !== base.opening)
}

// Processes what Python has saved (the data of `compose/journal.py`): drops it from the journal, and has newly typed texts
// begin from it.
export function acknowledge(answer) {
  if (base !== null && answer.sends !== base.sends) takeAnswer(answer)
  journal.drop(answer.settled)
  journal.acknowledge(answer, { ...answer, isRefilled: base !== null && base.revision !== answer.revision })
  base = answer
  bases.set(answer.draft, answer)
  fields.acknowledge(answer)
  // Text may have been typed into new fields before the journal knew their opening.
  const { unacknowledged } = fields
  if (Object.keys(unacknowledged).length) journal.record(answer, unacknowledged)
}

// Python has answered Send. If the mail went, another draft is open, and what was typed into the fields of the old one
// since is kept as an opening of its own: it was neither sent nor saved.
function takeAnswer(answer) {
  for (const [draft, texts] of late) {
    if (draft !== answer.draft && bases.has(draft)) journal.record({ ...bases.get(draft), opening: makeOpening() }, texts)
  }
  late.clear()
  finishSend(answer.draft)
}

// Texts of earlier openings have been handed to Python, or its answer is there.
export function setRestoring(value) {
  isRestoring = value
}

// Whether Python has everything that was typed: what it does not have would be lost with the page.
export function isAcknowledged() {
  return !isRestoring && !Object.keys(fields.unacknowledged).length
}

// Keeps the texts, by field, of a component in `element`.
export function keepText(element, texts) {
  keep(findField(element), texts)
}

// Keeps the text of every native field that gets input, for as long as the page lasts.
export function keepInput() {
  document.addEventListener("input", (event) => {
    const [input] = event.composedPath(), field = findField(input)
    if (field && NATIVE.includes(field.name) && typeof input.value === "string") keep(field, { [field.name]: input.value })
  }, { capture: true })
}

// Calls `listener` whenever the journal has changed, until the signal aborts.
export function onJournalChange(listener, signal) {
  changes.addEventListener("change", listener, { signal })
}

export function notifyJournalChange() {
  changes.dispatchEvent(new Event("change"))
}

function keep(field, texts) {
  if (!field) return
  for (const [name, text] of Object.entries(texts)) fields.type(name, field, text)
  if (isSendHeld()) late.set(field.draft, { ...late.get(field.draft), ...texts })
  if (bases.has(field.draft)) journal.record(bases.get(field.draft), texts)
  notifyJournalChange()
}

// A random UUID; `crypto.randomUUID` is missing on plain http from another computer.
function makeOpening() {
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("")
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5")
}
