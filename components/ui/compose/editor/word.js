// Repairs what word processors write: Word's lists are paragraphs that only look like lists, and Google nests a list
// beside its item instead of inside it.
import { nextOf, replaceWith, unwrap } from "./dom.js"
import { TYPED_MARKER } from "./numbered_lists.js"
import { makeMarkers } from "./word_numbering.js"

const SYMBOL_FONT = /font-family:[^;]*(?:symbol|dings)/i
const BULLET_TEXT = /^\s*[·•▪▫◦●○■□‣⁃➢➤✓✔](?:\s+|$)/
// Comments are internal notes: the mark in the text, the list of comments below it, and Google's form of both.
const COMMENTS = `.msocomanchor, .msocomtxt, .msocomoff, .MsoCommentReference, .MsoCommentText, .MsoCommentSubject,
  [href^="#_msocom"], [id^="_msocom"], [id^="_com_"], [name^="_msocom"], [id^="cmnt_ref"]`
const COMMENT_STYLE = /mso-(?:element|special-character):\s*comment/i

export function cleanWord(body) {
  dropComments(body)
  for (const element of body.querySelectorAll("p.MsoTitle")) replaceWith(element, "h1")
  for (const element of body.querySelectorAll("p.MsoSubtitle")) replaceWith(element, "h2")
  for (const element of body.querySelectorAll("p.MsoQuote, p.MsoIntenseQuote")) {
    const paragraph = replaceWith(element, "p")
    const quote = paragraph.ownerDocument.createElement("blockquote")
    paragraph.replaceWith(quote)
    quote.append(paragraph)
  }
  for (const heading of body.querySelectorAll("h1, h2, h3, h4, h5, h6")) cleanHeading(heading)
  buildLists(body)
  // Word's "o:p" holds only the end of a paragraph.
  for (const element of [...body.querySelectorAll("*")].filter((each) => each.localName === "o:p")) element.remove()
}

function dropComments(body) {
  for (const anchor of body.querySelectorAll('[id^="cmnt"]:not([id^="cmnt_ref"])')) {
    const paragraph = anchor.closest("p") ?? anchor
    const box = paragraph.parentElement
    const isOwnBox = box?.localName === "div" && box.firstElementChild === paragraph
    ;(isOwnBox ? box : paragraph).remove()
  }
  for (const element of body.querySelectorAll(COMMENTS)) element.remove()
  for (const element of body.querySelectorAll("[style]")) {
    if (COMMENT_STYLE.test(element.getAttribute("style"))) element.remove()
  }
}

const styleOf = (element) => element.getAttribute("style") ?? ""

function firstText(element) {
  const texts = element.ownerDocument.createNodeIterator(element, NodeFilter.SHOW_TEXT)
  for (let node = texts.nextNode(); node; node = texts.nextNode()) if (node.data.trim()) return node
  return null
}

function isInSymbolFont(node, paragraph) {
  for (let at = node.parentElement; at && at !== paragraph.parentElement; at = at.parentElement) {
    if (SYMBOL_FONT.test(styleOf(at))) return true
    if (/font-family:/i.test(styleOf(at))) return false
  }
  return false
}

// Whether a text is the mark of a bullet: "o" and "§" are one in the fonts that Word takes for bullets.
function isBullet(marker, node, paragraph) {
  return !/[\p{L}\p{N}]/u.test(marker) || marker === "o" || (marker.length === 1 && node && isInSymbolFont(node, paragraph))
}

function findMarker(paragraph) {
  return [...paragraph.querySelectorAll("span")].find((span) => /mso-list:\s*ignore/i.test(styleOf(span)))
}

