// Splits the text of a recipients field into entries, by the rule of components/message/addresses.py; a test compares
// the two. Python alone judges what is an address.
const LINE = /\r?\n/
const PIECE = /"(?:[^"\\]|\\[^])*"?|[,;\t]|[^",;\t]+/g
const SEPARATOR = /^[,;\t]$/
const UNSEEN = " \\t\\xa0\\u200b\\u200e\\u200f\\u202a-\\u202e\\u2060\\u2066-\\u2069\\ufeff"
const EDGES = new RegExp(`^[${UNSEEN}]+|[${UNSEEN}]+$`, "g")

const trim = (text) => text.replace(EDGES, "")

// The entries that a separator has ended, and the rest, which is still being typed.
export function cut(text) {
  const entries = []
  let entry = ""
  const end = () => {
    if (trim(entry)) entries.push(trim(entry))
    entry = ""
  }
  text.split(LINE).forEach((line, number) => {
    if (number) end()
    for (const piece of line.match(PIECE) || []) {
      if (SEPARATOR.test(piece)) end()
      else entry += piece
    }
  })
  return { entries, rest: entry }
}

// All entries of a text, the last one included.
export function split(text) {
  const { entries, rest } = cut(text)
  return trim(rest) ? [...entries, trim(rest)] : entries
}

// Joins entries into a text that split() takes apart into the same entries: a line end closes an open quote.
export function join(entries) {
  return entries.map((entry, i) => {
    if (i === entries.length - 1) return entry
    return cut(`${entry},`).rest ? `${entry}\n` : `${entry}, `
  }).join("")
}
