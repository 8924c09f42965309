// Lists and whole lines: Enter, Backspace, Tab and the buttons.
import assert from "node:assert/strict"
import test from "node:test"

import { continueLine, dropEmptyMarker, shiftItems } from "../../components/ui/compose/editor/lists.js"
import { eraseBefore, format, keyEvent, parse, toolNamed, type } from "./editing.js"
import { findTool } from "../../components/ui/compose/editor/keys.js"
import { TOOLS } from "../../components/ui/compose/editor/toolbar.js"

const ENTER = [
  ["- one‸", "- one\n- ‸"],
  ["* one‸", "* one\n* ‸"],
  ["- one ‸two", "- one\n- ‸two"],
  ["1. one‸", "1. one\n2. ‸"],
  ["9) nine‸", "9) nine\n10) ‸"],
  ["  - nested‸", "  - nested\n  - ‸"],
  ["- [x] done‸", "- [x] done\n- [ ] ‸"],
  ["> quoted‸", "> quoted\n> ‸"],
  ["> - one‸", "> - one\n> - ‸"],
  [">> deep‸", ">> deep\n>> ‸"],
  // Those below are counted on, also where a number grows by a digit.
  ["1. a‸\n2. b\n3. c", "1. a\n2. ‸\n3. b\n4. c"],
  ["9. a‸\n10. b", "9. a\n10. ‸\n11. b"],
  ["1. a‸\n  - x\n2. b", "1. a\n2. ‸\n  - x\n3. b"],
  // An empty item ends the list, or the level that it is on.
  ["- one\n- ‸", "- one\n‸"],
  ["1. one\n2. ‸", "1. one\n‸"],
  ["- one\n  - ‸", "- one\n- ‸"],
  ["1. one\n  - two\n  - ‸\n2. three", "1. one\n  - two\n- ‸\n2. three"],
  ["1. one\n  1. two\n  2. ‸\n2. three", "1. one\n  1. two\n2. ‸\n3. three"],
  ["> one\n> ‸", "> one\n‸"],
  ["> - ‸", "> ‸"],
  ["- [ ] ‸", "‸"],
  // No list here.
  ["‸- one", "\n‸- one"],
  ["plain‸", "plain\n‸"],
  ["---‸", "---\n‸"],
  ["It was founded in\n1986. It grew‸", "It was founded in\n1986. It grew\n‸"],
  ["```\n- code‸\n```", "```\n- code\n‸\n```"],
  ["- one «and» two", "- one\n- ‸two"],
]

for (const [before, after] of ENTER) {
  test(`Enter continues or ends a list or quote: ${JSON.stringify(before)}`, () => {
    const state = parse(before)
    assert.equal(format(continueLine(state) ?? type(state, "\n")), after)
  })
}

const BACKSPACE = [
  ["- one\n- ‸", "- one\n‸"],
  ["  1. ‸", "‸"],
  ["- [ ] ‸", "‸"],
  ["> ‸", "‸"],
  ["> - ‸", "> ‸"],
  ["- one‸", "- on‸"],
  ["- ‸one", "-‸one"],
]

for (const [before, after] of BACKSPACE) {
  test(`Backspace removes an empty marker or a character: ${JSON.stringify(before)}`, () => {
    const state = parse(before)
    assert.equal(format(dropEmptyMarker(state) ?? eraseBefore(state)), after)
  })
}

const TAB = [
  ["- one\n- tw‸o", "Tab", "- one\n  - tw‸o"],
  ["1. one\n2. two‸\n3. three", "Tab", "1. one\n  1. two‸\n2. three"],
  ["1. one\n  1. two\n2. three‸\n3. four", "Tab", "1. one\n  1. two\n  2. three‸\n2. four"],
  ["- one\n- two‸\n  - below", "Tab", "- one\n  - two‸\n    - below"],
  ["- one\n«- two\n- three»", "Tab", "- one\n«  - two\n  - three»"],
  ["- one\n  - two‸", "Shift+Tab", "- one\n- two‸"],
  ["1. one\n  1. two‸\n2. three", "Shift+Tab", "1. one\n2. two‸\n3. three"],
  ["> - one\n> - two‸", "Tab", "> - one\n>   - two‸"],
]

for (const [before, key, after] of TAB) {
  test(`${key} moves items with all below them: ${JSON.stringify(before)}`, () => {
    assert.equal(format(shiftItems(parse(before), key === "Tab" ? 1 : -1)), after)
  })
}

const TAB_LEAVES = [
  ["plain‸", "Tab"],
  ["plain‸", "Shift+Tab"],
  ["- the first‸", "Tab"],
  ["- one\n  - as deep as it goes‸", "Tab"],
  ["- the first‸", "Shift+Tab"],
  ["> quoted‸", "Tab"],
]

for (const [before, key] of TAB_LEAVES) {
  test(`${key} leaves the field where nothing can move: ${JSON.stringify(before)}`, () => {
    assert.equal(shiftItems(parse(before), key === "Tab" ? 1 : -1), null)
  })
}

const WHOLE_LINES = [
  ["Bulleted list", "Control+Shift+8", "«one\n\ntwo»", "«- one\n\n- two»"],
  ["Bulleted list", "Control+Shift+8", "«- one\n- two»", "«one\ntwo»"],
  ["Bulleted list", "Control+Shift+8", "1. on‸e", "- on‸e"],
  ["Bulleted list", "Control+Shift+8", "‸", "- ‸"],
  ["Numbered list", "Control+Shift+7", "«one\ntwo\n»three", "«1. one\n2. two»\nthree"],
  ["Numbered list", "Control+Shift+7", "«- one\n- [ ] two»", "«1. one\n2. [ ] two»"],
  ["Numbered list", "Control+Shift+7", "> on‸e", "> 1. on‸e"],
  ["Numbered list", "Control+Shift+7", "1. ‸one", "‸one"],
  ["Quote", "Control+Shift+9", "«one\n\ntwo»", "«> one\n>\n> two»"],
  ["Quote", "Control+Shift+9", "«> one\n>\n> two»", "«one\n\ntwo»"],
  ["Heading", "", "on‸e", "## on‸e"],
  ["Heading", "", "# on‸e", "on‸e"],
  ["Code", "Control+e", "«one\ntwo»", "```\n«one\ntwo»\n```"],
  ["Code", "Control+e", "```\no‸ne\n```", "«one»"],
  ["Code", "Control+e", "«a ``` b\nc»", "````\n«a ``` b\nc»\n````"],
  ["Code", "Control+e", "‸", "```\n‸\n```"],
  ["Table", "", "Dear‸ Jane", "Dear Jane\n\n| «Item» | Amount |\n| --- | ---: |\n|  |  |\n"],
  ["Picture", "", "see «our roof»", "see ![our roof](«https://»)"],
]

for (const [label, key, before, after] of WHOLE_LINES) {
  test(`${label} changes whole lines: ${JSON.stringify(before)}`, () => {
    const tool = toolNamed(label)
    if (key) assert.equal(findTool(keyEvent(key)), tool)
    assert.equal(format(TOOLS[tool].change(parse(before))), after)
  })
}
