// The list of suggestions below an input: arrows move through it, a key or a pointer chooses the one that is highlighted.
// Roles and states are those of a combobox with a listbox (ARIA 1.2).
import { make } from "./elements.js"

export class Suggestions {
  constructor(id, label, choose, announce) {
    this.choose = choose
    this.announce = announce
    this.items = []
    this.active = -1
    this.list = make("ul", { id, class: "offers", role: "listbox", "aria-label": label })
    this.list.hidden = true
  }

  attach(input) {
    this.input = input
    const states = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id }
    for (const [name, value] of Object.entries({ ...states, autocomplete: "off" })) input.setAttribute(name, value)
  }

  get chosen() {
    return this.items[this.active]
  }

  show(items) {
    if (items.length && items.length !== this.items.length) this.announce(`${items.length} suggested`)
    this.items = items
    this.active = -1
    this.list.hidden = !items.length
    this.input.setAttribute("aria-expanded", String(items.length > 0))
    this.input.removeAttribute("aria-activedescendant")
    this.list.replaceChildren(...items.map((item, i) => this.makeOption(item, i)))
  }

  makeOption(item, i) {
    const parts = [make("span", { class: "name" }, item.name || item.note)]
    if (item.name && item.note) parts.push(" ", make("span", { class: "faint" }, item.note))
    const option = make("li", { id: `${this.list.id}-${i}`, role: "option", "aria-selected": "false" }, ...parts)
    // The input keeps the focus: leaving it would end the typing.
    option.addEventListener("pointerdown", (event) => event.preventDefault())
    option.addEventListener("click", () => this.choose(item))
    return option
  }

  // Through the suggestions and, between last and first, back to what is typed.
  move(step) {
    const places = this.items.length + 1
    this.highlight(((this.active + 1 + step + places) % places) - 1)
  }

  // Highlights the suggestion at a place; there is none at -1.
  highlight(at) {
    this.active = at
    const options = [...this.list.children]
    options.forEach((option, i) => option.setAttribute("aria-selected", String(i === this.active)))
    const chosen = options[this.active]
    if (chosen) this.input.setAttribute("aria-activedescendant", chosen.id)
    else this.input.removeAttribute("aria-activedescendant")
  }
}
