// A list of mails, two lines a row, and the keys that move in it. Texts go in as text, never as HTML.
import { debounce } from "./debounce.js"
import { make } from "./elements.js"
import { mount } from "./mount.js"

// In milliseconds: held keys move the mark at once, and open the mail on which they come to rest.
const REST = 120, LONGEST = 2000
const FIELDS = "input, textarea, select, [contenteditable], [role=combobox], [role=dialog] *"
const STEPS = new Map([["j", 1], ["k", -1], ["ArrowDown", 1], ["ArrowUp", -1]])
// The mail beside the list.
const PANE = ".st-key-mail"

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
  return make("div", { class: "heading", role: "heading", "aria-level": "2" }, text)
}

function makeAbout(item) {
  const about = make("span", { class: "about" }, makeText("subject", item.subject, item.subject_ranges))
  if (item.preview && !item.preview_ranges.length) about.append(makeText("preview", item.preview))
  return about
}

function makeButton(item, data) {
  const state = item.word ? makeText(`status ${item.tone}`, item.word) : makeText("when", item.when)
  const button = make(
    "button",
    { type: "button", class: "row", "data-id": item.id, title: item.title },
    make("span", { class: "line" }, makeText("who", item.who), state),
    make("span", { class: "line" }, makeAbout(item), ...(item.mark ? [makeText("mark", item.mark)] : []), ...(item.by ? [makeText("by", item.by)] : [])),
  )
  if (item.preview_ranges.length) button.append(makeText("found", item.preview, item.preview_ranges))
  if (item.id === data.open) button.setAttribute("aria-current", "true")
  return button
}

function makeRow(item, data, report) {
  const button = makeButton(item, data)
  // A click of the keyboard has no place on the screen.
  button.addEventListener("click", (event) => report.open(item.id, event.detail === 0))
  if (!data.actions.length) return button
  const actions = data.actions.map((action) => {
    const small = make("button", { type: "button", class: "action", "aria-label": `${action} ${item.subject}` }, action)
    small.addEventListener("click", () => report.act({ id: item.id, action }))
    return small
  })
  return make("div", { class: "whole" }, button, ...actions)
}

const listRows = (list) => [...list.querySelectorAll(".row")]
const findFocused = (list) => list.getRootNode().activeElement?.closest?.(".row") ?? null

// Draws all rows again and leaves the focus on the row that had it.
function draw(list, data, report) {
  const focused = findFocused(list)?.dataset.id
  const parts = data.rows.flatMap((item) => {
    const row = makeRow(item, data, report)
    return item.heading ? [makeHeading(item.heading), row] : [row]
  })
  list.replaceChildren(...parts)
  if (focused === undefined) return
  listRows(list).find((each) => each.dataset.id === focused)?.focus({ preventScroll: true })
}

function mark(list, row) {
  for (const each of listRows(list)) each.removeAttribute("aria-current")
  row.setAttribute("aria-current", "true")
  row.scrollIntoView({ block: "nearest" })
}

// Moves by rows from the marked or focused one; returns the row it comes to, or null where the list is empty.
function move(list, step) {
  const rows = listRows(list)
  const from = rows.indexOf(findFocused(list) ?? list.querySelector("[aria-current]"))
  // The first step enters the list.
  const to = from < 0 ? 0 : Math.min(Math.max(from + step, 0), rows.length - 1)
  return rows[to] ?? null
}

function focusPane() {
  const heading = document.querySelector(`${PANE} :is(h1, h2, h3)`)
  if (!heading) return false
  heading.tabIndex = -1
  heading.focus()
  return true
}

function createMailList({ parentElement }) {
  const list = parentElement.querySelector(".list")
  const listeners = new AbortController()
  let data = { search: "", reads: false, open: "" }, shown = null, trigger = () => {}, entersPane = false
  let resting = null
  const openAtRest = debounce(() => trigger("open", resting), REST, LONGEST)
  const report = {
    open(id, byKey) {
      if (byKey && data.reads && id === data.open && focusPane()) return
      entersPane = byKey && data.reads
      trigger("open", id)
    },
    act: (chosen) => trigger("act", chosen),
  }

  function step(by, isArrow) {
    const row = move(list, by)
    if (!row) return
    if (isArrow || !data.reads) {
      row.focus()
      return
    }
    mark(list, row)
    if (findFocused(list)) row.focus({ preventScroll: true })
    resting = row.dataset.id
    openAtRest.call()
  }

  // "/" leads to the search; "j" and "k" open the next mail and the one before, "u" closes it; arrows move inside the
  // list, and lead into it from the search. What is typed into any other field is left alone.
  function onKey(event) {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return
    const search = data.search ? document.querySelector(`.st-key-${data.search} input`) : null
    const target = event.composedPath()[0]
    if (target === search && search) {
      if (event.key !== "ArrowDown") return
    } else if (target.matches?.(FIELDS)) return
    const isArrow = event.key.startsWith("Arrow")
    // On a page with several lists the keys move in the one that has the focus or the opened mail.
    const isInOtherList = !findFocused(list) && event.composedPath().some((each) => each.classList?.contains("row"))
    const isMine = !isInOtherList && (search || findFocused(list) || list.querySelector("[aria-current]"))
    if (event.key === "/" && search) {
      search.focus()
      search.select()
    } else if (STEPS.has(event.key) && (isArrow ? target === search || findFocused(list) : isMine)) {
      step(STEPS.get(event.key), isArrow)
    } else if (event.key === "u" && data.reads && isMine) {
      openAtRest.cancel()
      // The next key goes on from here.
      list.querySelector("[aria-current]")?.focus({ preventScroll: true })
      trigger("close", true)
    } else return
    event.preventDefault()
  }

  document.addEventListener("keydown", onKey, { signal: listeners.signal })
  return {
    update(component) {
      const next = JSON.stringify(component.data)
      trigger = component.setTriggerValue
      if (shown === next) return
      shown = next
      const isOther = component.data.open !== data.open
      data = component.data
      list.setAttribute("aria-label", data.label)
      draw(list, data, report)
      if (!isOther || !data.reads) return
      // Another mail begins at its top.
      document.querySelector(PANE)?.closest("[data-testid=stColumn]")?.scrollTo(0, 0)
      list.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" })
      if (entersPane) requestAnimationFrame(focusPane)
      entersPane = false
    },
    end: () => listeners.abort(),
  }
}

export default (component) => mount(component, createMailList)
