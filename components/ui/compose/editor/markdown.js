// Converts cleaned HTML to Markdown with turndown. Text that would be read as Markdown by accident is escaped first.
import { BLOCKS } from "./dom.js"
import { tables, taskListItems } from "./vendor/turndown-plugin-gfm.js"
import TurndownService from "./vendor/turndown.js"

function makeConverter() {
  const service = new TurndownService({
    headingStyle: "atx", hr: "---", bulletListMarker: "-", codeBlockStyle: "fenced", emDelimiter: "*", br: "",
  })
  // escapeTexts() has done it, where it is still known what begins a line.
  service.escape = (text) => text
  service.use([tables, taskListItems])
  service.addRule("strike", { filter: "del", replacement: (words) => (words.trim() ? `~~${words}~~` : "") })
  service.addRule("plainLink", { filter: isPlainLink, replacement: (_, link) => link.getAttribute("href").replace(/^mailto:/, "") })
  service.addRule("link", { filter: (node) => node.localName === "a" && !isPlainLink(node), replacement: toLink })
  service.addRule("script", { filter: ["sup", "sub"], replacement: (words, { localName }) => (words.trim() ? `<${localName}>${words}</${localName}>` : "") })
  service.addRule("emptyLine", { filter: (node) => node.localName === "br" && isLineEnd(node.previousSibling), replacement: () => "\n\n" })
  service.addRule("lineInCell", { filter: (node) => node.localName === "br" && node.closest("td, th") !== null, replacement: () => "<br>" })
  service.addRule("listItem", { filter: "li", replacement: toItem })
  return service
}

// A link whose text is its address needs no Markdown: a bare address becomes a link anyway.
function isPlainLink(node) {
  if (node.localName !== "a") return false
  const address = node.getAttribute("href")
  return /^(?:https?:|mailto:)/i.test(address) && address.replace(/^mailto:/, "") === node.textContent.trim()
}

function isLineEnd(node) {
  const isBlank = node?.nodeType === Node.TEXT_NODE && !node.data.trim()
  return (isBlank ? node.previousSibling : node)?.localName === "br"
}

function toLink(words, link) {
  return `[${words.replace(/\s*\n\s*/g, " ")}](${link.getAttribute("href")})`
}

// An item begins with "- " or "1. "; turndown would indent it by four columns.
function toItem(words, item, options) {
  const list = item.parentNode
  const number = list.localName === "ol" ? Number(list.getAttribute("start") ?? 1) + [...list.children].indexOf(item) : null
  const head = number === null ? `${options.bulletListMarker} ` : `${number}. `
  const isLoose = /\n$/.test(words)
  const text = words.trim().replace(/^(\[[ x]\]) +/, "$1 ").replace(/\n(?=.)/g, `\n${" ".repeat(head.length)}`)
  return `${head}${text}${isLoose ? "\n" : ""}${item.nextSibling ? "\n" : ""}`
}

export function toMarkdown(body) {
  escapeTexts(body)
  return makeConverter().turndown(body).replace(/[ \t]+$/gm, "").replace(/\n{3,}/g, "\n\n")
}

function escapeTexts(body) {
  const texts = body.ownerDocument.createNodeIterator(body, NodeFilter.SHOW_TEXT)
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const parent = node.parentElement
    if (parent.closest("code") || (parent.localName === "a" && isPlainLink(parent))) continue
    node.data = escapeText(node.data, beginsLine(node), parent.closest("td, th") !== null, parent.closest("a") !== null)
  }
}

function beginsLine(node) {
  for (let at = node; at; at = at.parentNode) {
    let before = at.previousSibling
    while (before?.nodeType === Node.TEXT_NODE && !before.data.trim()) before = before.previousSibling
    if (before) return before.nodeType === Node.ELEMENT_NODE && (before.localName === "br" || before.matches(BLOCKS))
    if (at.parentNode?.matches?.(BLOCKS)) return true
  }
  return true
}

// Escapes only what could be read as Markdown. Web addresses stay as they are, since they become links.
function escapeText(text, begins, inTable, inLink) {
  const parts = text.split(/(https?:\/\/[^\s<>]+)/)
  return parts.map((part, i) => (i % 2 ? part : escapeWords(part, begins && i === 0, inTable, inLink))).join("")
}

function escapeWords(text, begins, inTable, inLink) {
  let escaped = text
    .replace(/\\(?=[\\`*_{}[\]()#+\-.!~|>]|$)/g, "\\\\")
    .replace(/`/g, "\\`")
    .replace(/\*(?!\s)|(?<!\s)\*/g, "\\*")
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\_")
    .replace(/~(?=~)|(?<=~)~/g, "\\~")
    .replace(inLink ? /[[\]]/g : /\[(?=[^\]]*\][([:])/g, "\\$&")
    .replace(/&(?=#?\w+;)/g, "&amp;")
    .replace(/<(?=[a-z/!?])/gi, "&lt;")
  if (inTable) escaped = escaped.replace(/\|/g, "\\|")
  // Within a table each line begins with "|".
  if (!begins || inTable) return escaped
  return escaped
    .replace(/^(\s*)([-+*>]|#{1,6})(?=\s|$|>)/, "$1\\$2")
    .replace(/^(\s*)(-{3,})(?=\s*$)/, "$1\\$2")
    .replace(/^(\s*\d{1,9})([.)])(?=\s|$)/, "$1\\$2")
}
