// A list of mails, two lines a row. Texts go in as text, never as HTML.
function span(name, text, ranges = []) {
  const element = document.createElement("span")
  element.className = name
  // Ranges count code points, as Python does; a string's own places would be off after an emoji.
  const letters = Array.from(text)
  let at = 0
  for (const [start, end] of ranges) {
    const hit = document.createElement("mark")
    hit.textContent = letters.slice(start, end).join("")
    element.append(letters.slice(at, start).join(""), hit)
    at = end
  }
  element.append(letters.slice(at).join(""))
  return element
}

// The name of a part of the list, above the first row of it.
function heading(text) {
  const element = document.createElement("div")
  element.className = "heading"
  element.setAttribute("role", "heading")
  element.setAttribute("aria-level", "4")
  element.textContent = text
  return element
}

function row(item, openId, open, actions, act) {
  const button = document.createElement("button")
  button.type = "button"
  button.className = "row"
  button.dataset.id = item.id
  if (item.id === openId) button.setAttribute("aria-current", "true")
  const first = document.createElement("span")
  first.className = "line"
  first.append(span("who", item.who), span("when", item.when))
  const second = document.createElement("span")
  second.className = "line"
  second.append(span("subject", item.subject, item.subject_ranges), span(`status ${item.tone}`, item.word))
  const found = item.preview_ranges.length ? "preview found" : "preview"
  button.append(first, second, span(found, item.preview, item.preview_ranges))
  button.addEventListener("click", () => open(item.id))
  if (!actions.length) return button
  const whole = document.createElement("div")
  whole.className = "whole"
  whole.append(button)
  for (const action of actions) {
    const small = document.createElement("button")
    small.type = "button"
    small.className = "action"
    small.textContent = action
    small.setAttribute("aria-label", `${action} ${item.subject}`)
    small.addEventListener("click", () => act({ id: item.id, action }))
    whole.append(small)
  }
  return whole
}

const focusedRow = (list) => list.getRootNode().activeElement?.closest?.(".row") ?? null

// Draws the rows anew and leaves the keyboard where it was.
function draw(list, data, open, act) {
  const focused = focusedRow(list)?.dataset.id
  const parts = data.rows.flatMap((item) => {
    const whole = row(item, data.open, open, data.actions, act)
    return item.heading ? [heading(item.heading), whole] : [whole]
  })
  list.replaceChildren(...parts)
  if (focused === undefined) return
  const again = [...list.querySelectorAll(".row")].find((each) => each.dataset.id === focused)
  again?.focus({ preventScroll: true })
}

function move(list, step) {
  const rows = [...list.querySelectorAll(".row")]
  const focused = focusedRow(list)
  const from = rows.indexOf(focused ?? list.querySelector("[aria-current]"))
  // The first step of all enters the list, at the opened mail if it is there.
  const to = focused ? from + step : Math.max(from, 0)
  rows[Math.min(Math.max(to, 0), rows.length - 1)]?.focus()
}

const FIELDS = "input, textarea, select, [contenteditable], [role=combobox], [role=dialog] *"
const STEPS = new Map([["j", 1], ["k", -1], ["ArrowDown", 1], ["ArrowUp", -1]])

// "/" leads to the search, "j" and "k" to the next mail and back; arrows do the same inside the list, and lead into it
// from the search. What is typed into any other field is left alone.
function press(event, list) {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return
  const search = list.search ? document.querySelector(`.st-key-${list.search} input`) : null
  const target = event.composedPath()[0]
  if (target === search && search) {
    if (event.key !== "ArrowDown") return
  } else if (target.matches?.(FIELDS)) return
  const arrow = event.key.startsWith("Arrow")
  if (event.key === "/" && search) {
    search.focus()
    search.select()
  } else if (STEPS.has(event.key) && (!arrow || target === search || focusedRow(list))) {
    // Where several lists stand on the page, the keys move in the one that has the keyboard.
    const elsewhere = event.composedPath().some((each) => each.classList?.contains("row"))
    if (!arrow && !focusedRow(list) && (!search || elsewhere)) return
    move(list, STEPS.get(event.key))
  } else return
  event.preventDefault()
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const list = parentElement.querySelector(".list")
  list.search = data.search
  if (!list.leaving) {
    list.leaving = new AbortController()
    document.addEventListener("keydown", (event) => press(event, list), { signal: list.leaving.signal })
  }
  const shown = JSON.stringify(data)
  if (list.shown !== shown) {
    list.shown = shown
    list.setAttribute("aria-label", data.label)
    const open = (id) => setTriggerValue("open", id)
    const act = (chosen) => setTriggerValue("act", chosen)
    draw(list, data, open, act)
  }
  return () => {
    list.leaving.abort()
    list.leaving = null
  }
}
