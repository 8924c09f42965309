// Numbered lists of HTML whose numbers Markdown cannot express: other markers than "1." become typed text, and a list that
// does not count up by one becomes several lists.
import { BLOCKS, replaceWith, unwrap } from "./dom.js"

export const TYPED_MARKER = "data-typed-marker"
const TYPES = { a: "lower-alpha", A: "upper-alpha", i: "lower-roman", I: "upper-roman", 1: "decimal" }
const ROMAN = { m: 1000, cm: 900, d: 500, cd: 400, c: 100, xc: 90, l: 50, xl: 40, x: 10, ix: 9, v: 5, iv: 4, i: 1 }

function toLetters(number, first, size) {
  let letters = ""
  for (let rest = number; rest > 0; rest = Math.floor((rest - 1) / size)) letters = String.fromCodePoint(first + ((rest - 1) % size)) + letters
  return letters
}

function toRoman(number) {
  let rest = number
  return Object.entries(ROMAN).map(([letters, value]) => {
    const count = Math.floor(rest / value)
    rest -= count * value
    return letters.repeat(count)
  }).join("")
}

// A number as CSS Counter Styles write it; decimal where a type has no form for it.
export function formatNumber(number, type) {
  const isLatin = /^(?:lower|upper)-(?:alpha|latin)$/.test(type)
  const isUpper = type.startsWith("upper-")
  if (type === "decimal-leading-zero") return String(number).padStart(2, "0")
  if (number < 1 || number > 3999) return String(number)
  const letters = isLatin ? toLetters(number, 97, 26) : /-roman$/.test(type) ? toRoman(number) : String(number)
  return isUpper ? letters.toUpperCase() : letters
}

function typeOf(item) {
  for (const element of [item, item.parentNode]) {
    const style = /list-style(?:-type)?:\s*([^;]+)/i.exec(element.getAttribute("style") ?? "")?.[1].trim().split(/\s+/)[0]
    const type = style ?? TYPES[element.getAttribute("type")]
    if (type && type !== "inherit" && type !== "initial") return type
  }
  return "decimal"
}

function itemsOf(list) {
  return [...list.children].filter((child) => child.localName === "li")
}

function numbersOf(list, items) {
  const step = list.hasAttribute("reversed") ? -1 : 1
  const start = list.getAttribute("start")
  let next = /^\s*-?\d+/.test(start ?? "") ? parseInt(start, 10) : step < 0 ? items.length : 1
  return items.map((item) => {
    const value = parseInt(item.getAttribute("value"), 10)
    const number = Number.isNaN(value) ? next : value
    next = number + step
    return number
  })
}

// The text before an item, null for what Markdown can write. Word on the web names the form of the number.
function markerOf(item, number) {
  const typed = item.getAttribute(TYPED_MARKER)
  if (typed !== null) return typed
  const type = typeOf(item)
  if (type === "none") return ""
  const form = item.getAttribute("data-leveltext") ?? ""
  const marker = (/^[^%]*%\d[^%]*$/.test(form) ? form : "%1.").replace(/%\d/, () => formatNumber(number, type))
  return /^(?:0|[1-9]\d{0,8})\.$/.test(marker) ? null : marker
}

export function cleanNumberedLists(body) {
  for (const list of [...body.querySelectorAll("ol")].reverse()) {
    const items = itemsOf(list)
    if (items.length && items.every((item) => /^(?:disc|circle|square)$/.test(typeOf(item)))) {
      replaceWith(list, "ul")
      continue
    }
    const numbers = numbersOf(list, items)
    const markers = items.map((item, i) => markerOf(item, numbers[i]))
    if (markers.some((marker) => marker !== null)) typeItems(list, items, markers.map((marker, i) => marker ?? `${numbers[i]}.`))
    else splitList(list, items, numbers)
  }
}

// Makes a list of its own of each run of items that counts up by one.
function splitList(list, items, numbers) {
  let current = list
  items.forEach((item, i) => {
    if (i && numbers[i] !== numbers[i - 1] + 1) {
      const rest = list.cloneNode(false)
      current.after(rest)
      current = rest
    }
    if (current.firstElementChild === null || current.firstElementChild === item) current.setAttribute("start", numbers[i])
    if (current !== list) current.append(item)
  })
}

// Writes each item as a line that begins with its marker; what blocks an item holds follow its line.
function typeItems(list, items, markers) {
  const document = list.ownerDocument
  const made = []
  items.forEach((item, i) => {
    const first = item.firstElementChild
    if (first?.matches("p, div") && !first.querySelector(BLOCKS) && isFirstContent(first)) unwrap(first)
    item.prepend(markers[i] ? `${markers[i]} ` : "")
    let isNewLine = true
    for (const node of [...item.childNodes]) {
      if (node.nodeType === Node.ELEMENT_NODE && (node.matches(BLOCKS) || node.querySelector(BLOCKS))) {
        made.push(node)
        isNewLine = true
      } else if (made.at(-1)?.localName === "p" && made.at(-1).parentNode === null) {
        made.at(-1).append(isNewLine ? document.createElement("br") : "", node)
        isNewLine = false
      } else if (node.textContent.trim() || node.localName === "br") {
        made.push(document.createElement("p"))
        made.at(-1).append(node)
        isNewLine = false
      }
    }
  })
  // Below the text of an item the lines go on as lines of that item.
  const isBelowText = list.parentNode.localName === "li" && made.length === 1 && made[0].localName === "p"
  if (isBelowText) list.replaceWith(document.createElement("br"), ...made[0].childNodes)
  else list.replaceWith(...made)
}

function isFirstContent(element) {
  let before = element.previousSibling
  while (before && !before.textContent.trim()) before = before.previousSibling
  return before === null
}
