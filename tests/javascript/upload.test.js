// An upload's answers, and which files are offered at all.
import assert from "node:assert/strict"
import { test } from "node:test"
import { bringsFiles, findFault, Upload } from "../../components/ui/compose/attachments/upload.js"

const clipboard = (files, ...types) => ({ files, types })

test("a paste brings files only where it brings no text: Word and Excel add a picture of it", () => {
  const picture = { name: "image.png", type: "image/png" }
  assert.equal(bringsFiles(clipboard([picture], "Files")), true)
  assert.equal(bringsFiles(clipboard([picture], "text/html", "Files")), false)
  assert.equal(bringsFiles(clipboard([picture], "text/plain", "text/html", "Files")), false)
  assert.equal(bringsFiles(clipboard([], "text/plain")), false)
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
