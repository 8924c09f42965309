// The list of keys in a native modal dialog: Escape closes it, and the focus returns to where it was.
import { KEYS, nameOfKey } from "./keys.js"

export function makeHelp(root) {
  const dialog = root.querySelector("dialog")
  const list = dialog.querySelector(".keys")
  list.replaceChildren(...KEYS.map(toGroup))
  const close = dialog.querySelector(".close")
  close.onclick = () => dialog.close()
  dialog.onclick = (event) => event.target === dialog && dialog.close()
  // A modal dialog keeps the focus out of the page but not out of the browser's toolbars; so Tab stays in here.
  dialog.onkeydown = (event) => {
    if (event.key !== "Tab") return
    event.preventDefault()
    const stops = [close, list]
    stops[(stops.indexOf(root.activeElement) + 1) % stops.length].focus()
  }
  return () => {
    if (dialog.open || !dialog.isConnected) return
    dialog.showModal()
    close.focus()
  }
}

function toGroup({ group, keys }) {
  const section = document.createElement("section")
  const title = document.createElement("h3")
  title.textContent = group
  const rows = document.createElement("dl")
  for (const key of keys) rows.append(...toRow(key))
  section.append(title, rows)
  return section
}

function toRow({ does, press, note }) {
  const term = document.createElement("dt")
  term.textContent = note ? `${does} (${note})` : does
  const value = document.createElement("dd")
  press.split("+").forEach((part, i) => {
    const key = document.createElement("kbd")
    key.textContent = nameOfKey(part)
    value.append(i ? "\u2009+\u2009" : "", key)
  })
  return [term, value]
}
