// The field "Link": chips for the linked contact and deal, and an input that finds others. Python decides what is linked.
// The field shows a choice at once, and the journal keeps it until Python has saved it.
import { isLeftForAnotherWindow } from "../recipients/chips.js"
import { report } from "../report_hold.js"
import { keepText } from "../unsaved_text.js"
import { debounce } from "../../widgets/debounce.js"
import { make } from "../../widgets/elements.js"
import { mount } from "../../widgets/mount.js"
import { Suggestions } from "../../widgets/suggestions.js"
import { HoverCard } from "./hover_card.js"

// In milliseconds: the pause in typing after which Python is asked, and the longest wait for it.
const PAUSE = 200, LONGEST = 600
const FIELDS = { contact: "contact_id", deal: "deal_id" }
const WORDS = { contact: "Contact", deal: "Deal" }
const PLACEHOLDER = "Contact or deal: a name, an ID or a LeadLex address"
const CARD = "link-card"
// Characters of an id without a name that are shown.
const SHOWN = 8

const toShort = (id) => (id.length > SHOWN ? `${id.slice(0, SHOWN)}…` : id)

class LinkField {
  constructor({ parentElement }) {
    this.root = parentElement.querySelector(".links")
    this.list = this.root.querySelector(".chips")
    this.notes = this.root.querySelector(".notes")
    // What is linked, by kind, and what of it Python does not have yet.
    this.linked = new Map()
    this.pending = {}
    this.turn = 0
    this.data = null
    this.component = null
    // The text with which Enter was pressed before Python had answered.
    this.entered = null
    this.hasChosen = false
    // Somebody is typing, and has not closed the suggestions.
    this.isSuggesting = false
    this.asks = debounce(() => this.ask(), PAUSE, LONGEST)
    this.build()
  }

  build() {
    this.input = make("input", {
      id: "link", "aria-describedby": "link-notes", autocapitalize: "none", spellcheck: "false", placeholder: PLACEHOLDER,
    })
    const announce = (text) => { this.root.querySelector(".live").textContent = text }
    this.announce = announce
    this.suggestions = new Suggestions("link-offers", "Contacts and deals", (offer) => this.take(offer), announce)
    this.suggestions.attach(this.input)
    this.root.querySelector(".row").append(this.input)
    this.root.querySelector(".field").append(this.suggestions.list)
    this.card = new HoverCard(this.root.querySelector(".field"), CARD, () => this.isSuggesting)
    this.input.addEventListener("input", (event) => event.isComposing || this.onInput())
    this.input.addEventListener("compositionend", () => this.onInput())
    this.input.addEventListener("keydown", (event) => event.isComposing || this.onKey(event))
    this.input.addEventListener("blur", () => this.onBlur())
  }

  // The ids, by the fields of the draft.
  get ids() {
    return Object.fromEntries(Object.entries(FIELDS).map(([kind, field]) => [field, this.linked.get(kind)?.id ?? ""]))
  }

  get typed() {
    return this.input.value.trim()
  }

  // Events

  onInput() {
    this.entered = null
    this.isSuggesting = true
    this.fit()
    this.paintNote()
    this.suggest()
    this.asks.call()
  }

  onKey(event) {
    const { items, chosen } = this.suggestions
    if (event.ctrlKey || event.metaKey) return
    if (event.key === "Enter") {
      event.preventDefault()
      if (chosen) this.take(chosen)
      else if (this.typed) this.enter()
    } else if (event.key === "Tab" && chosen && !chosen.searches) {
      this.take(chosen)
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && items.length) {
      event.preventDefault()
      this.suggestions.move(event.key === "ArrowDown" ? 1 : -1)
    } else if (event.key === "Escape" && items.length) {
      event.stopPropagation()
      this.endSuggestions()
    } else if (event.key === "Backspace" && !event.repeat && !this.input.value && this.list.lastElementChild) {
      event.preventDefault()
      this.list.lastElementChild.querySelector("button").focus()
    }
  }

  // Enter came before the answer: the only thing that it names is taken when it is there.
  enter() {
    this.entered = this.typed
    this.isSuggesting = true
    this.asks.call()
    this.asks.flush()
    this.takeEntered()
  }

  onBlur() {
    this.asks.flush()
    if (isLeftForAnotherWindow(this.input)) return
    this.endSuggestions()
    const offers = this.listOffers()
    // An id or an address can mean only this; of a name nobody knows whether it was complete.
    if (offers.length === 1 && this.typed.toLowerCase().includes(offers[0].id?.toLowerCase())) this.take(offers[0])
    this.paintNote()
  }

  // Suggestions

  listOffers() {
    if (!this.data || this.data.found.typed !== this.typed || !this.typed) return []
    const { offers, searches } = this.data.found
    const search = { name: `Search LeadLex for “${this.typed}”`, note: "one API call", searches: true }
    return searches ? [...offers, search] : offers
  }

