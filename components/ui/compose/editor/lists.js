// Lists and quotes as lines of text: continues, indents and outdents them.
import { QUOTE, headOf, isOrdinal, parseItem } from "./items.js"
import { codeRows, findFence, findNode } from "./language.js"
import { listsOf, renumber } from "./numbering.js"
import { read, rowsOf, startOf, stepTo } from "./text.js"

const STEP = "  "

// The item on a line, or null. "… since\n1986. It was …" is not a list, as in the mail itself: within a paragraph only a
// 1 begins one. A date or an ordinal is an item only in a list that counts.
function itemAt(state, lines, row, places) {
  const item = parseItem(lines[row])
  if (!item || item.number === null) return item
  const { list } = places[row]
  if (isOrdinal(item) && !(list.countsUp && list.size > 1)) return null
  if (item.number === 1 || row === 0) return item
  const above = state.doc.line(row)
  const isBelowItem = parseItem(above.text) || /^ {2,}/.test(above.text)
  return isBelowItem || !findNode(state, above.to, above.to, "Paragraph") ? item : null
}

// Puts the caret into line `row`, `rest` characters before its end: markers may have become longer.
function caretIn(lines, row, rest) {
  const at = startOf(lines, row) + lines[row].length - rest
  return { text: lines.join("\n"), from: at, to: at }
}

// What Enter does in a list or quote; null elsewhere.
export function continueLine(state) {
  // Enter replaces the selection.
  const { state: rest } = state.update(state.replaceSelection(""))
  return findFence(rest) ? null : stepTo(state, continued(rest))
}

// What Backspace does right after the marker of an empty item or quote; null elsewhere.
export function dropEmptyMarker(state) {
  return findFence(state) ? null : stepTo(state, withoutEmptyMarker(read(state)))
}

// What Tab (`way` 1) and Shift+Tab (-1) do: indents or outdents the touched items with all below them. Null where
// nothing can move, so that the key moves the focus and does not trap it.
export function shiftItems(state, way) {
  return findFence(state) ? null : stepTo(state, shifted(state, way))
}

function continued(state) {
  const { lines, first: row, start } = rowsOf(read(state))
  const column = state.selection.main.from - start
  const places = listsOf(lines, codeRows(state))
  const item = itemAt(state, lines, row, places)
  if (!item) return continueQuote(lines, row, column)
  const head = headOf(item)
  if (column < head.length) return null
  if (!item.text.trim() && item.indent.length < STEP.length) return dropMarker(lines, row, item.quote)
  if (!item.text.trim()) return shifted(state, -1)
  const rest = lines[row].slice(column).trimStart()
  const number = item.number === null ? null : item.number + 1
  const next = headOf({ ...item, number, task: item.task && "[ ] " }) + rest
  lines.splice(row, 1, lines[row].slice(0, column).trimEnd(), next)
  places.splice(row + 1, 0, places[row] && { ...places[row], isFirst: false })
  return caretIn(renumber(lines, places), row + 1, rest.length)
}

function continueQuote(lines, row, column) {
  const [, marks, words] = QUOTE.exec(lines[row]) ?? []
  if (!marks || column < marks.length) return null
  if (!words.trim()) return dropMarker(lines, row, "")
  const rest = lines[row].slice(column)
  lines.splice(row, 1, lines[row].slice(0, column), marks.trimEnd() + " " + rest)
  return caretIn(lines, row + 1, rest.length)
}

function dropMarker(lines, row, left) {
  return caretIn([...lines.slice(0, row), left, ...lines.slice(row + 1)], row, 0)
}

function withoutEmptyMarker({ text, from, to }) {
  const rows = rowsOf({ text, from, to })
  const { lines, first: row, start } = rows
  if (from !== to || from !== start + lines[row].length) return null
  const item = parseItem(lines[row])
  if (item && !item.text) return dropMarker(lines, row, item.quote)
  const quote = QUOTE.exec(lines[row])
  return quote && !quote[2] ? dropMarker(lines, row, "") : null
}

function shifted(state, way) {
  const { from, empty } = state.selection.main
  const rows = rowsOf(read(state))
  const { lines, first } = rows
  const places = listsOf(lines, codeRows(state))
  const top = itemAt(state, lines, first, places)
  if (!top) return null
  const above = first > 0 ? parseItem(lines[first - 1]) : null
  const depth = indentOf(lines[first])
  if (way < 0 ? depth < STEP.length : !above && !/^ {2,}\S/.test(lines[first - 1] ?? "")) return null
  if (way > 0 && above && indentOf(lines[first - 1]) < depth) return null
  let last = rows.last
  while (last + 1 < lines.length && lines[last + 1].trim() && indentOf(lines[last + 1]) > depth) last += 1
  const changed = lines.slice(first, last + 1).map((line) => shiftLine(line, way))
  const isMoved = (row) => row >= first && row <= last && indentOf(lines[row]) === depth
  const next = renumber([...lines.slice(0, first), ...changed, ...lines.slice(last + 1)], places, isMoved)
  if (empty) return caretIn(next, first, rows.start + lines[first].length - from)
  const begin = startOf(next, first)
  return { text: next.join("\n"), from: begin, to: startOf(next, rows.last) + next[rows.last].length }
}

function indentOf(line) {
  return /^(?:(?: {0,3}> ?)*)( *)/.exec(line)[1].length
}

function shiftLine(line, way) {
  const [quote] = /^(?: {0,3}> ?)*/.exec(line)
  const rest = line.slice(quote.length)
  return quote + (way > 0 ? STEP + rest : rest.startsWith(STEP) ? rest.slice(STEP.length) : rest.trimStart())
}
