// Finds, adds and removes the marks of bold, italic, struck through and code.
import { findNode, listNodes } from "./language.js"
import { toStep } from "./text.js"

const MARKS = { bold: "**", italic: "*", strike: "~~", code: "`" }
const NODES = { bold: "StrongEmphasis", italic: "Emphasis", strike: "Strikethrough", code: "InlineCode" }
// The head of a line before its text: quote marks, heading, list marker.
export const LINE_HEAD = /^(?: {0,3}> ?)*(?: *(?:[-*+]|\d{1,9}[.)]) +(?:\[[ xX]\] +)?| {0,3}#{1,6} +)?/

// The marked run that holds the range, as {kind, open: [from, to], close: [from, to]}, or null.
function findRun(state, from, to, kind) {
  const node = findNode(state, from, to, NODES[kind])
  return node && toRun(node, kind)
}

function toRun({ from, to, firstChild, lastChild }, kind) {
  return { kind, open: [from, firstChild.to], close: [lastChild.from, to] }
}

// Whether the caret is between the marks of a format without text: "**|**" for bold.
function isInEmptyMark(state, at, kind) {
  const { text, from } = state.doc.lineAt(at)
  const letter = MARKS[kind][0] === "*" ? "\\*" : MARKS[kind][0]
  const left = new RegExp(`${letter}*$`).exec(text.slice(0, at - from))[0].length
  const right = new RegExp(`^${letter}*`).exec(text.slice(at - from))[0].length
  const size = Math.min(left, right)
  return kind === "italic" ? size % 2 === 1 : size >= MARKS[kind].length
}

export function isMarked(state, kind) {
  const { from, to, empty } = state.selection.main
  const run = findRun(state, from, to, kind)
  if (empty) return isInEmptyMark(state, from, kind) || (run !== null && run.open[1] <= from && from <= run.close[0])
  const ranges = rangesOf(state)
  return run !== null || (ranges.length > 0 && ranges.every((range) => findRun(state, range.from, range.to, kind)))
}

function markOf(kind, inner) {
  if (kind !== "code") return [MARKS[kind], MARKS[kind]]
  const longest = Math.max(0, ...(inner.match(/`+/g) ?? []).map((ticks) => ticks.length))
  const ticks = "`".repeat(longest + 1)
  return longest ? [`${ticks} `, ` ${ticks}`] : [ticks, ticks]
}

// Leaves blanks outside, since "** bold**" is not bold, and does not mark text that consists of marks alone.
function wrapInner(inner, kind) {
  const [, before, core, after] = /^(\s*)([^]*?)(\s*)$/.exec(inner)
  const [open, close] = markOf(kind, core)
  return /[^*_~`]/.test(core) ? before + open + core + close + after : inner
}

// An edit replaces a range by `insert`, of which the part from `start` to `end` is what was marked or unmarked.
function unmark(state, run, from, to) {
  const [begin, finish] = [run.open[1], run.close[0]]
  const left = wrapInner(state.sliceDoc(begin, Math.max(begin, from)), run.kind)
  const right = wrapInner(state.sliceDoc(Math.min(finish, to), finish), run.kind)
  const core = state.sliceDoc(Math.max(begin, from), Math.min(finish, to))
  return { from: run.open[0], to: run.close[1], insert: left + core + right, start: left.length, end: left.length + core.length }
}

function mark(state, from, to, kind) {
  let inner = state.sliceDoc(from, to)
  // Marks of the same kind inside would end the new mark.
  for (const { open, close } of listNodes(state, from, to, NODES[kind]).reverse().map((node) => toRun(node, kind))) {
    inner = inner.slice(0, open[0] - from) + inner.slice(open[1] - from, close[0] - from) + inner.slice(close[1] - from)
  }
  const [open, close] = markOf(kind, inner)
  return { from, to, insert: open + inner + close, start: open.length, end: open.length + inner.length }
}

function toggleAtCaret(state, at, kind) {
  const size = MARKS[kind].length
  if (isInEmptyMark(state, at, kind)) return toStep({ from: at - size, to: at + size }, at - size)
  const run = findRun(state, at, at, kind)
  // Right before the closing mark the marked text is complete: step over the mark.
  if (run && at === run.close[0]) return toStep([], run.close[1])
  if (run && run.open[1] <= at && at < run.close[0]) {
    return toStep(unmark(state, run, run.open[1], run.close[0]), at - (run.open[1] - run.open[0]))
  }
  const line = state.doc.lineAt(at)
  const before = /[\p{L}\p{N}]*$/u.exec(line.text.slice(0, at - line.from))[0].length
  const after = /^[\p{L}\p{N}]*/u.exec(line.text.slice(at - line.from))[0].length
  const isInWord = before && after
  return toStep(mark(state, isInWord ? at - before : at, isInWord ? at + after : at, kind), at + size)
}

// The touched part of each line behind its head and without the blanks around it; lines without one are left out.
function rangesOf(state) {
  const { from, to } = state.selection.main
  const ranges = []
  for (let { number } = state.doc.lineAt(from); number <= state.doc.lineAt(to).number; number += 1) {
    const line = state.doc.line(number)
    const head = Math.max(from, line.from + LINE_HEAD.exec(line.text)[0].length)
    const part = state.sliceDoc(head, Math.max(head, Math.min(to, line.to)))
    const start = head + part.length - part.trimStart().length
    if (part.trim()) ranges.push({ from: start, to: start + part.trim().length })
  }
  return ranges
}

// Marks line by line, since a mark cannot reach beyond its paragraph.
export function toggleMark(state, kind) {
  const { from, to, empty } = state.selection.main
  if (empty) return toggleAtCaret(state, from, kind)
  const whole = findRun(state, from, to, kind)
  const ranges = whole ? [{ from, to }] : rangesOf(state)
  const runs = ranges.map((range) => findRun(state, range.from, range.to, kind))
  const isOff = runs.every((run) => run)
  const edits = ranges.map((range, i) => {
    if (isOff) return unmark(state, runs[i], range.from, range.to)
    return runs[i] ? { ...range, insert: state.sliceDoc(range.from, range.to) } : mark(state, range.from, range.to, kind)
  })
  if (!edits.length) return toStep([], from, to)
  const last = edits.at(-1)
  const shift = edits.slice(0, -1).reduce((sum, edit) => sum + edit.insert.length - (edit.to - edit.from), 0)
  return toStep(edits, edits[0].from + (edits[0].start ?? 0), last.from + shift + (last.end ?? last.insert.length))
}
