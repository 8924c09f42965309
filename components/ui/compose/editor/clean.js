// Reduces pasted HTML to the few elements that Markdown has, in an inert document: nothing in it runs or loads, and no
// node of it enters the page.
import { BLOCKS, nextOf, unwrap } from "./dom.js"
import { cleanImages, cleanLinks } from "./links.js"
import { cleanNumberedLists } from "./numbered_lists.js"
import { MARKS, keepLineEnds, readStyles, replaceOldTags } from "./styles.js"
import { cleanTables } from "./tables.js"
import { cleanWord, nestLists } from "./word.js"

const DROPPED = `script, style, meta, link, title, base, template, noscript, iframe, object, embed, svg, math, audio,
  video, canvas, select, textarea, button, col, colgroup`

export function toDocument(html) {
  return new DOMParser().parseFromString(html, "text/html")
}

export function clean(body) {
  cleanWord(body)
  dropInvisible(body)
  nestLists(body)
  keepLineEnds(body)
  replaceOldTags(body)
  readStyles(body)
  for (const name of [...MARKS, "a", "span", "font", "u", "ins", "small", "big"]) pushIntoBlocks(body, name)
  cleanLinks(body)
  cleanImages(body)
  cleanCode(body)
  joinLines(body)
  cleanNumberedLists(body)
  cleanTables(body)
  mergeMarks(body)
  flattenItems(body)
}

function dropInvisible(body) {
  const document = body.ownerDocument
  const comments = document.createNodeIterator(body, NodeFilter.SHOW_COMMENT)
  for (let node = comments.nextNode(); node; node = comments.nextNode()) node.remove()
  for (const element of body.querySelectorAll(DROPPED)) element.remove()
  for (const element of body.querySelectorAll("[style]")) {
    if (element.style.display === "none" || /mso-hide:\s*all/i.test(element.getAttribute("style"))) element.remove()
  }
  for (const element of body.querySelectorAll("[role=checkbox]")) element.prepend(boxOf(document, element))
  for (const element of body.querySelectorAll("input")) if (element.type !== "checkbox") element.remove()
  const texts = document.createNodeIterator(body, NodeFilter.SHOW_TEXT)
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    // Word and mail programs write non-breaking spaces where people typed two spaces.
    node.data = node.data.replace(/\u00a0/g, " ").replace(/[\u00ad\u200b\ufeff]/g, "")
  }
}

function boxOf(document, element) {
  const box = document.createElement("input")
  box.type = "checkbox"
  box.toggleAttribute("checked", element.getAttribute("aria-checked") === "true")
  return box
}

// Moves a mark or link around whole blocks into each of them, and removes elements without a meaning.
function pushIntoBlocks(body, name) {
  for (const element of [...body.querySelectorAll(name)].reverse()) {
    const isMark = MARKS.includes(name) || name === "a"
    if (!isMark) unwrap(element)
    else if (element.querySelector(BLOCKS)) push(element, element)
  }
}

function push(node, mark) {
  let run = null
  for (const child of [...node.childNodes]) {
    if (child.nodeType === Node.ELEMENT_NODE && (child.matches(BLOCKS) || child.querySelector(BLOCKS))) {
      run = null
      if (!child.matches("pre, hr")) push(child, mark)
    } else if (child.textContent.trim() || run) {
      if (!run) {
        run = mark.cloneNode(false)
        child.before(run)
      }
      run.append(child)
    }
  }
  if (node === mark) unwrap(mark)
}

function cleanCode(body) {
  for (const block of body.querySelectorAll("pre")) {
    for (const line of block.querySelectorAll("br")) line.replaceWith("\n")
    const code = body.ownerDocument.createElement("code")
    const language = /\blang(?:uage)?-([\w+#-]+)/.exec(`${block.className} ${block.querySelector("code")?.className ?? ""}`)
    if (language) code.className = `language-${language[1]}`
    code.textContent = block.textContent
    block.replaceChildren(code)
  }
  for (const code of body.querySelectorAll("code")) if (code.children.length) code.replaceChildren(code.textContent)
}

// Mail programs write each line as a <div>: adjacent ones become a paragraph, and an empty one separates paragraphs.
function joinLines(body) {
  const isLine = (node) => node?.localName === "div" && !node.querySelector(BLOCKS)
  for (const first of [...body.querySelectorAll("div")].filter(isLine)) {
    if (!first.isConnected || isLine(first.previousElementSibling)) continue
    let paragraph = null
    for (let line = first; isLine(line); ) {
      const next = nextOf(line)
      // A line break at the end of a line shows nothing.
      if (line.lastChild?.localName === "br") line.lastChild.remove()
      if (!line.textContent.trim()) paragraph = null
      else if (paragraph) paragraph.append(body.ownerDocument.createElement("br"), ...line.childNodes)
      else {
        paragraph = body.ownerDocument.createElement("p")
        line.before(paragraph)
        paragraph.append(...line.childNodes)
      }
      line.remove()
      line = next
    }
  }
}

// Joins marks that a program has split, and moves line breaks at their edges outside.
function mergeMarks(body) {
  for (const name of [...MARKS, "a"]) {
    for (const element of body.querySelectorAll(`${name} ${name}`)) unwrap(element)
    for (const element of body.querySelectorAll(name)) {
      if (!element.isConnected) continue
      for (let next = element.nextSibling; next; next = element.nextSibling) {
        const blank = next.nodeType === Node.TEXT_NODE && !next.data.trim() && next.nextSibling?.localName === name ? next : null
        const following = blank ? next.nextSibling : next
        if (following.localName !== name || following.getAttribute("href") !== element.getAttribute("href")) break
        if (blank) element.append(blank)
        element.append(...following.childNodes)
        following.remove()
      }
      while (element.firstChild?.localName === "br") element.before(element.firstChild)
      while (element.lastChild?.localName === "br") element.after(element.lastChild)
    }
  }
  for (const element of body.querySelectorAll(":is(h1, h2, h3, h4, h5, h6, th) strong")) unwrap(element)
  body.normalize()
}

// Writes an item with a single paragraph as a line.
function flattenItems(body) {
  for (const item of body.querySelectorAll("li")) {
    const blocks = [...item.children].filter((child) => child.localName === "p" || child.localName === "div")
    if (blocks.length === 1) unwrap(blocks[0])
  }
}
