// Completes what is typed into the search field. That field is Streamlit's own, and gets the text as if it were typed.
import { complete, suggestFor, readPiece } from "./piece.js"
import { mount } from "../../widgets/mount.js"
import { Suggestions } from "../../widgets/suggestions.js"

class Completion {
  constructor({ data, parentElement, setTriggerValue }) {
    const root = parentElement.querySelector(".completion")
    this.data = data
    this.setTriggerValue = setTriggerValue
    this.known = {}
    this.piece = null
    this.listeners = new AbortController()
    const announce = (text) => { root.querySelector(".live").textContent = text }
    this.suggestions = new Suggestions("search-offers", "Completions", (item) => this.take(item), announce)
    root.append(this.suggestions.list)
    const { signal } = this.listeners
    // On the document: Streamlit may replace the field, and a key that chooses must reach nothing else.
    const listen = (kind, act, capture = false) => {
      document.addEventListener(kind, (event) => this.isField(event) && act(event), { signal, capture })
    }
    listen("focusin", ({ target }) => this.enter(target))
    listen("focusout", () => this.close())
    listen("input", (event) => event.isComposing || this.suggest())
    listen("compositionend", () => this.suggest())
    listen("keydown", (event) => event.isComposing || this.onKey(event), true)
    // Typing may have begun before this module was loaded.
    if (this.field && document.activeElement === this.field) {
      this.enter(this.field)
      this.suggest()
    }
  }

  get field() {
    return document.querySelector(`.st-key-${this.data.field} input`)
  }

  isField(event) {
    return event.target === this.field
  }

  update({ data, setTriggerValue }) {
    this.data = data
    this.setTriggerValue = setTriggerValue
    const { field } = this
    if (field) this.attach(field)
    if (!data.known) return
    this.known = data.known
    // Not where the list was closed meanwhile.
    if (this.piece && document.activeElement === field) this.refreshSuggestions()
  }

  // What a person has moved to stays highlighted.
  refreshSuggestions() {
    const { chosen } = this.suggestions
    this.suggest()
    if (chosen) this.suggestions.highlight(this.suggestions.items.findIndex(({ text }) => text === chosen.text))
  }

  // Python lists the values of the workspace only when it is asked, which takes a run of its own.
  enter(field) {
    this.attach(field)
    this.setTriggerValue("asked", true)
  }

  attach(field) {
    if (this.suggestions.input !== field) this.suggestions.attach(field)
  }

  suggest() {
    const { value, selectionStart, selectionEnd } = this.field
    this.piece = selectionStart === selectionEnd ? readPiece(value, selectionStart) : null
    const { data, known } = this
    this.suggestions.show(suggestFor(this.piece, { ...data, values: { ...data.values, ...known } }))
  }

  close() {
    this.piece = null
    this.suggestions.show([])
  }

  take(item) {
    const { field } = this
    const { line, caret } = complete(field.value, field.selectionStart, this.piece, item)
    // React ignores the event if the value is the one it last set; the prototype's setter bypasses its bookkeeping.
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(field, line)
    field.setSelectionRange(caret, caret)
    field.dispatchEvent(new Event("input", { bubbles: true }))
  }

  onKey(event) {
    const { suggestions } = this
    if (!suggestions.items.length || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === "ArrowDown" || event.key === "ArrowUp") suggestions.move(event.key === "ArrowDown" ? 1 : -1)
    else if ((event.key === "Enter" || event.key === "Tab") && suggestions.chosen) this.take(suggestions.chosen)
    else if (event.key === "Escape") this.close()
    else {
      if (event.key === "Enter") this.close()
      return
    }
    event.preventDefault()
    event.stopPropagation()
  }

  end() {
    this.listeners.abort()
    this.suggestions.list.remove()
  }
}

export default (component) => mount(component, (first) => new Completion(first))
