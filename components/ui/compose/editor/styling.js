// Styles the visible part of the text after its syntax tree: bold looks bold, and the marks are dimmed. editor.css has
// the looks.
import { isOrdinal, parseItem } from "./items.js"
import { findSignature } from "./signature.js"
import { Decoration, ViewPlugin, syntaxTree } from "./vendor/codemirror.js"

const LINES = {
  ATXHeading1: "heading-1", SetextHeading1: "heading-1", ATXHeading2: "heading-2", SetextHeading2: "heading-2",
  ATXHeading3: "heading-3", ATXHeading4: "heading-4", ATXHeading5: "heading-4", ATXHeading6: "heading-4",
  Blockquote: "quote", FencedCode: "code-block", CodeBlock: "code-block", Table: "table", HorizontalRule: "rule",
}
const PIECES = {
  StrongEmphasis: "strong", Emphasis: "emphasis", InlineCode: "code", TableHeader: "strong",
  HeaderMark: "mark", EmphasisMark: "mark", StrikethroughMark: "mark", CodeMark: "mark", CodeInfo: "mark", QuoteMark: "mark",
  TaskMarker: "mark", TableDelimiter: "mark", HorizontalRule: "mark",
}
const wholeLine = (name) => Decoration.line({ class: name })
const piece = (name) => Decoration.mark({ class: name })
const LINE_STYLES = Object.fromEntries(Object.entries(LINES).map(([node, name]) => [node, wholeLine(name)]))
const PIECE_STYLES = Object.fromEntries(Object.entries(PIECES).map(([node, name]) => [node, piece(name)]))
const SIGNATURE = Decoration.line({ class: "signature" })
const DIMMED = piece("mark"), LINKED = piece("link"), STRUCK = piece("strike")
// Each line runs in the direction of its first letter.
const DIRECTED = Decoration.line({ attributes: { dir: "auto" } })

// A link with an address; "[note]" alone is text.
function styleLink(node, add) {
  const address = node.getChild("URL")
  if (!address) return
  const [open, close] = node.getChildren("LinkMark")
  if (open.to < close.from) add(LINKED, open.to, close.from)
  add(DIMMED, open.from, open.to)
  add(DIMMED, close.from, node.to)
}

// The styles of a node; false where those of its parts do not count.
function styleNode(state, { name, from, to, node }, add) {
  if (name === "Link" || name === "Image") styleLink(node, add)
  else if (name === "URL" || name === "Autolink") {
    if (!["Link", "Image", "LinkReference"].includes(node.parent.name)) add(LINKED, from, to)
    return false
  } else if (name === "ListMark") {
    const item = parseItem(state.doc.lineAt(from).text)
    if (!item || !isOrdinal(item)) add(DIMMED, from, to)
  } else if (name === "Strikethrough") add(STRUCK, node.firstChild.to, node.lastChild.from)
  else if (PIECE_STYLES[name]) add(PIECE_STYLES[name], from, to)
  return true
}

// The styles of the visible ranges.
export function style({ state, visibleRanges }) {
  const ranges = []
  const add = (decoration, from, to) => from < to && ranges.push(decoration.range(from, to))
  const addLines = (decoration, from, to) => {
    for (let line = state.doc.lineAt(from); ; line = state.doc.lineAt(line.to + 1)) {
      ranges.push(decoration.range(line.from))
      if (line.to >= to) break
    }
  }
  const signature = findSignature(state.doc)
  for (const { from, to } of visibleRanges) {
    addLines(DIRECTED, from, to)
    if (signature >= 0) addLines(SIGNATURE, Math.max(from, signature), to)
    syntaxTree(state).iterate({
      from, to,
      enter(reference) {
        const decoration = LINE_STYLES[reference.name]
        if (decoration) addLines(decoration, Math.max(from, reference.from), Math.min(to, reference.to))
        return styleNode(state, reference, add)
      },
    })
  }
  return Decoration.set(ranges, true)
}

export const styling = ViewPlugin.fromClass(
  class {
    constructor(view) {
      this.tree = syntaxTree(view.state)
      this.decorations = style(view)
    }

    update({ view, state, docChanged, viewportChanged }) {
      const tree = syntaxTree(state)
      if (!docChanged && !viewportChanged && tree === this.tree) return
      this.tree = tree
      this.decorations = style(view)
    }
  },
  { decorations: (plugin) => plugin.decorations },
)
