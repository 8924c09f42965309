// Splits the text of a recipients field into entries, by the rules of components/message/recipient_split.py; a test
// compares the two. Python alone judges what is an address.
const LINE = /\r?\n/
const PIECE = /"(?:[^"\\]|\\[^])*"?|\([^()"]*\)|[,;\t，、；]|[^",;\t，、；(]+|\(/g
const SEPARATORS = ",;\t，、；"
const COMMAS = ",，、"
const UNSEEN = " \\t\\xa0\\xad\\u061c\\u180e\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2069\\u3000\\ufeff"
const EDGES = new RegExp(`^[${UNSEEN}]+|[${UNSEEN}]+$`, "g")
const BLANKS = /[ \xa0\u3000]+/
const BARE = /^[^<>@"() \xa0\u3000]+@[^<>@"() \xa0\u3000]+$/
const PERSON = String.raw`(?:"(?:[^"\\]|\\[^])*"|[^<>"])*<[^<>@]+@[^<>@]+>`
const PEOPLE = new RegExp(`^(?:${PERSON})+$`)
const ONE_PERSON = new RegExp(PERSON, "g")
// A link at the beginning of an entry, up to a blank or the next link.
const LINK = /(?<![^ \t\xa0\u3000,;，、；])mailto:(?:(?![,;]mailto:)[^ \t\r\xa0\u3000<>()[\]"])*/gi
const LINK_SEPARATOR = /[,;，、；]|%2c|%3b/i
const NAME_PART = /^[^@<>"():\d]{1,60}$/u
// A recipient that would join the text before it, if anything can.
const NEXT = "a) <a@b>"

const trim = (text) => text.replace(EDGES, "")

// A link to several recipients as one link for each (RFC 6068); as one entry where that is not certain.
function expandLink(text) {
  const link = text.replace(/[,;]+$/, "")
  const [path, ...query] = link.slice("mailto:".length).split(/[?]/)
  const fields = query.flatMap((part) => part.split("&")).map((part) => {
    const at = part.indexOf("=")
    return at < 0 ? [part.toLowerCase(), ""] : [part.slice(0, at).toLowerCase(), part.slice(at + 1)]
  })
  const isNamed = ([name]) => ["to", "cc", "bcc"].includes(name)
  if (!fields.some(isNamed) && !LINK_SEPARATOR.test(path)) return text
  const values = [path, ...fields.filter(isNamed).map(([, value]) => value)]
  const targets = values.flatMap((value) => value.split(LINK_SEPARATOR)).map((piece) => piece.replace(/^(?:mailto:)+/i, "")).filter(Boolean)
  const isCertain = fields.every((field) => isNamed(field) ? field[0] !== "bcc" : !field[1].includes("@"))
  const expanded = targets.map((target) => `mailto:${target}`).join(", ")
  return (targets.length && isCertain ? expanded : link.replace(/[,;，、；]/g, "%2C")) + text.slice(link.length)
}

const expand = (line) => line.replace(LINK, expandLink)

function isNamed(entry) {
  const at = entry.indexOf("<")
  const name = entry.slice(0, Math.max(0, at))
  return Boolean(trim(name)) && !/[@"]/.test(name) && entry.includes("@", at)
}

// The entries of a line, a surname before a comma kept with what follows, and the rest after the last separator.
function joinNames(line) {
  const pieces = expand(line).match(PIECE) || []
  const isList = pieces.some((piece) => SEPARATORS.includes(piece) && !COMMAS.includes(piece))
  const allowed = isList ? pieces.length : 1
  const entries = []
  let entry = "", names = []
  for (const piece of pieces) {
    if (!SEPARATORS.includes(piece)) {
      entry += piece
      continue
    }
    const whole = trim(entry)
    entry = ""
    if (!whole) continue
    if (COMMAS.includes(piece) && NAME_PART.test(whole)) {
      names.push(whole)
      continue
    }
    if (names.length && names.length <= allowed && isNamed(whole)) entries.push([...names, whole].join(", "))
    else entries.push(...names, whole)
    names = []
  }
  return { entries, names, allowed, rest: entry }
}

function splitBlanks(entry) {
  const words = entry.split(BLANKS).map(trim)
  if (words.length > 1 && words.every((word) => BARE.test(word))) return words
  return PEOPLE.test(entry) ? entry.match(ONE_PERSON).map(trim) : [entry]
}

function splitLine(line) {
  const { entries, names, allowed, rest } = joinNames(line)
  const last = trim(rest)
  if (last && names.length && names.length <= allowed && isNamed(last)) entries.push([...names, last].join(", "))
  else entries.push(...names, ...last ? [last] : [])
  return entries.flatMap(splitBlanks)
}

// The entries that a separator has ended, and the rest, which is still being typed.
export function cut(text) {
  const lines = text.split(LINE)
  const { entries, names, rest } = joinNames(lines.pop())
  return { entries: [...lines.flatMap(splitLine), ...[...entries, ...names].flatMap(splitBlanks)], rest }
}

// All entries of a text, the last one included.
export function split(text) {
  return text.split(LINE).flatMap(splitLine)
}

// Joins entries into a text that split() takes apart into the same entries: a line end closes an open quote, and keeps
// a single name apart from the next recipient; a semicolon shows that commas belong to a name.
export function join(entries) {
  return entries.map((entry, i) => {
    const isLast = i === entries.length - 1
    const ends = isLast ? ["", ";"] : [", ", "\n", ";\n"]
    const keeps = (end) => JSON.stringify(split(entry + end + (isLast ? "" : NEXT))) === JSON.stringify(isLast ? [entry] : [entry, NEXT])
    return entry + (ends.find(keeps) ?? ends[isLast ? 0 : 1])
  }).join("")
}
