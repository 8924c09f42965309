// One field: its chips, the input after them, and the people suggested for what is typed there.
import { Chip, isLeftForAnotherWindow } from "./chips.js"
import { cut, join, split } from "./split.js"
import { make } from "../../widgets/elements.js"
import { suggest } from "./people.js"
import { Suggestions } from "../../widgets/suggestions.js"

const NAMED_FAULTS = 3

export class Field {
  constructor(group, name, label, placeholder) {
    this.group = group
    this.name = name
    this.label = label
    this.placeholder = placeholder
    this.chips = []
    this.all = false
    // Somebody is typing, and has not closed the suggestions.
    this.isSuggesting = false
    this.note = ""
    this.build()
    this.listen()
  }

  build() {
    const { name, label } = this
    this.input = make("input", {
      id: name, "aria-describedby": `${name}-notes`, autocapitalize: "none", spellcheck: "false", inputmode: "email",
    })
    const announce = (text) => this.group.announce(text)
    this.suggestions = new Suggestions(`${name}-people`, "People written to before", (person) => this.choose(person), announce)
    this.suggestions.attach(this.input)
    this.list = make("ul", { class: "chips", role: "list", "aria-label": `${label} recipients` })
    this.row = make("div", { class: "row" }, make("label", { for: name }, label), this.list, this.input)
    this.tools = make("span", { class: "tools" })
    this.notes = make("div", { id: `${name}-notes`, class: "notes", "aria-live": "polite" })
    this.element = make("div", { class: "field", "data-field": name }, this.row, this.tools, this.suggestions.list, this.notes)
  }

  listen() {
    const { input } = this
    input.addEventListener("input", (event) => event.isComposing || this.onInput())
    input.addEventListener("compositionend", () => this.onInput())
    input.addEventListener("keydown", (event) => event.isComposing || this.onKey(event))
    input.addEventListener("paste", (event) => this.onPaste(event, event.clipboardData))
    input.addEventListener("blur", () => {
      this.selectAll(false)
      this.endSuggestions()
      if (isLeftForAnotherWindow(input)) this.group.report()
      else this.commit()
    })
    this.row.addEventListener("click", (event) => {
      if (event.target === this.row || event.target === this.list) input.focus()
    })
    this.row.addEventListener("dragover", (event) => this.group.dragged && event.preventDefault())
    this.row.addEventListener("drop", (event) => this.onDrop(event))
  }

  // Content

  // The chips and the text that is not one yet, joined so that split() gives the same entries.
  get text() {
    return join([...this.chips.map((chip) => chip.current), this.input.value].filter((text) => text.trim()))
  }

  add(entries, at = this.chips.length) {
    const made = entries.map((entry) => new Chip(this, entry))
    this.chips.splice(at, 0, ...made)
    const next = this.chips[at + made.length]
    for (const chip of made) this.list.insertBefore(chip.element, next ? next.element : null)
  }

  remove(chip) {
    this.chips.splice(this.chips.indexOf(chip), 1)
    chip.element.remove()
  }

  replace(chip, entries) {
    const at = this.chips.indexOf(chip)
    this.remove(chip)
    this.add(entries, at)
    this.group.announce(entries.length ? `Changed to ${entries.join(", ")}` : `Removed ${chip.text}`)
    this.group.change()
  }

  // Removes a chip at a person's request, and moves the focus to position `at`.
  drop(chip, at) {
    this.remove(chip)
    this.focusAt(Math.min(at, this.chips.length))
    this.group.announce(`Removed ${chip.text}`)
    this.group.change()
  }

  // Turns the typed text into chips.
  commit() {
    const entries = split(this.input.value)
    this.input.value = ""
    this.endSuggestions()
    this.take(entries)
  }

  endSuggestions() {
    this.isSuggesting = false
    this.suggestions.show([])
  }

  take(entries) {
    if (entries.length) {
      this.add(entries)
      // The note was about an earlier recipient.
      this.note = ""
      this.group.announce(`Added ${entries.join(", ")}`)
    }
    this.group.change()
  }

  focusAt(at) {
    const chip = this.chips[at]
    if (chip) chip.body.focus()
    else this.input.focus()
  }

  selectAll(on) {
    this.all = on
    this.element.classList.toggle("all", on)
  }

  clear() {
    for (const chip of [...this.chips]) this.remove(chip)
    this.input.value = ""
    this.selectAll(false)
    this.group.announce("Removed all")
    this.group.change()
  }

  // Events

  onInput() {
    this.selectAll(false)
    const { input } = this
    const { entries, rest } = cut(input.value)
    const left = rest.trimStart()
    if (input.value !== left) {
      const behindCaret = input.value.length - input.selectionEnd
      input.value = left
      input.setSelectionRange(left.length - behindCaret, left.length - behindCaret)
    }
    if (entries.length) this.take(entries)
    this.isSuggesting = true
    this.suggestions.show(this.listSuggested())
    this.highlightFirst()
    this.fit()
    this.group.reportLater()
  }

  listSuggested() {
    const present = this.group.present()
    return suggest(this.group.people, this.group.found, this.input.value, (person) => present.has(person.key))
  }

