// What looks how: the classes of lines and pieces, and the pieces' text.
import assert from "node:assert/strict"
import test from "node:test"

import { makeState } from "./editing.js"
import { endOfText } from "../../components/ui/compose/editor/signature.js"
import { style } from "../../components/ui/compose/editor/styling.js"

function stylesOf(text) {
  const state = makeState(text, 0)
  const styles = []
  style({ state, visibleRanges: [{ from: 0, to: text.length }] }).between(0, text.length, (from, to, { spec }) => {
    if (spec.class) styles.push(`${spec.class}: ${from < to ? state.sliceDoc(from, to) : state.doc.lineAt(from).text}`)
  })
  return styles.sort()
}

const STYLES = [
  ["**a** *b*", ["emphasis: *b*", "mark: *", "mark: *", "mark: **", "mark: **", "strong: **a**"]],
  ["~~a~~", ["mark: ~~", "mark: ~~", "strike: a"]],
  ["## Offer", ["heading-2: ## Offer", "mark: ##"]],
  ["[our page](https://x.example)", ["link: our page", "mark: [", "mark: ](https://x.example)"]],
  ["see https://x.example", ["link: https://x.example"]],
  ["> a", ["mark: >", "quote: > a"]],
  ["1. a", ["mark: 1."]],
  ["```\na\n```", ["code-block: ```", "code-block: ```", "code-block: a", "mark: ```", "mark: ```"]],
  ["a | b\n--- | ---\nc | d", ["mark: --- | ---", "mark: |", "mark: |", "strong: a | b", "table: --- | ---", "table: a | b", "table: c | d"]],
  // The number of a date belongs to the text; a note in brackets is no link; the signature makes no heading.
  ["3. Oktober", []],
  ["[TODO] later", []],
  ["Best regards\n-- \nAlex", ["signature: -- ", "signature: Alex"]],
  ["snake_case_name and a < b", []],
]

for (const [text, styles] of STYLES) {
  test(`styles ${JSON.stringify(text)}`, () => assert.deepEqual(stylesOf(text), styles))
}

for (const text of ["Dear Jo,‸\n\n-- \nMax", "‸\n\n-- \nMax", "one\n-- two‸", "a\n-- \nb‸\n--\nMax", "Dear Jo,\n‸"]) {
  test(`the author's text ends at the caret: ${JSON.stringify(text)}`, () => {
    assert.equal(endOfText(makeState(text.replace("‸", ""), 0).doc), text.indexOf("‸"))
  })
}
