// The search line: what is completed at the caret, which is written as "|".
import assert from "node:assert/strict"
import test from "node:test"

import { complete, readPiece, suggestFor } from "../../components/ui/history/completion/piece.js"

const plain = (text) => ({ text, name: text, note: "" })
const DATA = {
  operators: ["to:", "thread:", "status:", "on:"].map(plain),
  dates: ["on"],
  same: { cc: "to" },
  values: {
    status: ["sent", "failed"].map(plain),
    on: [{ text: '"last week"', name: "last week", note: "" }, plain("today")],
    to: [{ text: "anna@corp.io", name: "Änne Berg", note: "anna@corp.io" }],
  },
}

const COMPLETED = [
  ["st|", ["status:|"]],
  ["T|", ["to:|", "thread:|"]],
  ["price -st| offer", ["price -status:| offer"]],
  ["status:|", ["status:sent |", "status:failed |"]],
  ["STATUS:fa|  offer", ["status:failed |offer"]],
  ["cc:an|", ["cc:anna@corp.io |"]],
  ["to:berg|", ["to:anna@corp.io |"]],
  ['to:"anne b|', ["to:anna@corp.io |"]],
  ["on:last we|", ['on:"last week" |']],
  ["on:|", ['on:"last week" |', "on:today |"]],
]
const NOT_COMPLETED = [
  ...["-on:|", "-o|", "status:sent|", "status:zebra|", "sta|tus", "|", "offer |", "http:|"],
  ...['"a st|', '"to:|', 'a"st|', "x@to|", "toString:|", "__proto__:a|", "constructor:|"],
]

for (const [line, completed] of [...COMPLETED, ...NOT_COMPLETED.map((line) => [line, []])]) {
  test(`the part before the caret is completed, and nothing else: ${line}`, () => {
    const text = line.replace("|", ""), caret = line.indexOf("|")
    const piece = readPiece(text, caret)
    const found = suggestFor(piece, DATA).map((item) => complete(text, caret, piece, item))
    assert.deepEqual(found.map((each) => `${each.line.slice(0, each.caret)}|${each.line.slice(each.caret)}`), completed)
  })
}
