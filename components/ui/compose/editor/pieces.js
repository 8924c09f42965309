// Links, pictures and tables: Markdown with a placeholder that is selected, ready to be filled in.
const ADDRESS = /^(?:https?:\/\/|mailto:)\S+$/i
const LINK = /!?\[([^\]\n]*)\]\([^)\n]*\)/g

function findLink({ text, from, to }) {
  return [...text.matchAll(LINK)].find(({ 0: whole, index }) => index <= from && to <= index + whole.length)
}

export function toAddress(address) {
  return address.replace(/[()]/g, (bracket) => (bracket === "(" ? "%28" : "%29"))
}

export function toggleLink(state) {
  const { text } = state
  const found = findLink(state)
  if (found && found[0][0] !== "!") {
    const { 0: whole, 1: words, index } = found
    return { text: text.slice(0, index) + words + text.slice(index + whole.length), from: index, to: index + words.length }
  }
  return putPiece(state, (words, address) => `[${words}](${address})`, "text")
}

export function putImage(state) {
  return putPiece(state, (words, address) => `![${words}](${address})`, "what it shows")
}

// The selection becomes the words or the address, whichever it looks like; the other is a placeholder.
function putPiece({ text, from, to }, form, sample) {
  const chosen = text.slice(from, to)
  const isAddress = ADDRESS.test(chosen.trim())
  const words = isAddress || !chosen ? sample : chosen
  const address = isAddress ? toAddress(chosen.trim()) : "https://"
  const made = form(words, address)
  const open = isAddress || !chosen ? words : address
  const at = from + (open === words ? made.indexOf("[") + 1 : made.lastIndexOf("(") + 1)
  return { text: text.slice(0, from) + made + text.slice(to), from: at, to: at + open.length }
}

// Inserts a table after the selection, which stays.
export function putTable({ text, from, to }) {
  const end = text.indexOf("\n", Math.max(from, to))
  const at = end < 0 ? text.length : end
  const line = text.slice(text.lastIndexOf("\n", at - 1) + 1, at)
  const gap = line.trim() ? "\n\n" : ""
  const tail = text.slice(at).trim() ? "\n" : ""
  const table = "| Item | Amount |\n| --- | ---: |\n|  |  |\n"
  const place = at + gap.length + 2
  return { text: text.slice(0, at) + gap + table + tail + text.slice(at), from: place, to: place + "Item".length }
}

// Makes a link of words over which an address is pasted. Null where the address is only to be inserted.
export function linkOver({ text, from, to }, pasted) {
  const address = pasted.trim()
  const words = text.slice(from, to)
  const isTarget = text.slice(0, from).endsWith("](")
  if (!ADDRESS.test(address) || !words.trim() || /\n/.test(words) || ADDRESS.test(words.trim()) || isTarget) return null
  const made = `[${words}](${toAddress(address)})`
  return { text: text.slice(0, from) + made + text.slice(to), from: from + made.length, to: from + made.length }
}
