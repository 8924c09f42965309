// Finds the items of a list that a typed text may mean.
export const MAX_FOUND = 6
const LETTERS = { ß: "ss", ø: "o", ł: "l", đ: "d", æ: "ae", œ: "oe", ı: "i" }

function fold(text) {
  const plain = text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "")
  return plain.replace(/[ßøłđæœı]/g, (letter) => LETTERS[letter])
}

const LETTER = /[\p{L}\p{N}]/u

// Whether the part is the beginning of a word, or begins with a sign, as "@corp" does.
function startsAWord(text, part) {
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
    if (at === 0 || !LETTER.test(text[at - 1]) || !LETTER.test(part[0])) return true
  }
  return false
}

const foldedTexts = new WeakMap()

function foldedTextOf(item) {
  let text = foldedTexts.get(item)
  if (text === undefined) foldedTexts.set(item, (text = fold(`${item.name} ${item.note}`)))
  return text
}

// The first items, in their order, whose name or note has a word that begins with each of the words typed.
export function find(items, typed, isExcluded) {
  const parts = fold(typed).split(/[\s"<>]+/).filter(Boolean)
  if (!parts.length) return []
  const found = []
  for (const item of items) {
    if (found.length === MAX_FOUND) break
    if (!isExcluded(item) && parts.every((part) => startsAWord(foldedTextOf(item), part))) found.push(item)
  }
  return found
}
