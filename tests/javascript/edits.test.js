// Edits that Python makes of the text that it knows, applied to the text as it is now.
import assert from "node:assert/strict"
import test from "node:test"

import { toEditStep } from "../../components/ui/compose/editor/edits.js"
import { format, parse } from "./editing.js"

const EDITS = [
  ["the text is as Python knows it", ["a x b", "a y b"], "a x b‸", "a y b‸"],
  ["typed before the place", ["a x b", "a y b"], "new a‸ x b", "new a‸ y b"],
  ["typed after the place", ["a x b", "a y b"], "a x b new‸", "a y b new‸"],
  ["all of it goes", ["a x b", ""], "a x‸ b", "‸"],
  ["an emoji stays whole", ["😀", "😁"], "😀‸", "😁‸"],
]

for (const [what, [before, after], now, then] of EDITS) {
  test(`an edit is rebased: ${what}`, () => {
    const state = parse(now)
    assert.equal(format(state.update(toEditStep(state, { before, after })).state), then)
  })
}

test("where both wrote, the person wins", () => assert.equal(toEditStep(parse("a z‸ b"), { before: "a x b", after: "a y b" }), null))
