// What of a list is meant by what is typed: an offer, never a choice.
const OFFERED = 6
const LETTERS = { ß: "ss", ø: "o", ł: "l", đ: "d", æ: "ae", œ: "oe", ı: "i" }

function fold(text) {
  const plain = text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "")
  return plain.replace(/[ßøłđæœı]/g, (letter) => LETTERS[letter])
}

const LETTER = /[\p{L}\p{N}]/u

// Whether the part stands at a word's beginning, or begins with a sign, as "@corp" does.
function startsAWord(text, part) {
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
    if (at === 0 || !LETTER.test(text[at - 1]) || !LETTER.test(part[0])) return true
  }
  return false
}

// Those that have, in name or note, a word that begins with each of the words typed, in the order given.
function find(items, typed, isOut) {
  const parts = fold(typed).split(/[\s"<>]+/).filter(Boolean)
  if (!parts.length) return []
  const found = []
  for (const item of items) {
    if (found.length === OFFERED) break
    item.folded ||= fold(`${item.name} ${item.note}`)
    if (!isOut(item) && parts.every((part) => startsAWord(item.folded, part))) found.push(item)
  }
  return found
}
