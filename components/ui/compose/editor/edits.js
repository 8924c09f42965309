// Edits that Python makes, {rev, before, after}: each is applied once, rebased onto what was typed in the meantime.
import { isolateHistory } from "./vendor/codemirror.js"
import { difference, toChange } from "./text.js"

// The range that the edit changes in `text`; null where the same place was typed into.
function rebase({ before, after }, text) {
  const asked = difference(before, after)
  const typed = difference(before, text)
  const isBehind = asked.at >= typed.at + typed.gone
  if (text !== before && !isBehind && asked.at + asked.gone > typed.at) return null
  return text !== before && isBehind ? { ...asked, at: asked.at + typed.put.length - typed.gone } : asked
}

// One step for undo. CodeMirror keeps the caret at its words, and the focus where it is.
export function toEditStep(state, edit) {
  const change = rebase(edit, state.doc.toString())
  return change && { changes: toChange(change), annotations: isolateHistory.of("full") }
}
