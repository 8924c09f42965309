// A text with its caret or selection, written as one string: "‸" is the caret, "«…»" the selection.
import { continueLine, dropEmptyMarker, shiftItems } from "../../components/ui/compose/editor/lists.js"
import { TOOLS } from "../../components/ui/compose/editor/toolbar.js"

export function parse(state) {
  const text = state.replace(/[‸«»]/g, "")
  if (!state.includes("«")) return { text, from: state.indexOf("‸"), to: state.indexOf("‸") }
  return { text, from: state.indexOf("«"), to: state.indexOf("»") - 1 }
}

export function format({ text, from, to }) {
  const selected = from === to ? "‸" : `«${text.slice(from, to)}»`
  return text.slice(0, from) + selected + text.slice(to)
}

// What a browser does with a typed character where the editor does nothing.
export function type({ text, from, to }, typed) {
  return { text: text.slice(0, from) + typed + text.slice(to), from: from + typed.length, to: from + typed.length }
}

// What a browser does with Backspace where the editor does nothing.
function eraseBefore({ text, from, to }) {
  const start = from === to ? from - 1 : from
  return { text: text.slice(0, start) + text.slice(to), from: start, to: start }
}

// What a key does to a text; null where Tab moves the focus.
export function press(state, key) {
  if (key === "Enter") return continueLine(state) ?? type(state, "\n")
  if (key === "Backspace") return dropEmptyMarker(state) ?? eraseBefore(state)
  return shiftItems(state, key === "Tab" ? 1 : -1)
}

export function toolNamed(label) {
  return Object.keys(TOOLS).find((name) => TOOLS[name].label === label)
}

// The keyboard event of a key such as "Control+Shift+8".
export function keyEvent(press) {
  const parts = press.split("+")
  const key = parts.pop()
  const code = /\d/.test(key) ? `Digit${key}` : `Key${key.toUpperCase()}`
  return { key, code, ctrlKey: parts.includes("Control"), shiftKey: parts.includes("Shift"), altKey: false, metaKey: false }
}
