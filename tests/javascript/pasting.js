// A paste into a textarea of jsdom, which gets the text itself where the editor leaves the paste to the browser.
import { document } from "./browser_globals.js"

import { handlePaste } from "../../components/ui/compose/editor/paste.js"
import { read } from "../../components/ui/compose/editor/text.js"
import { format, parse, type } from "./editing.js"

// What a program has put onto the clipboard.
export function copied(html, text = "plain") {
  const contents = { "text/html": html, "text/plain": text }
  return { types: Object.keys(contents).filter((kind) => contents[kind]), getData: (kind) => contents[kind] ?? "" }
}

// The text with its caret after a paste.
export function paste(before, html, text = "plain", { plain = false } = {}) {
  const state = parse(before)
  const area = document.body.appendChild(document.createElement("textarea"))
  area.value = state.text
  area.setSelectionRange(state.from, state.to)
  let isHandled = false
  const event = { clipboardData: copied(html, text), preventDefault: () => (isHandled = true) }
  handlePaste(event, area, plain)
  const after = isHandled ? read(area) : type(state, text)
  area.remove()
  return format(after)
}
