// The list of keys in a native modal dialog: Escape closes it, and the focus returns to where it was.
import { KEYS } from "./keys.js"
import { nameOfKey } from "../compose/editor/keys.js"

let open = () => {}

// Opens the list, from a button or a key anywhere.
export function openHelp() {
  open()
}

export function makeHelp(root) {
  const dialog = root.querySelector(".help")
  const list = dialog.querySelector(".keys")
  list.replaceChildren(...KEYS.map(toGroup))
  const close = dialog.querySelector(".close")
  close.onclick = () => dialog.close()
  dialog.onclick = (event) => event.target === dialog && dialog.close()
  dialog.onkeydown = (event) => {
    // What is pressed here means nothing to the page below.
    event.stopPropagation()
    // A modal dialog keeps the focus out of the page but not out of the browser's toolbars; so Tab stays in here.
    if (event.key !== "Tab") return
    event.preventDefault()
    const stops = [close, list]
    stops[(stops.indexOf(root.activeElement ?? document.activeElement) + 1) % stops.length].focus()
  }
  open = () => {
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

// Keys held together are written "Mod+K", keys pressed one after the other "g d".
function toRow({ does, press, note }) {
  const term = document.createElement("dt")
  term.textContent = note ? `${does} (${note})` : does
  const value = document.createElement("dd")
  for (const part of press.split(/([+ ])/)) {
    if (part === "+" || part === " ") {
      value.append(part === "+" ? "\u2009+\u2009" : " ")
      continue
    }
    const key = document.createElement("kbd")
    key.textContent = nameOfKey(part)
    value.append(key)
  }
  return [term, value]
}
