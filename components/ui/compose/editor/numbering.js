// The numbers of lists. A number that somebody typed stays: only a list that counted up by one before an edit, without
// dates or ordinals in it, is numbered anew.
import { QUOTE, isOrdinal, parseItem, toLine } from "./items.js"

// The place of a line of code, which is no item whatever it looks like.
const CODE = {}

// Calls visit(item, row, level) for each item. The items of one list have the same `level`, an object to keep values in.
function eachItem(lines, places, visit) {
  let levels = []
  let quote = ""
  lines.forEach((line, row) => {
    const item = places[row] === CODE ? null : parseItem(line)
    if (!item || item.quote !== quote) {
      const isBelowItem = !item && /^ {2,}\S/.test(line.slice((QUOTE.exec(line)?.[1] ?? "").length))
      if (!isBelowItem) levels = []
    }
    if (!item) return
    quote = item.quote
    const indent = item.indent.length
    while (levels.length && levels.at(-1).indent > indent) levels.pop()
    if (levels.at(-1)?.indent !== indent) levels.push({ indent })
    visit(item, row, levels.at(-1))
  })
}

// For each line {list, isFirst}, or null where it is no numbered item. A list that restarts at 1 is another list.
// `code` has the rows that are code.
export function listsOf(lines, code) {
  const places = lines.map((_, row) => (code.has(row) ? CODE : null))
  eachItem(lines, places, (item, row, level) => {
    const { number, dot } = item
    const goesOn = level.list && level.list.dot === dot && number !== 1
    if (!goesOn) level.list = number === null ? null : { dot, start: number, last: number - 1, size: 0, countsUp: true, hasOrdinals: false }
    const { list } = level
    if (!list) return
    list.countsUp &&= number === list.last + 1
    list.hasOrdinals ||= isOrdinal(item)
    list.last = number
    list.size += 1
    places[row] = { list, isFirst: !goesOn }
  })
  return places
}

function mayRenumber(list) {
  return list.countsUp && !list.hasOrdinals && (list.size > 1 || list.start === 1)
}

// Numbers the lists after an edit. `places` are those of the same lines before it; `isMoved(row)` tells of items that the
// edit has put into another list.
export function renumber(lines, places, isMoved = () => false) {
  const changed = [...lines]
  eachItem(lines, places, (item, row, level) => {
    if (item.number === null) {
      Object.assign(level, { last: null, isFree: false })
      return
    }
    const { list, isFirst } = places[row]
    const isFree = mayRenumber(list)
    const goesOn = typeof level.last === "number" && level.dot === item.dot && (isMoved(row) || !isFirst)
    let { number } = item
    if (isMoved(row)) {
      if (goesOn && (isFree || (level.isFree && !isOrdinal(item)))) number = level.last + 1
      else if (!goesOn && isFree) number = 1
    } else if (isFree && goesOn) number = level.last + 1
    else if (isFree && !isFirst && level.last === undefined) number = list.start
    changed[row] = toLine({ ...item, number })
    // An item that kept its number in a list that counts ends the counting.
    const isOutOfStep = goesOn && isMoved(row) && number !== level.last + 1
    Object.assign(level, { last: isOutOfStep ? null : number, dot: item.dot, isFree })
  })
  return changed
}
