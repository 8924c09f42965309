// A list of mails, two lines a row. Texts go in as text, never as HTML.
import { make } from "./elements.js"
import { mount } from "./mount.js"

function makeText(name, text, ranges = []) {
  const element = make("span", { class: name })
  // Ranges count code points, as Python does; a string's own places would be off after an emoji.
  const points = Array.from(text)
  let at = 0
  for (const [start, end] of ranges) {
    element.append(points.slice(at, start).join(""), make("mark", {}, points.slice(start, end).join("")))
    at = end
  }
  element.append(points.slice(at).join(""))
  return element
}

// The name of a group, above its first row.
function makeHeading(text) {
  return make("div", { class: "heading", role: "heading", "aria-level": "4" }, text)
}

function makeRow(item, data, open, act) {
  const button = make(
    "button",
    { type: "button", class: "row", "data-id": item.id },
    make("span", { class: "line" }, makeText("who", item.who), makeText("when", item.when)),
    make("span", { class: "line" }, makeText("subject", item.subject, item.subject_ranges), makeText(`status ${item.tone}`, item.word)),
    makeText(item.preview_ranges.length ? "preview found" : "preview", item.preview, item.preview_ranges),
  )
  if (item.id === data.open) button.setAttribute("aria-current", "true")
  button.addEventListener("click", () => open(item.id))
  if (!data.actions.length) return button
  const actions = data.actions.map((action) => {
    const small = make("button", { type: "button", class: "action", "aria-label": `${action} ${item.subject}` }, action)
    small.addEventListener("click", () => act({ id: item.id, action }))
    return small
  })
  return make("div", { class: "whole" }, button, ...actions)
}

const focusedRow = (list) => list.getRootNode().activeElement?.closest?.(".row") ?? null

// Draws all rows again and leaves the focus on the row that had it.
function draw(list, data, open, act) {
  const focused = focusedRow(list)?.dataset.id
  const parts = data.rows.flatMap((item) => {
    const row = makeRow(item, data, open, act)
    return item.heading ? [makeHeading(item.heading), row] : [row]
  })
  list.replaceChildren(...parts)
  if (focused === undefined) return
  const again = [...list.querySelectorAll(".row")].find((each) => each.dataset.id === focused)
  again?.focus({ preventScroll: true })
}

function moveFocus(list, step) {
  const rows = [...list.querySelectorAll(".row")]
  const focused = focusedRow(list)
  const from = rows.indexOf(focused ?? list.querySelector("[aria-current]"))
  // The first step enters the list, at the opened mail if the list has it.
  const to = focused ? from + step : Math.max(from, 0)
  rows[Math.min(Math.max(to, 0), rows.length - 1)]?.focus()
}

const FIELDS = "input, textarea, select, [contenteditable], [role=combobox], [role=dialog] *"
const STEPS = new Map([["j", 1], ["k", -1], ["ArrowDown", 1], ["ArrowUp", -1]])

// "/" leads to the search, "j" and "k" to the next mail and back; arrows do the same inside the list, and lead into it
// from the search. What is typed into any other field is left alone.
function onKey(event, list, searchKey) {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return
  const search = searchKey ? document.querySelector(`.st-key-${searchKey} input`) : null
  const target = event.composedPath()[0]
  if (target === search && search) {
    if (event.key !== "ArrowDown") return
  } else if (target.matches?.(FIELDS)) return
  const isArrow = event.key.startsWith("Arrow")
  if (event.key === "/" && search) {
    search.focus()
    search.select()
  } else if (STEPS.has(event.key) && (!isArrow || target === search || focusedRow(list))) {
    // On a page with several lists the keys move in the one that has the focus.
    const isInOtherList = event.composedPath().some((each) => each.classList?.contains("row"))
    if (!isArrow && !focusedRow(list) && (!search || isInOtherList)) return
    moveFocus(list, STEPS.get(event.key))
  } else return
  event.preventDefault()
}

function createMailList({ parentElement }) {
  const list = parentElement.querySelector(".list")
  const listeners = new AbortController()
  let searchKey = "", shown = null
  document.addEventListener("keydown", (event) => onKey(event, list, searchKey), { signal: listeners.signal })
  return {
    update({ data, setTriggerValue }) {
      searchKey = data.search
      const next = JSON.stringify(data)
      if (shown === next) return
      shown = next
      list.setAttribute("aria-label", data.label)
      draw(list, data, (id) => setTriggerValue("open", id), (chosen) => setTriggerValue("act", chosen))
    },
    end: () => listeners.abort(),
  }
}

export default (component) => mount(component, createMailList)
