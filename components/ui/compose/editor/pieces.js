// Links, pictures and tables: Markdown with a placeholder that is selected, ready to be filled in.
import { findNode } from "./language.js"
import { toStep } from "./text.js"

const ADDRESS = /^(?:https?:\/\/|mailto:)\S+$/i

export function toAddress(address) {
  return address.replace(/[()]/g, (bracket) => (bracket === "(" ? "%28" : "%29"))
}

export function toggleLink(state) {
  const { from, to } = state.selection.main
  const link = findNode(state, from, to, "Link")
  if (!link?.getChild("URL")) return putPiece(state, (words, address) => `[${words}](${address})`, "text")
  const [open, close] = link.getChildren("LinkMark")
  const words = state.sliceDoc(open.to, close.from)
  return toStep({ from: link.from, to: link.to, insert: words }, link.from, link.from + words.length)
}

export function putImage(state) {
  return putPiece(state, (words, address) => `![${words}](${address})`, "what it shows")
}

// Inserts a picture from the web after the selection; its name is selected, ready to become what it shows.
export function putWebImage(state, name, address) {
  const { to: at } = state.selection.main
  const words = name.replace(/[\\[\]]/g, "\\$&")
  return toStep({ from: at, insert: `![${words}](${address})` }, at + 2, at + 2 + words.length)
}

// The selection becomes the words or the address, whichever it looks like; the other is a placeholder.
function putPiece(state, form, sample) {
  const { from, to } = state.selection.main
  const chosen = state.sliceDoc(from, to)
  const isAddress = ADDRESS.test(chosen.trim())
  const words = isAddress || !chosen ? sample : chosen
  const address = isAddress ? toAddress(chosen.trim()) : "https://"
  const made = form(words, address)
  const open = isAddress || !chosen ? words : address
  const at = from + (open === words ? made.indexOf("[") + 1 : made.lastIndexOf("(") + 1)
  return toStep({ from, to, insert: made }, at, at + open.length)
}

// Inserts a table after the selection, which stays.
export function putTable(state) {
  const { to: at, text } = state.doc.lineAt(state.selection.main.to)
  const gap = text.trim() ? "\n\n" : ""
  const tail = state.sliceDoc(at).trim() ? "\n" : ""
  const table = "| Item | Amount |\n| --- | ---: |\n|  |  |\n"
  const place = at + gap.length + 2
  return toStep({ from: at, insert: gap + table + tail }, place, place + "Item".length)
}

// Makes a link of words over which an address is pasted. Null where the address is only to be inserted.
export function linkOver(state, pasted) {
  const { from, to } = state.selection.main
  const address = pasted.trim()
  const words = state.sliceDoc(from, to)
  const isTarget = state.sliceDoc(from - 2, from) === "]("
  if (!ADDRESS.test(address) || !words.trim() || /\n/.test(words) || ADDRESS.test(words.trim()) || isTarget) return null
  const made = `[${words}](${toAddress(address)})`
  return toStep({ from, to, insert: made }, from + made.length)
}
