// Formats of whole lines: heading, lists, quote, fenced code. A format that all touched lines have is removed.
import { QUOTE, headOf, isOrdinal, parseItem } from "./items.js"
import { toggleMark } from "./marks.js"
import { putRows, rowsOf, startOf } from "./text.js"

const HEADING = /^((?: {0,3}> ?)*) {0,3}#{1,6} +/

export function touched(lines) {
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
  const rows = rowsOf(state)
  const lines = rows.lines.slice(rows.first, rows.last + 1)
  const single = lines.length === 1
  return putRows(state, rows, change(lines, (line) => single || line.trim() !== ""))
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

// The rows of the fence around a row, or null.
export function fenceAround(lines, row) {
  const fences = lines.map((line, i) => (/^ *(?:`{3,}|~{3,})/.test(line) ? i : -1)).filter((i) => i >= 0)
  for (let i = 0; i + 1 < fences.length; i += 2) {
    if (fences[i] <= row && row <= fences[i + 1]) return [fences[i], fences[i + 1]]
  }
  return null
}

function toggleFence(state) {
  const rows = rowsOf(state)
  const { lines, first, last } = rows
  const around = fenceAround(lines, first)
  if (around) {
    const inner = lines.slice(around[0] + 1, around[1])
    const next = [...lines.slice(0, around[0]), ...inner, ...lines.slice(around[1] + 1)].join("\n")
    const from = startOf(lines, around[0])
    return { text: next, from, to: from + inner.join("\n").length }
  }
  const inner = lines.slice(first, last + 1)
  const longest = Math.max(2, ...(inner.join("\n").match(/`+/g) ?? []).map((ticks) => ticks.length))
  const fence = "`".repeat(longest + 1)
  const text = [...lines.slice(0, first), fence, ...inner, fence, ...lines.slice(last + 1)].join("\n")
  const from = rows.start + fence.length + 1
  return { text, from, to: from + inner.join("\n").length }
}

// Code within one line is marked; several lines, or an empty one, become a block.
export function toggleCode(state) {
  const { lines, first, last } = rowsOf(state)
  const isBlock = first !== last || !lines[first].trim() || fenceAround(lines, first) !== null
  return isBlock ? toggleFence(state) : toggleMark(state, "code")
}
