// A text with its caret or selection, written as one string: "‸" is the caret, "«…»" the selection.
import { markdown } from "../../components/ui/compose/editor/language.js"
import { continueLine, dropEmptyMarker, shiftItems } from "../../components/ui/compose/editor/lists.js"
import { moveToCell } from "../../components/ui/compose/editor/table_keys.js"
import { TOOLS } from "../../components/ui/compose/editor/toolbar.js"
import { EditorState } from "../../components/ui/compose/editor/vendor/codemirror.js"

export function makeState(doc, anchor, head = anchor) {
  return EditorState.create({ doc, selection: { anchor, head }, extensions: [markdown] })
}

export function parse(state) {
  const text = state.replace(/[‸«»]/g, "")
  if (!state.includes("«")) return makeState(text, state.indexOf("‸"))
  return makeState(text, state.indexOf("«"), state.indexOf("»") - 1)
}

export function format(state) {
  const { from, to, empty } = state.selection.main
  const selected = empty ? "‸" : `«${state.sliceDoc(from, to)}»`
  return state.sliceDoc(0, from) + selected + state.sliceDoc(to)
}

// What CodeMirror does with typed text where the editor does nothing.
export function type(state, typed) {
  return state.update(state.replaceSelection(typed)).state
}

// What CodeMirror does with Backspace where the editor does nothing.
function eraseBefore({ selection: { main: { from, to, empty } } }) {
  return { changes: { from: empty ? from - 1 : from, to } }
}

// What a key does to a text; null where Tab moves the focus.
export function press(state, key) {
  if (key === "Enter") return state.update(continueLine(state) ?? state.replaceSelection("\n")).state
  if (key === "Backspace") return state.update(dropEmptyMarker(state) ?? eraseBefore(state)).state
  const way = key === "Tab" ? 1 : -1
  const step = moveToCell(state, way) ?? shiftItems(state, way)
  return step && state.update(step).state
}

// What a button of the toolbar does to a text.
export function use(state, tool) {
  return state.update(TOOLS[tool].change(state)).state
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
