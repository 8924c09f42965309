// One recipient: a button that edits it in place and a button that removes it.
import { split } from "./split.js"
import { make } from "../../widgets/elements.js"

// An input that loses the focus to another window stays the active element, and its text is not finished.
export function isLeftForAnotherWindow(input) {
  return input.getRootNode().activeElement === input
}

let serials = 0

export class Chip {
  constructor(field, text) {
    this.field = field
    this.text = text
    this.serial = ++serials
    this.keepsDomain = false
    this.editor = null
    this.body = make("button", { type: "button", class: "body", tabindex: "-1" })
    this.cross = make("button", { type: "button", class: "cross", tabindex: "-1" })
    this.element = make("li", { class: "chip", draggable: "true" }, this.body, this.cross)
    this.listen()
    this.paint()
  }

  get verdict() {
    return this.field.group.verdicts.get(this.text) || { name: "", mailbox: "", key: "", fault: "", meant: "" }
  }

  get meant() {
    return this.keepsDomain ? "" : this.verdict.meant
  }

  // The text of the moment, also while it is edited.
  get current() {
    return this.editor ? this.editor.value : this.text
  }

  paint() {
    const { name, mailbox, fault } = this.verdict
    const parts = name ? [make("span", { class: "name" }, name), " ", make("span", { class: "faint" }, mailbox)] : [this.text]
    this.body.replaceChildren(...parts)
    this.body.title = fault || this.text
    this.body.setAttribute("aria-label", fault || this.text)
    this.cross.setAttribute("aria-label", `Remove ${this.text}`)
    this.element.classList.toggle("bad", Boolean(fault))
    this.element.classList.toggle("doubt", Boolean(this.meant))
  }

  listen() {
    let wasFocused = false
    this.body.addEventListener("pointerdown", () => { wasFocused = this.isFocused })
    this.body.addEventListener("click", (event) => {
      // The first click selects the chip; the second one, or a key, edits it.
      if (event.detail === 0 || wasFocused) this.edit()
      else this.body.focus()
    })
    this.body.addEventListener("keydown", (event) => this.onKey(event))
    this.cross.addEventListener("click", () => this.field.drop(this, this.field.chips.indexOf(this)))
    this.element.addEventListener("dragstart", (event) => {
      event.dataTransfer.setData("text/plain", this.text)
      this.field.group.dragged = this
    })
    this.element.addEventListener("dragend", () => { this.field.group.dragged = null })
  }

  get isFocused() {
    return this.body.getRootNode().activeElement === this.body
  }

  onKey(event) {
    const { field } = this
    const at = field.chips.indexOf(this)
    const acts = {
      ArrowLeft: () => field.focusAt(Math.max(0, at - 1)),
      ArrowRight: () => field.focusAt(at + 1),
      Home: () => field.focusAt(0),
      End: () => field.focusAt(field.chips.length),
      Escape: () => field.focusAt(field.chips.length),
      Enter: () => this.edit(),
      F2: () => this.edit(),
      Delete: () => field.drop(this, at),
      // A key still held down from deleting text must not go on with whole recipients.
      Backspace: () => event.repeat || field.drop(this, Math.max(0, at - 1)),
    }
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey
    if (isPlain && acts[event.key]) {
      event.preventDefault()
      acts[event.key]()
    } else if (isPlain && event.key.length === 1 && event.key !== " ") {
      // A typed character begins the next recipient.
      field.input.focus()
    } else if (event.key.toLowerCase() === "a" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      field.input.focus()
      field.selectAll(true)
    }
  }

  edit() {
    if (this.editor) return
    const editor = make("input", { class: "editor", "aria-label": `Edit ${this.text}`, spellcheck: "false" })
    editor.value = this.text
    editor.size = Math.max(12, this.text.length + 2)
    this.editor = editor
    this.element.draggable = false
    this.element.replaceChildren(editor)
    editor.focus()
    editor.addEventListener("input", () => this.field.group.reportLater())
    editor.addEventListener("blur", () => {
      if (isLeftForAnotherWindow(editor)) this.field.group.report()
      else this.finish()
    })
    editor.addEventListener("keydown", (event) => {
      if (event.isComposing) return
      if (event.key === "Enter") {
        event.preventDefault()
        this.finish()
        this.field.input.focus()
      } else if (event.key === "Escape") {
        event.stopPropagation()
        editor.value = this.text
        this.finish()
        this.body.focus()
      }
    })
  }

  // Ends editing: the text may have become another recipient, several, or none.
  finish() {
    if (!this.editor) return
    const typed = this.editor.value
    this.editor = null
    this.element.draggable = true
    this.element.replaceChildren(this.body, this.cross)
    const entries = split(typed)
    if (entries.length !== 1 || entries[0] !== this.text) this.field.replace(this, entries)
    else this.field.group.report()
  }
}