// Takes the bullet away that a paragraph begins with; returns whether there was one.
function takeBullet(paragraph) {
  const node = firstText(paragraph)
  const text = node?.data.trim()
  // A mark alone is no item.
  if (!node || paragraph.textContent.trim() === text.slice(0, 1)) return false
  const isCourier = text === "o" && /font-family:[^;]*courier/i.test(styleOf(node.parentElement))
  if (isCourier || (text.length === 1 && isInSymbolFont(node, paragraph))) node.remove()
  else if (BULLET_TEXT.test(node.data)) node.data = node.data.replace(BULLET_TEXT, "")
  else return false
  return true
}

// A numbered heading keeps its number as text; a bullet goes.
function cleanHeading(heading) {
  const marker = findMarker(heading)
  if (!marker) takeBullet(heading)
  else if (isBullet(marker.textContent.trim(), firstText(marker) ?? marker, heading)) marker.remove()
  else marker.replaceWith(`${marker.textContent.trim()} `)
}

// {level, kind: bullet, decimal or typed, marker} of a paragraph that looks like an item, null for others.
function takeItem(paragraph, countMarker) {
  const rule = /mso-list:\s*(l\d+)\s+level(\d+)/i.exec(styleOf(paragraph))
  if (!rule) return takeBullet(paragraph) ? { level: levelByIndent(paragraph), kind: "bullet" } : null
  const level = Number(rule[2])
  const counted = countMarker(rule[1], level)
  const span = findMarker(paragraph)
  const marker = span ? span.textContent.trim() : takeBullet(paragraph) ? "" : counted
  const isMark = isBullet(marker, span && (firstText(span) ?? span), paragraph)
  span?.remove()
  const kind = isMark ? "bullet" : /^(?:0|[1-9]\d{0,8})\.$/.test(marker) ? "decimal" : "typed"
  return { level, kind, marker }
}

// Without "mso-list" only the margin tells the level: Word's step is 36 pt.
function levelByIndent(paragraph) {
  const [, size, unit] = /margin-left:\s*([\d.]+)(pt|cm|in|px)/i.exec(styleOf(paragraph)) ?? []
  const points = Number(size ?? 0) * { pt: 1, cm: 28.35, in: 72, px: 0.75 }[unit?.toLowerCase() ?? "pt"]
  return Math.max(1, Math.round(points / 36))
}

// Turns adjacent list paragraphs into nested lists. A numbered list that does not count on is another list.
function buildLists(body) {
  const countMarker = makeMarkers(body.ownerDocument)
  let open = []
  let before = null
  for (const paragraph of body.querySelectorAll("p")) {
    const item = takeItem(paragraph, countMarker)
    if (!item) continue
    if (!before || nextOf(before) !== paragraph) open = []
    while (open.length && open.at(-1).level > item.level) open.pop()
    const number = item.kind === "decimal" ? parseInt(item.marker, 10) : null
    const current = open.at(-1)?.level === item.level ? open.at(-1) : null
    const goesOn = current?.kind === item.kind && (number === null || number === current.number + 1)
    if (current && !goesOn) open.pop()
    if (!goesOn) open.push({ ...item, list: openList(paragraph, item.kind, number, open.at(-1)) })
    const entry = paragraph.ownerDocument.createElement("li")
    if (item.kind === "typed") entry.setAttribute(TYPED_MARKER, item.marker)
    entry.append(...paragraph.childNodes)
    open.at(-1).list.append(entry)
    open.at(-1).number = number
    before = open[0].list
    paragraph.remove()
  }
}

function openList(paragraph, kind, number, parent) {
  const list = paragraph.ownerDocument.createElement(kind === "bullet" ? "ul" : "ol")
  if (number !== null) list.setAttribute("start", number)
  if (parent) parent.list.lastElementChild.append(list)
  else paragraph.before(list)
  return list
}

// Moves a list that is the child of a list into the item before it.
export function nestLists(body) {
  for (const list of body.querySelectorAll("ul > ul, ul > ol, ol > ul, ol > ol")) {
    const item = list.previousElementSibling
    if (item?.localName === "li") item.append(list)
    else unwrap(list)
  }
}
