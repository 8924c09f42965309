// Completes what is typed into the search's field, which stays Streamlit's own: it gets the text as if it were typed.
class Completion {
  constructor(root) {
    this.root = root
    this.leaving = new AbortController()
    const announce = (text) => { root.querySelector(".live").textContent = text }
    this.offers = new Offers("search-offers", "Completions", (item) => this.take(item), announce)
    root.append(this.offers.list)
    const { signal } = this.leaving
    // On the document: the field may be built anew, and a key that chooses is not for anybody else.
    const listen = (kind, act, capture = false) => {
      document.addEventListener(kind, (event) => this.isField(event) && act(event), { signal, capture })
    }
    listen("focusin", ({ target }) => this.attach(target))
    listen("focusout", () => this.offers.show([]))
    listen("input", (event) => event.isComposing || this.offer())
    listen("compositionend", () => this.offer())
    listen("keydown", (event) => event.isComposing || this.onKey(event), true)
  }

  get field() {
    return document.querySelector(`.st-key-${this.data.field} input`)
  }

  isField(event) {
    return event.target === this.field
  }

  update(data) {
    this.data = data
    const { field } = this
    if (field) this.attach(field)
  }

  attach(field) {
    if (this.offers.input !== field) this.offers.attach(field)
  }

  offer() {
    const { value, selectionStart, selectionEnd } = this.field
    this.piece = selectionStart === selectionEnd ? readPiece(value, selectionStart) : null
    this.offers.show(offerFor(this.piece, this.data))
  }

  take(item) {
    const { field } = this
    const { line, caret } = complete(field.value, field.selectionStart, this.piece, item)
    // React listens to the event and compares with what it wrote itself: the value is set past it.
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(field, line)
    field.setSelectionRange(caret, caret)
    field.dispatchEvent(new Event("input", { bubbles: true }))
  }

  onKey(event) {
    const { offers } = this
    if (!offers.items.length || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === "ArrowDown" || event.key === "ArrowUp") offers.walk(event.key === "ArrowDown" ? 1 : -1)
    else if ((event.key === "Enter" || event.key === "Tab") && offers.chosen) this.take(offers.chosen)
    else if (event.key === "Escape") offers.show([])
    else {
      if (event.key === "Enter") offers.show([])
      return
    }
    event.preventDefault()
    event.stopPropagation()
  }
}

export default function (component) {
  const { data, parentElement } = component
  const root = parentElement.querySelector(".completion")
  if (root.completion) root.completion.update(data)
  else {
    root.completion = new Completion(root)
    root.completion.update(data)
    // Somebody quick has begun to type before this was here.
    if (document.activeElement === root.completion.field) root.completion.offer()
  }
  return () => {
    root.completion.leaving.abort()
    root.completion = null
    root.querySelector(".offers").remove()
  }
}
