// Formats of whole lines: heading, lists, quote, fenced code. A format that all touched lines have is removed.
import { QUOTE, headOf, isOrdinal, parseItem } from "./items.js"
import { findFence } from "./language.js"
import { toggleMark } from "./marks.js"
import { putRows, read, rowsOf, stepTo, toStep } from "./text.js"

const HEADING = /^((?: {0,3}> ?)*) {0,3}#{1,6} +/

function touched(lines) {
  const written = lines.filter((line) => line.trim())
  return written.length ? written : lines
}

// The item on a line, or null. The number of a date or an ordinal belongs to the text.
function itemOf(line) {
  const item = parseItem(line)
  return item && !isOrdinal(item) ? item : null
}

function bare(line, keepsNumber = false) {
  const item = itemOf(line)
  if (item && !(keepsNumber && item.number !== null)) return [item.quote, item.text]
  const [quote] = /^(?: {0,3}> ?)*/.exec(line)
  return [quote, line.slice(quote.length)]
}

function changeLines(state, change) {
  const text = read(state)
  const rows = rowsOf(text)
  const lines = rows.lines.slice(rows.first, rows.last + 1)
  const single = lines.length === 1
  return stepTo(state, putRows(text, rows, change(lines, (line) => single || line.trim() !== "")))
}

// The lines that the selection touches, from the first to the last; not one that it only reaches the beginning of.
function linesOf(state) {
  const { from, to } = state.selection.main
  const lines = []
  for (let at = from; at <= to; ) {
    const line = state.doc.lineAt(at)
    if (at === from || at < to) lines.push(line)
    at = line.to + 1
  }
  return lines
}

// Whether all lines that the selection touches pass the test.
export function areLines(state, test) {
  return touched(linesOf(state).map(({ text }) => text)).every(test)
}

export const isHeading = (line) => HEADING.test(line)
export const isBullet = (line) => itemOf(line)?.number === null
export const isNumbered = (line) => (itemOf(line)?.number ?? null) !== null
export const isQuoted = (line) => QUOTE.test(line)

export function toggleHeading(state) {
  return changeLines(state, (lines, counts) => {
    if (touched(lines).every(isHeading)) return lines.map((line) => line.replace(HEADING, "$1"))
    return lines.map((line) => {
      const [quote, text] = bare(line.replace(HEADING, "$1"), true)
      return counts(line) ? `${quote}## ${text.trimStart()}` : line
    })
  })
}

export function toggleList(state, numbered) {
  const has = numbered ? isNumbered : isBullet
  return changeLines(state, (lines, counts) => {
    if (touched(lines).every(has)) return lines.map((line) => bare(line).join(""))
    let number = 0
    return lines.map((line) => {
      if (!counts(line)) return line
      const item = itemOf(line)
      if (has(line)) {
        number = item.number
        return line
      }
      const [quote, text] = bare(line)
      number += 1
      const head = numbered ? { number, digits: "", dot: "." } : { number: null, bullet: "-" }
      return headOf({ quote, indent: item?.indent ?? "", gap: " ", task: item?.task ?? "", ...head }) + text.trimStart()
    })
  })
}

export function toggleQuote(state) {
  return changeLines(state, (lines) => {
    if (touched(lines).every(isQuoted)) return lines.map((line) => line.replace(/^ {0,3}> ?/, ""))
    return lines.map((line) => (line ? `> ${line}` : lines.length === 1 ? "> " : ">"))
  })
}

// Makes a block of code of the touched lines.
function fence(state) {
  const lines = linesOf(state)
  const [from, to] = [lines[0].from, lines.at(-1).to]
  const inner = state.sliceDoc(from, to)
  const longest = Math.max(2, ...(inner.match(/`+/g) ?? []).map((ticks) => ticks.length))
  const ticks = "`".repeat(longest + 1)
  const start = from + ticks.length + 1
  return toStep({ from, to, insert: `${ticks}\n${inner}\n${ticks}` }, start, start + inner.length)
}

// Takes the lines of the marks away; a block that goes on to the end of the text has one alone.
function unfence(state, { from, to, firstChild, lastChild }) {
  const first = state.doc.lineAt(from)
  const start = Math.min(first.to + 1, state.doc.length)
  const isClosed = lastChild.name === "CodeMark" && lastChild.from !== firstChild.from
  const end = Math.max(start, isClosed ? state.doc.lineAt(to).from - 1 : to)
  const inner = state.sliceDoc(start, end)
  return toStep({ from: first.from, to: state.doc.lineAt(to).to, insert: inner }, first.from, first.from + inner.length)
}

// Code within one line is marked; several lines, or an empty one, become a block.
export function toggleCode(state) {
  const block = findFence(state)
  const lines = linesOf(state)
  if (block) return unfence(state, block)
  return lines.length > 1 || !lines[0].text.trim() ? fence(state) : toggleMark(state, "code")
}
