// Lists and quotes as lines of text: continues, indents, outdents and renumbers them.
import { isInFence, rowsOf, startOf } from "./text.js"

const ITEM = /^((?: {0,3}> ?)*)( *)(?:([-*+])|(\d{1,9})([.)]))( +)(\[[ xX]\](?: +|$))?(.*)$/
export const QUOTE = /^((?: {0,3}> ?)+)(.*)$/
const RULE = /^(?: {0,3}> ?)* {0,3}([-*_])(?: *\1){2,} *$/
const STEP = "  "

export function parseItem(line) {
  const found = RULE.test(line) ? null : ITEM.exec(line)
  if (!found) return null
  const [, quote, indent, bullet, number, dot, gap, task = "", text] = found
  return { quote, indent, bullet, number: number === undefined ? null : Number(number), dot, gap, task, text }
}

function headOf({ quote, indent, bullet, number, dot, gap, task }) {
  return `${quote}${indent}${number === null ? bullet : number + dot}${gap}${task}`
}

function toLine(item) {
  return headOf(item) + item.text
}

// "… since\n1986. It was …" is not a list, as in the mail itself: below a line of text only a 1 begins one.
function itemAt(lines, row) {
  const item = parseItem(lines[row])
  if (!item || item.number === null || item.number === 1 || row === 0) return item
  const above = lines[row - 1]
  const isText = QUOTE.exec(above)?.[2].trim() ?? above.trim()
  return isText && !parseItem(above) && !/^ {2,}/.test(above) ? null : item
}

// The first and last line of the list around `row`: its items and what is indented below them.
function listAround(lines, row) {
  const quote = QUOTE.exec(lines[row])?.[1] ?? ""
  const belongs = (line) => {
    const item = line !== undefined && parseItem(line)
    return item ? item.quote === quote : line !== undefined && /^ {2,}\S/.test(line.slice(quote.length))
  }
  let first = row, last = row
  while (first > 0 && belongs(lines[first - 1])) first -= 1
  while (belongs(lines[last + 1])) last += 1
  return [first, last]
}

function numberOn(lines) {
  const levels = []
  return lines.map((line) => {
    const item = parseItem(line)
    if (!item) return line
    const indent = item.indent.length
    while (levels.length && levels.at(-1).indent > indent) levels.pop()
    const level = levels.at(-1)
    if (!level || level.indent < indent) {
      levels.push({ indent, number: item.number })
      return line
    }
    level.number = level.number === null || item.number === null ? item.number : level.number + 1
    return toLine({ ...item, number: level.number })
  })
}

function renumber(lines, row) {
  const [first, last] = listAround(lines, row)
  return [...lines.slice(0, first), ...numberOn(lines.slice(first, last + 1)), ...lines.slice(last + 1)]
}

// Puts the caret into line `row`, `rest` characters before its end: markers may have become longer.
function caretIn(lines, row, rest) {
  const at = startOf(lines, row) + lines[row].length - rest
  return { text: lines.join("\n"), from: at, to: at }
}

// What Enter does in a list or quote; null elsewhere.
export function continueLine({ text, from, to }) {
  const lines = (text.slice(0, from) + text.slice(to)).split("\n")
  const row = text.slice(0, from).split("\n").length - 1
  const column = from - startOf(lines, row)
  if (isInFence(lines, row)) return null
  const item = itemAt(lines, row)
  if (!item) return continueQuote(lines, row, column)
  const head = headOf(item)
  if (column < head.length) return null
  if (!item.text.trim() && item.indent.length < STEP.length) return dropMarker(lines, row, item.quote)
  if (!item.text.trim()) return shiftItems({ text: lines.join("\n"), from, to: from }, -1)
  const rest = lines[row].slice(column).trimStart()
  const number = item.number === null ? null : item.number + 1
  const next = headOf({ ...item, number, task: item.task && "[ ] " }) + rest
  lines.splice(row, 1, lines[row].slice(0, column).trimEnd(), next)
  return caretIn(renumber(lines, row), row + 1, rest.length)
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

// What Backspace does right after the marker of an empty item or quote; null elsewhere.
export function dropEmptyMarker({ text, from, to }) {
  const rows = rowsOf({ text, from, to })
  const { lines, first: row, start } = rows
  if (from !== to || from !== start + lines[row].length || isInFence(lines, row)) return null
  const item = parseItem(lines[row])
  if (item && !item.text) return dropMarker(lines, row, item.quote)
  const quote = QUOTE.exec(lines[row])
  return quote && !quote[2] ? dropMarker(lines, row, "") : null
}

// What Tab (`way` 1) and Shift+Tab (-1) do: indents or outdents the touched items with all below them. Null where
// nothing can move, so that the key moves the focus and does not trap it.
export function shiftItems(state, way) {
  const rows = rowsOf(state)
  const { lines, first } = rows
  const top = isInFence(lines, first) ? null : itemAt(lines, first)
  if (!top) return null
  const above = first > 0 ? parseItem(lines[first - 1]) : null
  const depth = indentOf(lines[first])
  if (way < 0 ? depth < STEP.length : !above && !/^ {2,}\S/.test(lines[first - 1] ?? "")) return null
  if (way > 0 && above && indentOf(lines[first - 1]) < depth) return null
  let last = rows.last
  while (last + 1 < lines.length && lines[last + 1].trim() && indentOf(lines[last + 1]) > depth) last += 1
  const changed = lines.slice(first, last + 1).map((line, i) => shiftLine(line, way, i === 0))
  const next = renumber([...lines.slice(0, first), ...changed, ...lines.slice(last + 1)], first)
  if (state.from === state.to) return caretIn(next, first, startOf(lines, first) + lines[first].length - state.from)
  const begin = startOf(next, first)
  return { text: next.join("\n"), from: begin, to: startOf(next, rows.last) + next[rows.last].length }
}

function indentOf(line) {
  return /^(?:(?: {0,3}> ?)*)( *)/.exec(line)[1].length
}

function shiftLine(line, way, isFirst) {
  const [quote] = /^(?: {0,3}> ?)*/.exec(line)
  const rest = line.slice(quote.length)
  const moved = way > 0 ? STEP + rest : rest.startsWith(STEP) ? rest.slice(STEP.length) : rest.trimStart()
  const item = parseItem(quote + moved)
  // A list that begins here begins at 1; items before it make renumber() count on from them.
  return item && isFirst && way > 0 && item.number !== null ? toLine({ ...item, number: 1 }) : quote + moved
}