  suggest() {
    const offers = this.listOffers(), { items, active, chosen } = this.suggestions
    if (JSON.stringify(offers) === JSON.stringify(items)) return
    this.suggestions.show(offers)
    // Whom a person has moved to stays highlighted.
    const known = active > 0 ? offers.findIndex(({ kind, id }) => kind === chosen.kind && id === chosen.id) : 0
    this.suggestions.highlight(offers.length ? Math.max(known, 0) : -1)
  }

  endSuggestions() {
    this.isSuggesting = false
    this.suggestions.show([])
  }

  takeEntered() {
    const offers = this.listOffers()
    if (this.entered === null || this.entered !== this.typed || !offers.length) return
    this.entered = null
    // What a search costs is seen before it is made.
    if (offers.length === 1 && !offers[0].searches) this.take(offers[0])
  }

  // Choices

  take(offer) {
    this.entered = null
    if (offer.searches) {
      this.announce("Searching LeadLex…")
      this.component.setTriggerValue("search", this.typed)
      return
    }
    this.input.value = ""
    this.fit()
    this.endSuggestions()
    const { kind, id, known } = offer
    this.link(kind, { kind, id, name: known, note: "" })
    this.announce(`Linked ${offer.name}`)
    this.asks.call()
    this.asks.flush()
  }

  remove(link) {
    this.link(link.kind, null)
    this.announce(`Removed ${link.name || link.id}`)
    this.input.focus()
  }

  link(kind, link) {
    if (link) this.linked.set(kind, link)
    else this.linked.delete(kind)
    this.pending = { ...this.pending, [FIELDS[kind]]: link?.id ?? "" }
    this.hasChosen = true
    this.turn += 1
    const choice = { turn: this.turn, changes: this.pending }
    this.keep()
    this.paint()
    report(this.root, () => this.component.setStateValue("choice", choice))
  }

  // The journal gets what is linked, for as long as somebody has chosen it here.
  keep() {
    if (this.hasChosen) keepText(this.root, this.ids)
  }

  ask() {
    report(this.input, () => this.component.setStateValue("typed", this.typed))
  }

  // Python's answer

  update(component) {
    this.component = component
    this.data = component.data
    const { links, answered } = this.data
    // A new session of the page begins to count again.
    if (this.turn <= answered || !Object.keys(this.pending).length) this.adopt(links, answered)
    this.fillCard()
    this.paintNote()
    if (this.isSuggesting && isLeftForAnotherWindow(this.input)) this.suggest()
    this.takeEntered()
  }

  adopt(links, answered) {
    const before = JSON.stringify(this.ids)
    this.linked = new Map(links.map((link) => [link.kind, link]))
    this.pending = {}
    this.turn = Math.max(this.turn, answered)
    if (before !== JSON.stringify(this.ids)) this.keep()
    this.paint()
  }

  paint() {
    const links = [...this.linked.values()].sort((one, other) => one.kind.localeCompare(other.kind))
    this.input.placeholder = links.length ? "" : PLACEHOLDER
    this.fit()
    const drawn = JSON.stringify(links)
    if (this.drawn === drawn) return
    this.drawn = drawn
    this.card.close()
    this.list.replaceChildren(...links.map((link) => this.makeChip(link)))
    this.list.hidden = !links.length
    this.fillCard()
  }

  // Shows what Python knows of the linked contact: nothing yet where it was chosen since the last run.
  fillCard() {
    const contact = this.linked.get("contact")
    const isTold = contact && this.data.links.some(({ kind, id }) => kind === "contact" && id === contact.id)
    this.card.fill(contact?.name ?? "", isTold ? this.data.card : [])
  }

  // Says what Python says; and of a text that was left without a choice, that it links nothing.
  paintNote() {
    const isLeft = this.typed && !isLeftForAnotherWindow(this.input)
    const note = this.data.note || (isLeft ? "Not linked yet: choose a contact or deal, or clear the field." : "")
    if (this.notes.textContent !== note) this.notes.replaceChildren(...(note ? [make("p", { class: "faint" }, note)] : []))
  }

  // An empty input after chips begins no line.
  fit() {
    const isNarrow = !this.input.value && this.linked.size > 0
    this.input.classList.toggle("narrow", isNarrow)
    this.input.size = isNarrow ? 1 : 20
  }

  makeChip(link) {
    const { kind, id, name, note } = link
    const text = name || `${WORDS[kind]} ${toShort(id)}`
    const parts = [make("span", { class: "name" }, text), ...(name && note ? [make("span", { class: "faint" }, ` · ${note}`)] : [])]
    const cross = make("button", { type: "button", class: "cross", "aria-label": `Remove ${text}` })
    cross.addEventListener("click", () => this.remove(link))
    const chip = make("li", { class: "chip", "data-kind": kind, "data-id": id }, make("span", { class: "text" }, ...parts), cross)
    if (kind === "contact" && name) {
      cross.setAttribute("aria-describedby", CARD)
      this.card.follow(chip)
    } else {
      chip.title = `${WORDS[kind]} ${id}`
    }
    return chip
  }

  end() {
    this.card.close()
    this.asks.cancel()
  }
}

export default (component) => mount(component, (first) => new LinkField(first))
