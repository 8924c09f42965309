// The figures, columns and rows of the page Insights.
import { drawColumns } from "./columns.js"
import { drawRows } from "./rows.js"
import { make } from "../widgets/elements.js"
import { mount } from "../widgets/mount.js"

function drawFigures(data) {
  const figures = data.figures.map(({ name, value, note, tone }) => {
    const parts = [make("dt", {}, name), make("dd", { class: `value ${tone}` }, value)]
    if (note) parts.push(make("dd", { class: "note" }, note))
    return make("div", {}, ...parts)
  })
  return [make("dl", { class: "figures" }, ...figures)]
}

const DRAW = { columns: drawColumns, rows: drawRows, figures: drawFigures }

function createInsights({ parentElement }) {
  const root = parentElement.querySelector(".insights")
  let shown = null
  return {
    // Redrawn only when the data have changed: the focus and what is unfolded stay.
    update({ data, setTriggerValue }) {
      const next = JSON.stringify(data)
      if (shown === next) return
      shown = next
      root.replaceChildren(...DRAW[data.kind](data, (line) => setTriggerValue("pick", line)))
    },
  }
}

export default (component) => mount(component, createInsights)
