// One line of a list as {quote, indent, bullet, number, digits, dot, gap, task, text}.
import { looksLikeOrdinal } from "./ordinals.js"

const ITEM = /^((?: {0,3}> ?)*)( *)(?:([-*+])|(\d{1,9})([.)]))( +)(\[[ xX]\](?: +|$))?(.*)$/
export const QUOTE = /^((?: {0,3}> ?)+)(.*)$/
const RULE = /^(?: {0,3}> ?)* {0,3}([-*_])(?: *\1){2,} *$/

export function parseItem(line) {
  const found = RULE.test(line) ? null : ITEM.exec(line)
  if (!found) return null
  const [, quote, indent, bullet, digits, dot, gap, task = "", text] = found
  return { quote, indent, bullet, number: digits === undefined ? null : Number(digits), digits, dot, gap, task, text }
}

// A number is as wide as `digits`, where those begin with a zero.
export function headOf({ quote, indent, bullet, number, digits, dot, gap, task }) {
  const mark = number === null ? bullet : String(number).padStart(digits.startsWith("0") ? digits.length : 0, "0") + dot
  return `${quote}${indent}${mark}${gap}${task}`
}

export function toLine(item) {
  return headOf(item) + item.text
}

// Whether the number belongs to the text, as in "3. Oktober".
export function isOrdinal(item) {
  return item.number !== null && item.dot === "." && looksLikeOrdinal(item.number, item.text)
}