  // Part of a name means the first one; an address means itself.
  highlightFirst() {
    if (!this.input.value.includes("@")) this.suggestions.highlight(0)
  }

  // Python has found contacts for what was typed; whom a person has moved to stays highlighted.
  refreshSuggestions() {
    const { items, active, chosen } = this.suggestions
    if (!this.isSuggesting || !isLeftForAnotherWindow(this.input)) return
    const people = this.listSuggested()
    if (JSON.stringify(people) === JSON.stringify(items)) return
    this.suggestions.show(people)
    if (active > 0) this.suggestions.highlight(people.findIndex(({ key, name }) => key === chosen.key && name === chosen.name))
    else this.highlightFirst()
  }

  onPaste(event, transfer) {
    const pasted = transfer.getData("text/plain").replace(/\r\n?/g, "\n")
    // The browser inserts a single entry, so that its undo works.
    if (cut(pasted).rest === pasted && split(pasted).length < 2) return
    event.preventDefault()
    const { value, selectionStart, selectionEnd } = this.input
    const entries = split(value.slice(0, selectionStart) + pasted + value.slice(selectionEnd))
    this.input.value = ""
    this.endSuggestions()
    this.take(entries)
  }

  onDrop(event) {
    const chip = this.group.dragged
    if (!chip) return this.onPaste(event, event.dataTransfer)
    event.preventDefault()
    chip.field.remove(chip)
    this.add([chip.text])
    return this.group.change()
  }

  onKey(event) {
    const { input } = this
    if (event.ctrlKey || event.metaKey) {
      this.onCommand(event)
      return
    }
    const isAtStart = input.selectionStart === 0 && input.selectionEnd === 0
    if (event.key === "Enter") {
      event.preventDefault()
      this.choose(this.suggestions.chosen)
    } else if (event.key === "Tab") {
      this.choose(this.suggestions.chosen)
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (this.suggestions.items.length) event.preventDefault()
      this.suggestions.move(event.key === "ArrowDown" ? 1 : -1)
    } else if (event.key === "Escape" && this.suggestions.items.length) {
      event.stopPropagation()
      this.endSuggestions()
    } else if (this.all && (event.key === "Backspace" || event.key === "Delete")) {
      event.preventDefault()
      this.clear()
    } else if ((event.key === "Backspace" || event.key === "ArrowLeft") && isAtStart && this.chips.length) {
      event.preventDefault()
      if (!event.repeat) this.focusAt(this.chips.length - 1)
    }
    if (this.all && event.key !== "Shift") this.selectAll(false)
  }

  onCommand(event) {
    const { value, selectionStart, selectionEnd } = this.input
    if (event.key === "Enter") {
      this.commit()
    } else if (event.key.toLowerCase() === "a" && selectionEnd - selectionStart === value.length && this.chips.length) {
      event.preventDefault()
      this.selectAll(true)
    }
  }

  // Takes the chosen suggestion; without one, exactly what was typed.
  choose(person) {
    if (person) this.input.value = person.text
    if (person?.contact) this.group.contacts.set(person.text, person.contact)
    this.commit()
  }

  // Display

  // Wide enough for the typed text; the field also takes the rest of the line. An empty one after chips begins no line.
  fit() {
    const { length } = this.input.value
    this.input.size = length ? length + 2 : 1
    this.input.classList.toggle("narrow", !length && this.chips.length > 0)
  }

  paint(fault) {
    for (const chip of this.chips) chip.paint()
    this.input.placeholder = this.chips.length ? "" : this.placeholder
    this.fit()
    this.list.hidden = !this.chips.length
    const faults = this.chips.map((chip) => chip.verdict.fault).filter(Boolean)
    const messages = faults.length ? faults.slice(0, NAMED_FAULTS) : [fault].filter(Boolean)
    if (faults.length > NAMED_FAULTS) messages.push(`And ${faults.length - NAMED_FAULTS} more.`)
    this.input.setAttribute("aria-invalid", String(messages.length > 0))
    this.element.classList.toggle("wrong", messages.length > 0)
    const doubted = this.chips.filter((chip) => chip.meant)
    const drawn = JSON.stringify([messages, doubted.map((chip) => chip.serial), this.note])
    // Unchanged notes stay: they may hold the focus, and a screen reader would read them again.
    if (this.drawn === drawn) return
    this.drawn = drawn
    const lines = messages.map((text) => make("p", { class: "fault" }, text))
    if (this.note) lines.push(make("p", { class: "faint" }, this.note))
    this.notes.replaceChildren(...lines, ...doubted.map((chip) => this.makeQuestion(chip)))
  }

  makeQuestion(chip) {
    const { meant } = chip
    const accept = make("button", { type: "button" }, "Correct it")
    const keep = make("button", { type: "button" }, "Keep it")
    accept.addEventListener("click", () => {
      this.input.focus()
      this.replace(chip, [meant])
    })
    keep.addEventListener("click", () => {
      this.input.focus()
      chip.keepsDomain = true
      this.group.paint()
    })
    return make("p", { class: "question" }, `Did you mean ${meant}?`, " ", accept, " ", keep)
  }
}
