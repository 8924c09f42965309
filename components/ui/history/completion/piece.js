// The part of a search line that is being typed: the beginning of an operator, or of its value.
import { MAX_FOUND, find } from "../../widgets/matching.js"

const OPERATOR = /(?:^|\s)(?<minus>-?)(?<operator>[a-z]+)$/i
// Without quotes only dates may be two words: "last week".
const VALUE = /(?:^|\s)(?<minus>-?)(?<operator>[a-z]+):(?:"(?<quoted>[^"]*)|(?<bare>(?:(?:this|last)\s[a-z]*|[^\s"]*)))$/i

// The part that ends at the caret, as { start, minus, operator, typed }; `typed` is undefined while the operator is incomplete.
// Null where nothing can be completed: inside a phrase, or inside a word.
export function readPiece(line, caret) {
  const before = line.slice(0, caret)
  if (/^[^\s]/.test(line.slice(caret))) return null
  const match = before.match(VALUE) || before.match(OPERATOR)
  if (!match) return null
  const start = match.index + (/^\s/.test(match[0]) ? 1 : 0)
  const quotes = before.slice(0, start).match(/"/g) || []
  if (quotes.length % 2) return null
  const { minus, operator, quoted, bare } = match.groups
  return { start, minus, operator: operator.toLowerCase(), typed: quoted ?? bare }
}

// The suggestions for such a part: operators by their beginning, values by the words in them.
export function suggestFor(piece, { operators, dates, values, same }) {
  if (!piece) return []
  const { minus, operator, typed } = piece
  // A date cannot be excluded from a search.
  const fits = (name) => !minus || !dates.includes(name)
  if (typed === undefined) return operators.filter(({ text }) => text.startsWith(operator) && fits(text.slice(0, -1)))
  const known = (fits(operator) && values[same[operator] || operator]) || []
  if (known.some((item) => item.text === typed)) return []
  return typed ? find(known, typed, () => false) : known.slice(0, MAX_FOUND)
}

// The line with the part completed, and the position of the caret.
export function complete(line, caret, piece, item) {
  const rest = line.slice(caret).trimStart()
  const whole = piece.typed === undefined ? `${piece.minus}${item.text}` : `${piece.minus}${piece.operator}:${item.text} `
  const head = line.slice(0, piece.start) + whole
  return { line: head + (rest && piece.typed === undefined ? ` ${rest}` : rest), caret: head.length }
}
