// Bold, italic, struck through, code and links: put on and taken off.
import assert from "node:assert/strict"
import test from "node:test"

import { format, keyEvent, parse, toolNamed, use } from "./editing.js"
import { findTool } from "../../components/ui/compose/editor/keys.js"
import { TOOLS } from "../../components/ui/compose/editor/toolbar.js"

const MARKS = [
  // Blanks at the edges stay outside.
  ["one« two »three", "b", "one **«two»** three"],
  // The marks may be selected too.
  ["one «**two**» three", "b", "one «two» three"],
  // A part of a bold run.
  ["**one «two» three**", "b", "**one** «two» **three**"],
  // Bold in bold would end it.
  ["«one **two** three»", "b", "**«one two three»**"],
  // Bold and italic know each other.
  ["**«two»**", "i", "***«two»***"],
  ["***«two»***", "b", "*«two»*"],
  ["***«two»***", "i", "**«two»**"],
  ["__«two»__", "b", "«two»"],
  ["_«two»_", "i", "«two»"],
  // Words with underscores are no marks.
  ["a_b «two» c_d", "i", "a_b *«two»* c_d"],
  // A caret takes its word, or waits for one.
  ["one tw‸o three", "b", "one **tw‸o** three"],
  ["one **tw‸o** three", "b", "one tw‸o three"],
  ["one ‸", "b", "one **‸**"],
  ["one **‸**", "b", "one ‸"],
  ["one **‸**", "i", "one ***‸***"],
  ["one **two‸** three", "b", "one **two**‸ three"],
  // Over lines each by itself, behind its marker.
  ["«- one\n- two\n\n> three»", "b", "- **«one**\n- **two**\n\n> **three»**"],
  ["- **«one**\n- **two»**", "b", "- «one\n- two»"],
  ["«## Title»", "i", "## *«Title»*"],
  // Code that holds a backtick needs two of them.
  ["«a`b»", "e", "`` «a`b» ``"],
]

for (const [before, key, after] of MARKS) {
  test(`Ctrl+${key} respects the marks around the selection: ${JSON.stringify(before)}`, () => {
    const tool = findTool(keyEvent(`Control+${key}`))
    assert.equal(format(use(parse(before), tool)), after)
  })
}

const LINKS = [
  ["see «our page» now", "see [our page](«https://») now"],
  ["see «https://a.example/x(1)» now", "see [«text»](https://a.example/x%281%29) now"],
  ["see ‸", "see [«text»](https://)"],
  ["see [our p‸age](https://a.example) now", "see «our page» now"],
]

for (const [before, after] of LINKS) {
  test(`Link makes or removes a link: ${JSON.stringify(before)}`, () => {
    const tool = toolNamed("Link")
    assert.equal(findTool(keyEvent("Control+k")), tool)
    assert.equal(format(use(parse(before), tool)), after)
  })
}

const ON_AND_OFF = [
  ["Bold", "Control+b", "**"],
  ["Italic", "Control+i", "*"],
  ["Strike through", "Control+Shift+x", "~~"],
  ["Code", "Control+e", "`"],
]

for (const [label, key, mark] of ON_AND_OFF) {
  test(`${label} goes on and off, and the selection stays on the words`, () => {
    const tool = toolNamed(label)
    const { isOn } = TOOLS[tool]
    assert.equal(findTool(keyEvent(key)), tool)
    const on = use(parse("one «two» three"), tool)
    assert.equal(format(on), `one ${mark}«two»${mark} three`)
    assert.equal(isOn(on), true)
    const off = use(on, tool)
    assert.equal(format(off), "one «two» three")
    assert.equal(isOn(off), false)
  })
}

test("a key of another alphabet counts by its place, and AltGr never does", () => {
  assert.equal(findTool({ key: "и", code: "KeyB", ctrlKey: true, shiftKey: false, altKey: false }), "bold")
  assert.equal(findTool({ key: "b", code: "KeyB", ctrlKey: true, shiftKey: false, altKey: true }), undefined)
})

// What the caret is in: the labels of the pressed buttons.
const PRESSED = [
  ["- **bo‸ld**", ["Bold", "Bulleted list"]],
  ["> 1. *i‸t*", ["Italic", "Numbered list", "Quote"]],
  ["## `co‸de`", ["Heading", "Code"]],
  ["```\nco‸de\n```", ["Code"]],
  ["plai‸n ~~old~~", []],
  ["plain ~~ol‸d~~", ["Strike through"]],
]

for (const [before, labels] of PRESSED) {
  test(`the buttons show what the caret is in: ${JSON.stringify(before)}`, () => {
    const pressed = Object.values(TOOLS).filter(({ isOn }) => isOn?.(parse(before)))
    assert.deepEqual(pressed.map(({ label }) => label).sort(), labels.sort())
  })
}
