// A paste into a text, which gets the plain text where the editor leaves the paste to CodeMirror.
import "./browser_globals.js"

import { paste as pasteInto } from "../../components/ui/compose/editor/paste.js"
import { format, parse, type } from "./editing.js"

// What a program has put onto the clipboard.
export function copied(html, text = "plain") {
  const contents = { "text/html": html, "text/plain": text }
  return { types: Object.keys(contents).filter((kind) => contents[kind]), getData: (kind) => contents[kind] ?? "" }
}

// The text with its caret after a paste.
export function paste(before, html, text = "plain") {
  const state = parse(before)
  const done = pasteInto(state, copied(html, text))
  return format(done ? state.update(done.step).state : type(state, text))
}
