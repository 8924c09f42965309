// Turns what a program says by styles and old elements into the elements that Markdown has.
import { BLOCKS, replaceWith, unwrap } from "./dom.js"

const STYLED = { bold: "strong", italic: "em", strike: "del", raised: "sup", lowered: "sub" }
export const MARKS = Object.values(STYLED)

export function replaceOldTags(body) {
  for (const [old, name] of [["b", "strong"], ["i, cite, dfn, var", "em"], ["s, strike", "del"], ["tt, kbd, samp", "code"]]) {
    for (const element of body.querySelectorAll(old)) {
      const style = element.getAttribute("style")
      const made = replaceWith(element, name)
      if (style) made.setAttribute("style", style)
    }
  }
}

// How far Word raises a text, in points; typographic corrections are smaller than its superscripts.
function raiseOf(style) {
  const points = Number(/mso-text-raise:\s*(-?[\d.]+)pt/i.exec(style)?.[1] ?? 0)
  return Math.abs(points) < 2 ? 0 : points
}

function marksOf(element) {
  const { fontWeight, fontStyle, textDecoration, textDecorationLine } = element.style
  const style = element.getAttribute("style")
  return {
    bold: fontWeight === "" ? null : fontWeight === "bold" || fontWeight === "bolder" || Number(fontWeight) >= 600,
    italic: fontStyle === "" ? null : /italic|oblique/.test(fontStyle),
    strike: `${textDecoration} ${textDecorationLine}`.trim() === "" ? null : /line-through/.test(`${textDecoration} ${textDecorationLine}`),
    // "baseline" cancels nothing: style sheets place <sup> by "top" instead.
    raised: /(?:vertical-align|font-variant-position):\s*super/i.test(style) || raiseOf(style) > 0 || null,
    lowered: /(?:vertical-align|font-variant-position):\s*sub/i.test(style) || raiseOf(style) < 0 || null,
  }
}

// Turns styles into elements, and removes elements that their own style cancels, as Google's <b> does.
export function readStyles(body) {
  for (const element of body.querySelectorAll("[style]")) {
    const marks = marksOf(element)
    const taken = Object.entries(STYLED).find(([, name]) => name === element.localName)
    for (const [mark, name] of Object.entries(STYLED)) {
      // A heading and a table's head are bold anyway, and code has no marks.
      const isItself = element.localName === name || element.closest("pre, code") || (mark === "bold" && element.closest("h1, h2, h3, h4, h5, h6, th"))
      if (!marks[mark] || isItself || element.matches("ul, ol, table, tbody, thead, tr") || (/^su[bp]$/.test(name) && element.matches(BLOCKS))) continue
      const made = element.ownerDocument.createElement(name)
      made.append(...element.childNodes)
      element.append(made)
    }
    if (taken && marks[taken[0]] === false) unwrap(element)
  }
}

// Whether line ends in the text of an element are shown as such: the nearest style about it decides.
function keepsLines(element) {
  for (let at = element; at; at = at.parentElement) {
    if (at.localName === "pre") return false
    const [, value] = /white-space(?:-collapse)?:\s*([^;]+)/i.exec(at.getAttribute("style") ?? "") ?? []
    if (value !== undefined) return /pre|break-spaces/i.test(value)
  }
  return false
}

// Writes line ends that a style keeps as <br>, but not those between blocks.
export function keepLineEnds(body) {
  const isBlock = (node) => node === null || (node.nodeType === Node.ELEMENT_NODE && node.matches(BLOCKS))
  const texts = body.ownerDocument.createTreeWalker(body, NodeFilter.SHOW_TEXT)
  const found = []
  while (texts.nextNode()) if (texts.currentNode.data.includes("\n") && keepsLines(texts.currentNode.parentElement)) found.push(texts.currentNode)
  for (const text of found) {
    const isBetween = !text.data.trim() && (isBlock(text.previousSibling) || isBlock(text.nextSibling))
    if (isBetween) continue
    const parts = text.data.split("\n").flatMap((line, i) => (i ? [body.ownerDocument.createElement("br"), line] : [line]))
    text.replaceWith(...parts)
  }
}
