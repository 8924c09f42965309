// A table of names, each with a note and a number; the name leads to its mails.
import { make } from "../widgets/elements.js"

export function drawRows(data, pick) {
  const rows = data.rows.map((row) => {
    const name = make("button", { type: "button", class: "name" }, make("span", {}, row.name))
    if (row.note) name.append(make("span", { class: "note" }, row.note))
    name.addEventListener("click", () => pick(row.line))
    return make("tr", {}, make("th", { scope: "row" }, name), make("td", {}, row.mails.toLocaleString("en")))
  })
  const names = [data.column, "Mails"].map((name) => make("th", { scope: "col" }, name))
  const head = make("thead", { class: "unseen" }, make("tr", {}, ...names))
  return [make("table", { class: "rows", "aria-label": data.label }, head, make("tbody", {}, ...rows))]
}
