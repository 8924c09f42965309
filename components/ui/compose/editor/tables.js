// Reduces tables to what Markdown can express: one head row, equally long rows, each cell in its column.
import { BLOCKS, replaceWith, unwrap } from "./dom.js"

const LAYOUT = "table, h1, h2, h3, h4, h5, h6, blockquote, pre, hr"

export function cleanTables(body) {
  for (const table of [...body.querySelectorAll("table")].reverse()) {
    const rows = gridOf(table).filter((cells) => cells.some((cell) => cell?.textContent.trim()))
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

// The cells of a table in their rows and columns: a cell that spans several is in the first, the others are null.
function gridOf(table) {
  const rows = [...table.rows]
  const grid = rows.map(() => [])
  rows.forEach((row, y) => {
    let x = 0
    for (const cell of row.cells) {
      while (grid[y][x] !== undefined) x += 1
      const [width, height] = [Math.min(cell.colSpan, 40), cell.rowSpan || rows.length]
      for (let dy = 0; dy < Math.min(height, rows.length - y); dy += 1) {
        for (let dx = 0; dx < width; dx += 1) grid[y + dy][x + dx] ??= dx || dy ? null : cell
      }
    }
  })
  return grid
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

// Keeps the lines of a cell as <br>: a row is one line of text.
function fillCell(made, cell) {
  const document = cell.ownerDocument
  for (const item of cell.querySelectorAll("li")) {
    const isNumbered = item.parentNode.localName === "ol"
    const number = Number(item.parentNode.getAttribute("start") ?? 1) + [...item.parentNode.children].indexOf(item)
    item.prepend(isNumbered ? `${number}. ` : "• ")
  }
  for (const block of cell.querySelectorAll(BLOCKS)) {
    block.before(document.createElement("br"))
    block.after(document.createElement("br"))
    unwrap(block)
  }
  const lines = [[]]
  for (const node of cell.childNodes) {
    if (node.localName === "br") lines.push([])
    else lines.at(-1).push(node)
  }
  const written = lines.filter((nodes) => nodes.some((node) => node.textContent.trim()))
  written.forEach((nodes, i) => made.append(...(i ? [document.createElement("br")] : []), ...nodes))
}
