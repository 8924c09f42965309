// The text of the editor as a value, {text, from, to}, where from and to are the selection. Edits are pure functions from
// CodeMirror's state to the transaction of one step that undo takes back.
import { isolateHistory } from "./vendor/codemirror.js"

export function read(state) {
  const { from, to } = state.selection.main
  return { text: state.doc.toString(), from, to }
}

// The one range in which two texts differ: from `at` on, `gone` characters become `put`.
export function difference(old, now) {
  const shorter = Math.min(old.length, now.length)
  let at = 0
  while (at < shorter && old[at] === now[at]) at += 1
  let tail = 0
  while (tail < shorter - at && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail += 1
  // Half of a surrogate pair cannot be inserted.
  if (/[\ud800-\udbff]/.test(old[at - 1] ?? "")) at -= 1
  if (tail && /[\udc00-\udfff]/.test(old[old.length - tail])) tail -= 1
  return { at, gone: old.length - at - tail, put: now.slice(at, now.length - tail) }
}

export function toChange({ at, gone, put }) {
  return { from: at, to: at + gone, insert: put }
}

export function toStep(changes, from, to = from) {
  return { changes, selection: { anchor: from, head: to }, annotations: isolateHistory.of("full"), userEvent: "input", scrollIntoView: true }
}

// The step to another text and selection; null for null.
export function stepTo(state, next) {
  return next && toStep(toChange(difference(state.doc.toString(), next.text)), next.from, next.to)
}

export function insert(state, put) {
  const { from, to } = state.selection.main
  return toStep({ from, to, insert: put }, from + put.length)
}

// The lines that a selection touches: numbers `first` to `last` of all `lines`; the first begins at `start`. A selection
// that ends at the beginning of a line does not touch that line.
export function rowsOf({ text, from, to }) {
  const lines = text.split("\n")
  const first = text.slice(0, from).split("\n").length - 1
  const end = to > from && text[to - 1] === "\n" ? to - 1 : to
  const last = first + text.slice(from, Math.max(from, end)).split("\n").length - 1
  return { lines, first, last, start: startOf(lines, first) }
}

export function startOf(lines, row) {
  let start = 0
  for (let i = 0; i < row; i += 1) start += lines[i].length + 1
  return start
}

// Replaces the touched lines by changed ones. A caret keeps its distance from the end of its line; a selection becomes
// the whole lines.
export function putRows({ from, to }, rows, changed) {
  const { lines, first, last, start } = rows
  const next = [...lines.slice(0, first), ...changed, ...lines.slice(last + 1)].join("\n")
  const end = start + changed.join("\n").length
  if (from !== to) return { text: next, from: start, to: end }
  const place = Math.max(start, end - (start + lines[first].length - from))
  return { text: next, from: place, to: place }
}
