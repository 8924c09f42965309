// Markdown as a syntax tree: CommonMark with the parts of GitHub's dialect that a mail has, and what the editor reads from it.
import {
  Autolink, Language, Strikethrough, Table, TaskList, defineLanguageFacet, ensureSyntaxTree, languageDataProp, parser, syntaxTree,
  syntaxTreeAvailable,
} from "./vendor/codemirror.js"

// How long to parse for what a key or a button does, in milliseconds.
const PATIENCE = 200
const SIGNATURE = /^-- ?$/
// Nodes that hold blocks.
const CONTAINERS = ["Document", "Blockquote", "BulletList", "OrderedList", "ListItem"]

const facet = defineLanguageFacet()
// As in the mail itself, the line "-- " begins the signature and makes no heading of the line above it.
const signature = { parseBlock: [{ name: "Signature", endLeaf: (_, line) => SIGNATURE.test(line.text) }] }

export const markdown = new Language(facet, parser.configure([
  [Table, TaskList, Strikethrough, Autolink], signature, { props: [languageDataProp.add({ Document: facet })] },
]), [], "markdown")

// Whether the text up to the selection has been parsed; CodeMirror parses a long one in the background.
export function isParsed(state) {
  return syntaxTreeAvailable(state, state.selection.main.to)
}

function treeTo(state, to) {
  return ensureSyntaxTree(state, to, PATIENCE) ?? syntaxTree(state)
}

// The innermost node of that name that holds the range, or null.
export function findNode(state, from, to, name) {
  let found = null
  treeTo(state, to).iterate({
    from, to,
    enter(node) {
      if (from < node.from || node.to < to) return false
      if (node.name === name) found = node.node
      return true
    },
  })
  return found
}

// The nodes of that name within the range.
export function listNodes(state, from, to, name) {
  const nodes = []
  treeTo(state, to).iterate({
    from, to,
    enter(node) {
      if (node.name === name && from <= node.from && node.to <= to) nodes.push(node.node)
    },
  })
  return nodes
}

// The rows of the text, from 0 on, that are fenced code, without the lines that open it.
export function codeRows(state) {
  const rows = new Set()
  treeTo(state, state.doc.length).iterate({
    enter({ name, from, to }) {
      if (name !== "FencedCode") return CONTAINERS.includes(name)
      const last = state.doc.lineAt(to).number - 1
      for (let row = state.doc.lineAt(from).number; row <= last; row += 1) rows.add(row)
      return false
    },
  })
  return rows
}

// The fenced code that the beginning of the selection is in, below the line that opens it, or null.
export function findFence(state) {
  const { from } = state.selection.main
  const fence = findNode(state, from, from, "FencedCode")
  return fence && fence.from < state.doc.lineAt(from).from ? fence : null
}
