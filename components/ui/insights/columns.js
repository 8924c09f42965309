// Mails by day or week: a column for each, stacked by status, and the same as a table. Every number leads to its mails.
import { make } from "../widgets/elements.js"

export function drawColumns(data, pick) {
  const caption = make("p", { class: "said", "aria-hidden": "true" })
  const rest = () => { caption.textContent = data.hint }
  const bars = data.bars.map((bar) => {
    const column = make("button", { type: "button", class: "column", tabindex: "-1", "aria-label": bar.label })
    column.append(...bar.mails.map((mails, i) => {
      const part = make("span", { class: `part ${data.series[i].tone}` })
      part.style.height = `${(100 * mails) / data.top}%`
      return part
    }).reverse())
    column.addEventListener("click", () => pick(bar.line))
    for (const event of ["focus", "pointerenter"]) column.addEventListener(event, () => { caption.textContent = bar.label })
    for (const event of ["blur", "pointerleave"]) column.addEventListener(event, rest)
    return column
  })
  rest()
  const plot = make("div", { class: "plot", role: "group", "aria-label": data.label }, ...bars)
  moveWithArrows(plot, bars)
  const scale = make("div", { class: "scale", "aria-hidden": "true" }, ...data.scale.map((text) => make("span", {}, text)))
  const ends = make("div", { class: "ends", "aria-hidden": "true" }, ...data.ends.map((text) => make("span", {}, text)))
  const window = make("div", { class: "window" }, make("div", { class: "wide" }, plot, ends))
  // Columns keep a width that can be clicked; where there are too many, the newest are shown first.
  window.style.setProperty("--columns", data.bars.length)
  requestAnimationFrame(() => { window.scrollLeft = window.scrollWidth })
  return [drawLegend(data, pick), make("div", { class: "chart" }, scale, window), caption, drawTable(data, pick)]
}

// Makes the columns one tab stop, the newest one; arrow keys lead to the others.
function moveWithArrows(plot, columns) {
  const to = (at) => {
    for (const column of columns) column.tabIndex = -1
    columns[at].tabIndex = 0
    return columns[at]
  }
  to(columns.length - 1)
  plot.addEventListener("keydown", (event) => {
    const at = columns.indexOf(event.target)
    const last = columns.length - 1
    const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last }[event.key]
    if (next === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    to(Math.min(Math.max(next, 0), last)).focus()
  })
}

function drawLegend(data, pick) {
  const entries = data.series.map((each) => {
    const entry = make("button", { type: "button", class: "entry" })
    entry.append(make("span", { class: `dot ${each.tone}` }), `${each.name} ${each.mails}`)
    entry.addEventListener("click", () => pick(each.line))
    return make("li", {}, entry)
  })
  return make("ul", { class: "legend", "aria-label": "By status" }, ...entries)
}

function drawTable(data, pick) {
  const number = (mails, line, label) => {
    if (!mails) return make("td", {}, "")
    const button = make("button", { type: "button", class: "number", "aria-label": label }, String(mails))
    button.addEventListener("click", () => pick(line))
    return make("td", {}, button)
  }
  const head = make("tr", {}, ...[data.unit, "Mails", ...data.series.map((each) => each.name)].map((name) => make("th", { scope: "col" }, name)))
  const rows = data.bars.filter((bar) => bar.total).map((bar) => make(
    "tr", {}, make("th", { scope: "row" }, bar.name), number(bar.total, bar.line, bar.label),
    ...bar.mails.map((mails, i) => number(mails, `${bar.line} ${data.series[i].filter}`, `${bar.name}: ${mails} ${data.series[i].name}`)),
  ))
  const table = make("table", { "aria-label": data.label }, make("thead", {}, head), make("tbody", {}, ...rows))
  return make("details", {}, make("summary", {}, "As a table"), make("div", { class: "window" }, table))
}
