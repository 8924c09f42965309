// A table of names, each with a number and a bar of that length; the name leads to its mails.
import { make } from "../widgets/elements.js"

export function drawRows(data, pick) {
  const most = Math.max(...data.rows.map((row) => row.mails))
  const rows = data.rows.map((row) => {
    const name = make("button", { type: "button", class: "name" }, make("span", {}, row.name))
    if (row.note) name.append(make("span", { class: "note" }, row.note))
    name.addEventListener("click", () => pick(row.line))
    const bar = make("span", { class: `bar ${data.tone}` })
    bar.style.width = `${(100 * row.mails) / most}%`
    return make("tr", {}, make("th", { scope: "row" }, name, bar), make("td", {}, row.mails.toLocaleString("en")))
  })
  const names = [data.column, "Mails"].map((name) => make("th", { scope: "col" }, name))
  const head = make("thead", { class: "unseen" }, make("tr", {}, ...names))
  return [make("table", { class: "rows", "aria-label": data.label }, head, make("tbody", {}, ...rows))]
}
