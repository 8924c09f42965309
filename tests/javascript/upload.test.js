// An upload's answers, which files are offered at all, and pictures that stand in the text instead.
import assert from "node:assert/strict"
import { test } from "node:test"

import "./browser_globals.js"
import { bringsFiles, findAddress } from "../../components/ui/compose/attachments/clipboard.js"
import { findFault, Upload } from "../../components/ui/compose/attachments/upload.js"
import { putWebImage } from "../../components/ui/compose/editor/pieces.js"
import { format, parse } from "./editing.js"

function clipboard(files, texts) {
  return { files, types: Object.keys(texts), getData: (type) => texts[type] ?? "" }
}

test("a paste brings files only where it brings no text: Word and Excel add a picture of it", () => {
  const picture = { name: "image.png", type: "image/png" }
  const copied = "<meta charset=utf-8><img src='https://example.com/a.png'>"
  assert.equal(bringsFiles(clipboard([picture], {})), true)
  assert.equal(bringsFiles(clipboard([picture], { "text/html": copied })), true)
  assert.equal(bringsFiles(clipboard([picture], { "text/html": "<p>Terms</p>" })), false)
  assert.equal(bringsFiles(clipboard([picture], { "text/plain": "", "text/html": copied })), false)
  assert.equal(bringsFiles(clipboard([], { "text/plain": "a" })), false)
})

const ADDRESSES = [
  ["<img src='https://example.com/a b.png'>", "https://example.com/a%20b.png"],
  ["<img src='http://example.com/a.png'>", ""],
  ["<img src='data:image/png;base64,AA=='>", ""],
  ["<img>", ""],
  ["", ""],
]

for (const [html, address] of ADDRESSES) {
  test(`a copied picture names its address on the web: ${html}`, () => {
    assert.equal(findAddress(clipboard([], { "text/html": html })), address)
  })
}

test("a picture from the web stands after the selection, with its name selected", () => {
  const before = parse("one «two» three")
  const { state } = before.update(putWebImage(before, "plan [2]", "https://a.example/b.png"))
  assert.equal(format(state), "one two![«plan \\[2\\]»](https://a.example/b.png) three")
})

test("a file over the limit is named before the first byte leaves", () => {
  assert.equal(findFault({ size: 2 ** 20 }, 2 ** 20), "")
  assert.match(findFault({ size: 2 ** 20 + 1 }, 2 ** 20), /^Larger than 1 MB/)
})

test("an answer is a receipt or a reason, whatever the server sends", () => {
  const settle = (status, answer) => {
    const upload = new Upload({ name: "a" }, () => {})
    upload.settle(status, answer)
    return { receipt: upload.receipt, reason: upload.reason, isWaiting: upload.isWaiting }
  }
  assert.deepEqual(settle(201, { receipt: "r" }), { receipt: "r", reason: "", isWaiting: false })
  assert.deepEqual(settle(413, { reason: "Too large." }), { receipt: "", reason: "Too large.", isWaiting: false })
  for (const [status, answer] of [[500, {}], [201, {}], [200, { receipt: "r" }]]) {
    assert.match(settle(status, answer).reason, /did not take the file/)
  }
})
