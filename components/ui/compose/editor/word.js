// Repairs what word processors write: Word's lists are paragraphs that only look like lists, and Google nests a list
// beside its item instead of inside it.
import { nextOf, replaceWith, unwrap } from "./dom.js"

const BULLETS = /^(?:[^\p{L}\p{N}(]|o\b)/u

export function cleanWord(body) {
  for (const element of body.querySelectorAll("p.MsoTitle")) replaceWith(element, "h1")
  for (const element of body.querySelectorAll("p.MsoSubtitle")) replaceWith(element, "h2")
  for (const element of body.querySelectorAll("p.MsoQuote, p.MsoIntenseQuote")) {
    const paragraph = replaceWith(element, "p")
    const quote = paragraph.ownerDocument.createElement("blockquote")
    paragraph.replaceWith(quote)
    quote.append(paragraph)
  }
  buildLists(body)
  // Word's "o:p" holds only the end of a paragraph.
  for (const element of [...body.querySelectorAll("*")].filter((each) => each.localName === "o:p")) element.remove()
}

function levelOf(paragraph) {
  const rule = /mso-list:\s*l\d+\s+level(\d+)/i.exec(paragraph.getAttribute("style") ?? "")
  return rule ? Number(rule[1]) : 0
}

function takeMarker(paragraph) {
  const marker = [...paragraph.querySelectorAll("span")].find((span) => /mso-list:\s*ignore/i.test(span.getAttribute("style") ?? ""))
  const text = marker?.textContent.trim() ?? "·"
  marker?.remove()
  return text
}

// Turns adjacent list paragraphs into nested lists.
function buildLists(body) {
  let open = []
  let before = null
  for (const paragraph of [...body.querySelectorAll("p, li, h1, h2, h3, h4, h5, h6, table")]) {
    const level = paragraph.localName === "p" ? levelOf(paragraph) : 0
    if (!level) continue
    if (!before || nextOf(before) !== paragraph) open = []
    const marker = takeMarker(paragraph)
    const name = BULLETS.test(marker) ? "ul" : "ol"
    open.length = Math.min(open.length, level)
    if (open.length === level && open[level - 1].list.localName !== name) open.length = level - 1
    const document = paragraph.ownerDocument
    while (open.length < level) {
      const list = document.createElement(name)
      const parent = open.at(-1)?.list.lastElementChild
      if (parent) parent.append(list)
      else (open[0]?.root ?? paragraph).before(list)
      if (name === "ol") list.setAttribute("start", /^\d+/.exec(marker)?.[0] ?? "1")
      const root = open[0]?.root ?? list
      open.push({ list, root })
      if (open.length < level) list.append(document.createElement("li"))
    }
    const item = document.createElement("li")
    item.append(...paragraph.childNodes)
    open.at(-1).list.append(item)
    paragraph.remove()
    before = open[0].root
  }
}

// Moves a list that is the child of a list into the item before it.
export function nestLists(body) {
  for (const list of body.querySelectorAll("ul > ul, ul > ol, ol > ul, ol > ol")) {
    const item = list.previousElementSibling
    if (item?.localName === "li") item.append(list)
    else unwrap(list)
  }
}
