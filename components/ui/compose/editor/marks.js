// Finds, adds and removes the marks of bold, italic, struck through and code within lines.
import { putRows, rowsOf, startOf } from "./text.js"

const MARK_TOKEN = /\\.|(`+)(?:.*?[^`])?\1(?!`)|\*+|_+|~~/g
const MARKS = { bold: "**", italic: "*", strike: "~~", code: "`" }
const SIZES = { 1: ["italic"], 2: ["bold"], 3: ["bold", "italic"] }
// The head of a line before its text: quote marks, heading, list marker.
export const LINE_HEAD = /^(?: {0,3}> ?)*(?: *(?:[-*+]|\d{1,9}[.)]) +(?:\[[ xX]\] +)?| {0,3}#{1,6} +)?/

// Every marked run of a line: {kind, open: [from, to], close: [from, to]}.
function findMarks(line) {
  const open = new Map(), found = []
  for (const { 0: mark, 1: ticks, index } of line.matchAll(MARK_TOKEN)) {
    const end = index + mark.length
    if (ticks) {
      const close = [end - ticks.length, end]
      found.push({ kind: "code", open: [index, index + ticks.length], close })
      continue
    }
    if (mark[0] === "\\") continue
    const before = line[index - 1] ?? " ", after = line[end] ?? " "
    if (mark[0] === "_" && /[\p{L}\p{N}]/u.test(before) && /[\p{L}\p{N}]/u.test(after)) continue
    const kinds = mark[0] === "~" ? ["strike"] : SIZES[mark.length] ?? []
    const isOpen = kinds.length > 0 && kinds.every((kind) => open.get(kind)?.letter === mark[0])
    if (isOpen && /\S/.test(before)) {
      let at = index
      for (const kind of [...kinds].reverse()) {
        const size = MARKS[kind].length
        found.push({ kind, open: open.get(kind).place, close: [at, at + size] })
        open.delete(kind)
        at += size
      }
    } else if (/\S/.test(after)) {
      let at = index
      for (const kind of kinds) {
        open.set(kind, { letter: mark[0], place: [at, at + MARKS[kind].length] })
        at += MARKS[kind].length
      }
    }
  }
  return found
}

function findMark(line, from, to, kind) {
  return findMarks(line).find((run) => run.kind === kind && run.open[0] <= from && to <= run.close[1])
}

// Whether the caret is between the marks of a format without text: "**|**" for bold.
function emptyMark(line, at, kind) {
  const letter = MARKS[kind][0] === "*" ? "\\*" : MARKS[kind][0]
  const left = new RegExp(`${letter}*$`).exec(line.slice(0, at))[0].length
  const right = new RegExp(`^${letter}*`).exec(line.slice(at))[0].length
  const size = Math.min(left, right)
  return kind === "italic" ? size % 2 === 1 : size >= MARKS[kind].length
}

export function isMarkedAt(line, from, to, kind) {
  if (from === to && emptyMark(line, from, kind)) return true
  const run = findMark(line, from, to, kind)
  return run !== undefined && (from !== to || (run.open[1] <= from && from <= run.close[0]))
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

function unmark(line, run, from, to) {
  const [start, end] = [run.open[1], run.close[0]]
  const left = wrapInner(line.slice(start, Math.max(start, from)), run.kind)
  const right = wrapInner(line.slice(Math.min(end, to), end), run.kind)
  const core = line.slice(Math.max(start, from), Math.min(end, to))
  const head = line.slice(0, run.open[0]) + left
  return { line: head + core + right + line.slice(run.close[1]), from: head.length, to: head.length + core.length }
}

function mark(line, from, to, kind) {
  let inner = line.slice(from, to)
  // Marks of the same kind inside would end the new mark.
  for (const run of findMarks(inner).filter((each) => each.kind === kind).reverse()) {
    inner = inner.slice(0, run.open[0]) + inner.slice(run.open[1], run.close[0]) + inner.slice(run.close[1])
  }
  const [open, close] = markOf(kind, inner)
  const start = from + open.length
  return { line: line.slice(0, from) + open + inner + close + line.slice(to), from: start, to: start + inner.length }
}

function trimRange(line, from, to) {
  const head = Math.max(from, LINE_HEAD.exec(line)[0].length)
  const part = line.slice(head, to)
  if (!part.trim()) return null
  const start = head + part.length - part.trimStart().length
  return [start, start + part.trim().length]
}

function toggleAtCaret(line, at, kind) {
  const size = MARKS[kind].length
  if (emptyMark(line, at, kind)) return { line: line.slice(0, at - size) + line.slice(at + size), from: at - size, to: at - size }
  const run = findMarks(line).find((each) => each.kind === kind && each.open[1] <= at && at <= each.close[0])
  // Right before the closing mark the marked text is complete: step over the mark.
  if (run && at === run.close[0]) return { line, from: run.close[1], to: run.close[1] }
  if (run) {
    const bare = unmark(line, run, run.open[1], run.close[0])
    const place = at - (run.open[1] - run.open[0])
    return { line: bare.line, from: place, to: place }
  }
  const before = /[\p{L}\p{N}]*$/u.exec(line.slice(0, at))[0].length
  const after = /^[\p{L}\p{N}]*/u.exec(line.slice(at))[0].length
  const wide = before && after
  const made = mark(line, wide ? at - before : at, wide ? at + after : at, kind)
  return wide ? { ...made, from: at + size, to: at + size } : made
}

// Marks line by line, since a mark cannot reach beyond its paragraph.
export function toggleMark(state, kind) {
  const rows = rowsOf(state)
  const { lines, first, last, start } = rows
  if (state.from === state.to) {
    const at = state.from - start
    const done = toggleAtCaret(lines[first], at, kind)
    const text = state.text.slice(0, start) + done.line + state.text.slice(start + lines[first].length)
    return { text, from: start + done.from, to: start + done.to }
  }
  const parts = lines.slice(first, last + 1).map((line, i) => {
    const begin = startOf(lines, first + i)
    return { line, range: trimRange(line, Math.max(0, state.from - begin), Math.min(line.length, state.to - begin)) }
  })
  const marked = ({ line, range }) => !range || findMark(line, ...range, kind)
  const off = parts.every(marked)
  const done = parts.map(({ line, range }) => {
    if (!range || (!off && marked({ line, range }))) return { line, from: 0, to: line.length }
    return off ? unmark(line, findMark(line, ...range, kind), ...range) : mark(line, ...range, kind)
  })
  const changed = done.map((each) => each.line)
  const next = putRows(state, rows, changed)
  const tail = startOf(changed, changed.length - 1)
  return { text: next.text, from: start + done[0].from, to: start + tail + done.at(-1).to }
}
