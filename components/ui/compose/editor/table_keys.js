// Tab within a table of Markdown: from cell to cell, and past the last one into a new row.
import { findNode } from "./language.js"
import { toStep } from "./text.js"

const QUOTE_MARKS = /^(?: {0,3}> ?)* */
const PIPE = /\\.|\|/g

// The cells of a row as ranges without the blanks around their text; an empty cell is the place behind its first blank.
function cellsOf({ text, from }) {
  const [head] = QUOTE_MARKS.exec(text)
  const pipes = [...text.matchAll(PIPE)].filter(({ 0: sign }) => sign === "|").map(({ index }) => index)
  const edges = pipes[0] === head.length ? pipes : [head.length - 1, ...pipes]
  if (text.slice(edges.at(-1) + 1).trim()) edges.push(text.length)
  return edges.slice(1).map((end, i) => {
    const cell = text.slice(edges[i] + 1, end)
    const start = from + edges[i] + 1 + (cell.trim() ? cell.length - cell.trimStart().length : Math.min(1, cell.length))
    return { from: start, to: start + cell.trim().length }
  })
}

function rowsOf(state, table) {
  const { number } = state.doc.lineAt(table.from)
  const rows = []
  for (let i = number; i <= state.doc.lineAt(table.to).number; i += 1) {
    // The second line holds no cells but the alignment of the columns.
    if (i !== number + 1) rows.push(state.doc.line(i))
  }
  return rows
}

// What Tab (`way` 1) and Shift+Tab (-1) do in a table; null elsewhere, and before the first cell.
export function moveToCell(state, way) {
  const { head } = state.selection.main
  const table = findNode(state, head, head, "Table")
  if (!table) return null
  const rows = rowsOf(state, table)
  const cells = rows.flatMap(cellsOf)
  const line = state.doc.lineAt(head)
  const current = cells.findLastIndex((cell) => cell.from <= Math.max(head, line.from + 1) || cell.to <= line.from)
  const next = cells[Math.max(current, 0) + way]
  if (next) return toStep([], next.from, next.to)
  if (way < 0) return null
  const width = cellsOf(rows[0]).length
  const { text, to } = rows.at(-1)
  const row = `\n${QUOTE_MARKS.exec(text)[0]}|${"  |".repeat(width)}`
  return toStep({ from: to, insert: row }, to + row.indexOf("|") + 2)
}
