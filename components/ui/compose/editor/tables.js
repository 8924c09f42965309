// Reduces tables to what Markdown can express: one head row, equally long rows, one line a cell.
import { BLOCKS, replaceWith, unwrap } from "./dom.js"

const LAYOUT = "table, h1, h2, h3, h4, h5, h6, blockquote, pre, hr"

export function cleanTables(body) {
  for (const table of [...body.querySelectorAll("table")].reverse()) {
    const rows = [...table.rows].map(cellsOf).filter((cells) => cells.some((cell) => cell?.textContent.trim()))
    const width = Math.max(0, ...rows.map((cells) => cells.length))
    const isLayout = table.getAttribute("role") === "presentation" || width < 2 || table.querySelector(LAYOUT)
    if (isLayout) {
      dissolve(table)
      continue
    }
    if (table.caption) table.before(replaceWith(table.caption, "p"))
    table.replaceWith(buildTable(body.ownerDocument, rows, width))
  }
}

function cellsOf(row) {
  return [...row.cells].flatMap((cell) => [cell, ...Array(Math.min(cell.colSpan, 40) - 1).fill(null)])
}

function dissolve(table) {
  for (const cell of table.querySelectorAll("caption, td, th")) replaceWith(cell, "div")
  for (const part of table.querySelectorAll("tr, thead, tbody, tfoot")) unwrap(part)
  unwrap(table)
}

function buildTable(document, rows, width) {
  const table = document.createElement("table")
  const parts = [table.createTHead(), table.createTBody()]
  rows.forEach((cells, i) => {
    const row = document.createElement("tr")
    for (let column = 0; column < width; column += 1) {
      const made = document.createElement(i ? "td" : "th")
      if (!i) setAlign(made, (rows[1] ?? cells)[column])
      if (cells[column]) fillCell(made, cells[column])
      row.append(made)
    }
    parts[i ? 1 : 0].append(row)
  })
  return table
}

function setAlign(head, cell) {
  const own = cell?.getAttribute("align") || cell?.style.textAlign
  const inner = cell?.querySelector("p, div")
  const align = own || inner?.getAttribute("align") || inner?.style.textAlign
  if (/^(?:right|center)$/.test(align ?? "")) head.setAttribute("align", align)
}

// Joins the lines of a cell: a row is one line of text.
function fillCell(made, cell) {
  for (const part of cell.querySelectorAll("br")) part.replaceWith(" ")
  for (const part of cell.querySelectorAll("p, div, li")) part.append(" ")
  for (const part of cell.querySelectorAll(BLOCKS)) unwrap(part)
  made.append(...cell.childNodes)
}
