// Lists and quotes as lines of text: continues, indents and outdents them.
import { QUOTE, headOf, isOrdinal, parseItem } from "./items.js"
import { findFence } from "./language.js"
import { listsOf, renumber } from "./numbering.js"
import { read, rowsOf, startOf, stepTo } from "./text.js"

const STEP = "  "

// The item on a line, or null. "… since\n1986. It was …" is not a list, as in the mail itself: below a line of text only a
// 1 begins one. A date or an ordinal is an item only in a list that counts.
function itemAt(lines, row, places) {
  const item = parseItem(lines[row])
  if (!item || item.number === null) return item
  const { list } = places[row]
  if (isOrdinal(item) && !(list.countsUp && list.size > 1)) return null
  if (item.number === 1 || row === 0) return item
  const above = lines[row - 1]
  const isText = QUOTE.exec(above)?.[2].trim() ?? above.trim()
  return isText && !parseItem(above) && !/^ {2,}/.test(above) ? null : item
}

// Puts the caret into line `row`, `rest` characters before its end: markers may have become longer.
function caretIn(lines, row, rest) {
  const at = startOf(lines, row) + lines[row].length - rest
  return { text: lines.join("\n"), from: at, to: at }
}

// What Enter does in a list or quote; null elsewhere.
export function continueLine(state) {
  return findFence(state) ? null : stepTo(state, continued(read(state)))
}

// What Backspace does right after the marker of an empty item or quote; null elsewhere.
export function dropEmptyMarker(state) {
  return findFence(state) ? null : stepTo(state, withoutEmptyMarker(read(state)))
}

// What Tab (`way` 1) and Shift+Tab (-1) do: indents or outdents the touched items with all below them. Null where
// nothing can move, so that the key moves the focus and does not trap it.
export function shiftItems(state, way) {
  return findFence(state) ? null : stepTo(state, shifted(read(state), way))
}

function continued({ text, from, to }) {
  const lines = (text.slice(0, from) + text.slice(to)).split("\n")
  const row = text.slice(0, from).split("\n").length - 1
  const column = from - startOf(lines, row)
  const places = listsOf(lines)
  const item = itemAt(lines, row, places)
  if (!item) return continueQuote(lines, row, column)
  const head = headOf(item)
  if (column < head.length) return null
  if (!item.text.trim() && item.indent.length < STEP.length) return dropMarker(lines, row, item.quote)
  if (!item.text.trim()) return shifted({ text: lines.join("\n"), from, to: from }, -1)
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
  const rows = rowsOf(state)
  const { lines, first } = rows
  const places = listsOf(lines)
  const top = itemAt(lines, first, places)
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
  if (state.from === state.to) return caretIn(next, first, startOf(lines, first) + lines[first].length - state.from)
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
