// Edits that Python makes, {rev, before, after}: each is applied once, rebased onto what was typed in the meantime.
import { difference, read, write } from "./text.js"

function rebase({ before, after }, text) {
  const asked = difference(before, after)
  const typed = difference(before, text)
  const isApart = asked.at + asked.gone <= typed.at || asked.at >= typed.at + typed.gone
  if (text !== before && !isApart) return null
  const isBehind = text !== before && asked.at >= typed.at + typed.gone
  return isBehind ? { ...asked, at: asked.at + typed.put.length - typed.gone } : asked
}

function moved(place, { at, gone, put }) {
  if (place <= at) return place
  return place >= at + gone ? place + put.length - gone : at + Math.min(place - at, put.length)
}

// Keeps the caret at its words, and the focus where it is.
export function applyEdit(area, edit) {
  const { text, from, to } = read(area)
  const change = rebase(edit, text)
  if (!change) return
  const focused = area.getRootNode().activeElement ?? document.activeElement
  const next = text.slice(0, change.at) + change.put + text.slice(change.at + change.gone)
  write(area, { text: next, from: moved(from, change), to: moved(to, change) })
  if (focused && focused !== area) focused.focus({ preventScroll: true })
}
