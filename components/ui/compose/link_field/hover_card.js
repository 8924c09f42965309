// A card above an element, shown while the pointer or the focus is on that element (WCAG 2.2, criterion 1.4.13): the
// pointer may go onto the card, Escape closes it, and typing does too, so that it covers nothing that is being written.
import { make } from "../../widgets/elements.js"

// In milliseconds: for how long the pointer rests before the card opens, and how long its way onto the card may take.
const REST = 300, WAY = 250

export class HoverCard {
  // `place` is the positioned element in which the card is drawn; it does not open while `isBlocked()`.
  constructor(place, id, isBlocked) {
    this.place = place
    this.isBlocked = isBlocked
    this.element = make("div", { id, class: "card", role: "tooltip" })
    this.element.hidden = true
    this.anchor = null
    this.timer = null
    this.onKey = (event) => {
      if (event.key === "Escape" || event.key.length === 1) this.close()
    }
    this.element.addEventListener("pointerenter", () => clearTimeout(this.timer))
    this.element.addEventListener("pointerleave", () => this.closeLater())
    place.append(this.element)
  }

  // Shows what there is to tell of `anchor` from now on.
  follow(anchor) {
    anchor.addEventListener("pointerenter", (event) => event.pointerType === "touch" || this.wait(REST, () => this.open(anchor)))
    anchor.addEventListener("pointerleave", () => this.closeLater())
    anchor.addEventListener("focusin", () => this.open(anchor))
    anchor.addEventListener("focusout", () => this.closeLater())
  }

  // Fills the card with a heading and `facts`, pairs of a title and its lines; without any it does not open.
  fill(heading, facts) {
    const content = JSON.stringify([heading, facts])
    if (content === this.content) return
    this.content = content
    this.isEmpty = !facts.length
    const rows = facts.flatMap(([title, lines]) => [make("dt", {}, title), ...lines.map((line) => make("dd", {}, line))])
    this.element.replaceChildren(make("strong", {}, heading), make("dl", {}, ...rows))
    if (this.isEmpty) this.close()
    else if (this.anchor) this.fit()
  }

  open(anchor) {
    clearTimeout(this.timer)
    if (this.isEmpty || this.isBlocked() || !anchor.isConnected) return
    this.anchor = anchor
    this.element.hidden = false
    this.fit()
    document.addEventListener("keydown", this.onKey, true)
  }

  closeLater() {
    // The focus keeps the card open without the pointer.
    this.wait(WAY, () => this.anchor?.contains(this.anchor.getRootNode().activeElement) || this.close())
  }

  close() {
    clearTimeout(this.timer)
    this.anchor = null
    this.element.hidden = true
    document.removeEventListener("keydown", this.onKey, true)
  }

  wait(time, act) {
    clearTimeout(this.timer)
    this.timer = setTimeout(act, time)
  }

  // Above the element; below it where the window ends before.
  fit() {
    const { element, anchor, place } = this
    const most = place.clientWidth - element.offsetWidth
    element.style.left = `${Math.max(0, Math.min(anchor.offsetLeft, most))}px`
    element.classList.toggle("below", place.getBoundingClientRect().top < element.offsetHeight)
  }
}
