// Decides what a paste becomes: a link, Markdown converted from rich text, or plain text, which CodeMirror inserts.
import { clean, toDocument } from "./clean.js"
import { BLOCKS } from "./dom.js"
import { findFence } from "./language.js"
import { toMarkdown } from "./markdown.js"
import { LINE_HEAD } from "./marks.js"
import { linkOver } from "./pieces.js"
import { insert } from "./text.js"

const MONOSPACED = /mono|consolas|courier|menlo|monaco|cascadia|fira code|source code|hack\b/i

export function markdownOf(clipboard) {
  const html = clipboard.getData("text/html")
  if (!html.trim() || clipboard.types.includes("vscode-editor-data")) return ""
  const { body } = toDocument(html)
  if (isSourceCode(body)) return ""
  clean(body)
  return toMarkdown(body)
}

// Code editors and terminals colour their text with HTML, all of it in one box with a monospaced font.
function isSourceCode(body) {
  let box = body
  const isSole = (node) => node.nodeType !== Node.TEXT_NODE || !node.data.trim()
  while (box.children.length === 1 && [...box.childNodes].every(isSole)) {
    box = box.firstElementChild
    if (box.localName === "code" && box.parentElement.localName === "pre") return false
    const isFixed = MONOSPACED.test(box.style.fontFamily)
    if (isFixed && (box.localName === "pre" || /pre/.test(box.style.whiteSpace || box.style.whiteSpaceCollapse || ""))) return true
  }
  // In terminals each line or piece has a box of its own.
  const pieces = [...body.children].filter((element) => element.localName !== "br" && element.localName !== "meta")
  const isLine = (element) =>
    MONOSPACED.test(element.style.fontFamily) &&
    element.localName !== "code" &&
    !element.querySelector(BLOCKS.replace("div, ", ""))
  return pieces.length > 0 && pieces.every(isLine)
}

// Separates pasted blocks from the text around them by blank lines, but not after a list marker.
function fitIn(state, markdown) {
  const { from, to } = state.selection.main
  const before = state.sliceDoc(state.doc.lineAt(from).from, from)
  const after = state.sliceDoc(to, state.doc.lineAt(to).to)
  const isBlock = /\n/.test(markdown) || /^(?:#{1,6} |[-*+] |\d+\. |> |```)/.test(markdown)
  const isMark = before.trim() && !before.slice(LINE_HEAD.exec(before)[0].length)
  if (!isBlock || isMark) return markdown
  const head = before.trim() ? "\n\n" : ""
  return head + markdown + (after.trim() ? "\n\n" : "")
}

// What a paste does, as {step, outcome}, where screen readers announce the outcome; null for plain text.
export function paste(state, clipboard) {
  const link = linkOver(state, clipboard.getData("text/plain"))
  if (link) return { step: link, outcome: "Link made" }
  const markdown = findFence(state) ? "" : markdownOf(clipboard)
  return markdown ? { step: insert(state, fitIn(state, markdown)), outcome: "Pasted with its formatting" } : null
}
