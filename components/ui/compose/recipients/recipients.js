// The fields To, Cc and Bcc together. The browser owns their texts: an answer of the server never changes one.
import { Field } from "./field.js"
import { split } from "./split.js"
import { report } from "../report_hold.js"
import { keepText } from "../unsaved_text.js"
import { debounce } from "../../widgets/debounce.js"
import { make } from "../../widgets/elements.js"
import { mount } from "../../widgets/mount.js"

// In milliseconds: the pause in typing after which Python gets the text and looks for contacts, and the longest wait for it.
const PAUSE = 200, LONGEST = 600
const CROWD = 10
const FIELDS = { to: "To", cc: "Cc", bcc: "Bcc" }

class RecipientFields {
  constructor({ data: { value }, parentElement }) {
    this.root = parentElement.querySelector(".recipients")
    this.people = []
    this.found = { typed: "", people: [] }
    // The contacts that were chosen from the suggestions, by the texts of their chips.
    this.contacts = new Map()
    this.verdicts = new Map()
    this.faults = {}
    this.dragged = null
    this.setStateValue = null
    this.reports = debounce(() => this.report(), PAUSE, LONGEST)
    this.listeners = new AbortController()
    this.fields = Object.entries(FIELDS).map(([name, label]) => {
      return new Field(this, name, label, name === "to" ? "Jane Doe <jane@example.com>, sam@example.com" : "")
    })
    for (const field of this.fields) {
      field.add(split(value[field.name]))
      if (field.name !== "to") this.tuckAway(field)
    }
    this.root.querySelector(".fields").replaceChildren(...this.fields.map((field) => field.element))
    this.sent = JSON.stringify([this.value, this.typing])
    const { signal } = this.listeners
    document.addEventListener("keydown", (event) => this.onShortcut(event), { signal, capture: true })
    document.addEventListener("copy", (event) => this.onCopy(event), { signal })
    document.addEventListener("cut", (event) => this.onCopy(event), { signal })
  }

  get value() {
    return Object.fromEntries(this.fields.map((field) => [field.name, field.text]))
  }

  // What somebody is typing, and the label of the field; null while nobody does.
  get typing() {
    const field = this.fields.find(({ input }) => input.value.trim())
    return field ? { label: field.label, text: field.input.value.trim() } : null
  }

  get chosen() {
    return Object.fromEntries(this.chips.filter(({ text }) => this.contacts.has(text)).map(({ text }) => [text, this.contacts.get(text)]))
  }

  get chips() {
    return this.fields.flatMap((field) => field.chips)
  }

  present() {
    return new Set(this.chips.map((chip) => chip.verdict.key))
  }

  // Cc and Bcc: a button until they are needed

  tuckAway(field) {
    field.element.hidden = !field.chips.length
    field.opener = make("button", { type: "button", tabindex: "-1", "aria-label": `Show ${field.label}` }, field.label)
    // Tab goes on to the subject; the keys are Ctrl+Shift and the letter.
    field.opener.title = `${field.label} (Ctrl+Shift+${field.label[0]})`
    field.opener.hidden = !field.element.hidden
    field.opener.addEventListener("click", () => this.open(field))
    this.fields[0].tools.append(field.opener)
  }

  open(field) {
    field.element.hidden = false
    field.opener.hidden = true
    field.input.focus()
  }

  onShortcut(event) {
    if (!(event.ctrlKey || event.metaKey) || !event.shiftKey || event.altKey) return
    const field = { c: this.fields[1], b: this.fields[2] }[event.key.toLowerCase()]
    if (!field || !this.root.offsetParent) return
    event.preventDefault()
    this.open(field)
  }

  onCopy(event) {
    const focused = this.root.getRootNode().activeElement
    const field = this.fields.find((each) => each.element.contains(focused))
    if (!field) return
    const chip = field.chips.find((each) => each.body === focused)
    if (!field.all && !chip) return
    event.preventDefault()
    event.clipboardData.setData("text/plain", field.all ? field.text : chip.text)
    if (event.type !== "cut") return
    if (field.all) field.clear()
    else field.drop(chip, field.chips.indexOf(chip))
  }

  // Verdicts from the server, reports to it

  update({ data, setStateValue }) {
    this.setStateValue = setStateValue
    this.people = data.people
    this.found = data.found
    this.faults = data.faults
    for (const [text, verdict] of Object.entries(data.verdicts)) this.verdicts.set(text, verdict)
    if (this.dropDuplicates()) this.report()
    this.paint()
    for (const field of this.fields) field.refreshSuggestions()
  }

  change() {
    this.dropDuplicates()
    this.paint()
    this.report()
  }

  // Of two chips with the same mailbox the older one stays, in whichever field it is.
  dropDuplicates() {
    const seen = new Map()
    const dropped = []
    for (const chip of this.chips.sort((one, other) => one.serial - other.serial)) {
      const { key } = chip.verdict
      if (key && seen.has(key) && !chip.editor) dropped.push(chip)
      else if (key) seen.set(key, chip)
    }
    for (const chip of dropped) {
      const { mailbox, key } = chip.verdict
      const hadFocus = chip.isFocused
      chip.field.remove(chip)
      if (hadFocus) chip.field.input.focus()
      chip.field.note = `${mailbox} is already in ${seen.get(key).field.label}.`
    }
    return dropped.length > 0
  }

  paint() {
    for (const field of this.fields) field.paint(this.faults[field.name] || "")
    const open = this.fields[0].chips.length + this.fields[1].chips.length
    const advice = `All ${open} people will see each other’s addresses. Use Bcc to hide them.`
    this.show(".advice", open > CROWD ? advice : "")
  }

  announce(text) {
    this.show(".live", text)
  }

  show(place, text) {
    const element = this.root.querySelector(place)
    if (element.textContent !== text) element.textContent = text
  }

  report() {
    this.reports.cancel()
    const { value } = this
    const next = JSON.stringify([value, this.typing])
    if (next === this.sent) return
    keepText(this.root, value)
    this.sent = next
    report(this.root, () => {
      // First, because Python links the contact as soon as it sees the recipient.
      this.setStateValue("contacts", this.chosen)
      this.setStateValue("typing", this.typing)
      this.setStateValue("value", value)
    })
  }

  // While one types, the draft follows after a pause.
  reportLater() {
    keepText(this.root, this.value)
    this.reports.call()
  }

  end() {
    this.reports.cancel()
    this.listeners.abort()
  }
}

export default (component) => mount(component, (first) => new RecipientFields(first))
