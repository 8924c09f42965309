function drawFigures(data) {
  const figures = data.figures.map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, value)))
  return [make("dl", { class: "figures" }, ...figures)]
}

const DRAWN = { columns: drawColumns, rows: drawRows, figures: drawFigures }

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const root = parentElement.querySelector(".insights")
  const shown = JSON.stringify(data)
  // Drawn anew only when it has changed: what has the focus keeps it, what is unfolded stays so.
  if (root.shown === shown) return
  root.shown = shown
  root.replaceChildren(...DRAWN[data.kind](data, (line) => setTriggerValue("pick", line)))
}
