// Lists and whole lines: Enter, Backspace, Tab and the buttons.
import assert from "node:assert/strict"
import test from "node:test"

import { format, keyEvent, makeState, parse, press, toolNamed, use } from "./editing.js"
import { findTool } from "../../components/ui/compose/editor/keys.js"

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
  // Below what is no paragraph any number begins a list, as in the mail.
  ["# Points\n3. one‸", "# Points\n3. one\n4. ‸"],
  ["Points\n===\n3. one‸", "Points\n===\n3. one\n4. ‸"],
  ["```\ncode\n```\n3. one‸", "```\ncode\n```\n3. one\n4. ‸"],
  ["| a | b |\n| --- | --- |\n| 1 | 2 |\n3. one‸", "| a | b |\n| --- | --- |\n| 1 | 2 |\n3. one\n4. ‸"],
  // An item nested by two columns is one, although CommonMark has it as text or code.
  ["1. a\n  1. b\n    1. c‸", "1. a\n  1. b\n    1. c\n    2. ‸"],
  ["1. a\n\n  1. b\n\n    1. c‸", "1. a\n\n  1. b\n\n    1. c\n    2. ‸"],
  ["- a\n3. b‸", "- a\n3. b\n4. ‸"],
  ["- a\n  text\n  3. b‸", "- a\n  text\n  3. b\n  4. ‸"],
  ["- one «and» two", "- one\n- ‸two"],
]

for (const [before, after] of ENTER) {
  test(`Enter continues or ends a list or quote: ${JSON.stringify(before)}`, () => {
    assert.equal(format(press(parse(before), "Enter")), after)
  })
}

// A number that somebody typed stays.
const TYPED_NUMBERS = [
  // A date or an ordinal is no item …
  ["3. Oktober‸\n24. Dezember", "3. Oktober\n‸\n24. Dezember"],
  ["3. Oktober\n24. Dezember‸", "3. Oktober\n24. Dezember\n‸"],
  ["17. 05. 2016‸", "17. 05. 2016\n‸"],
  ["17. 5.‸\n19. 5.", "17. 5.\n‸\n19. 5."],
  ["9. 11.2001‸", "9. 11.2001\n‸"],
  ["15. KW‸\n17. KW", "15. KW\n‸\n17. KW"],
  ["10. Platz‸\n9. Platz", "10. Platz\n‸\n9. Platz"],
  ["1. Mai‸\n\n1. Juni", "1. Mai\n‸\n\n1. Juni"],
  ["> 3. Oktober‸\n> 24. Dezember", "> 3. Oktober\n> ‸\n> 24. Dezember"],
  ["3. Okt. 2024‸", "3. Okt. 2024\n‸"],
  ["1. března‸", "1. března\n‸"],
  ["17. mai‸", "17. mai\n‸"],
  ["6. joulukuuta‸", "6. joulukuuta\n‸"],
  ["1. Jänner‸", "1. Jänner\n‸"],
  ["2. Quartal: Umsatz‸", "2. Quartal: Umsatz\n‸"],
  ["3. May 2024‸", "3. May 2024\n‸"],
  // … unless it counts on, and even then it is not numbered anew.
  ["1. Mai\n2. Mai‸", "1. Mai\n2. Mai\n3. ‸"],
  ["1. Mai‸\n2. Mai", "1. Mai\n2. ‸\n2. Mai"],
  ["17. 5.‸\n18. 5.", "17. 5.\n18. ‸\n18. 5."],
  ["1. Vertrag‸\n2. Juni ist Frist\n3. Rest", "1. Vertrag\n2. ‸\n2. Juni ist Frist\n3. Rest"],
  ["1. Jan Müller‸", "1. Jan Müller\n2. ‸"],
  ["1. May we call?‸", "1. May we call?\n2. ‸"],
  ["1. 10.000 EUR‸", "1. 10.000 EUR\n2. ‸"],
  ["1. 12.50 EUR‸", "1. 12.50 EUR\n2. ‸"],
  // Only the new item is numbered where the list did not count up by one.
  ["3. a‸\n7. b", "3. a\n4. ‸\n7. b"],
  ["3. a\n7. b‸", "3. a\n7. b\n8. ‸"],
  ["1. a‸\n1. b\n1. c", "1. a\n2. ‸\n1. b\n1. c"],
  ["10) x‸\n20) y", "10) x\n11) ‸\n20) y"],
  ["3. a‸\n2. b\n1. c", "3. a\n4. ‸\n2. b\n1. c"],
  ["1. a‸\n2. b\n4. c", "1. a\n2. ‸\n2. b\n4. c"],
  ["> 5. a‸\n> 9. b", "> 5. a\n> 6. ‸\n> 9. b"],
  ["1. a\n  5. x\n  9. y‸\n2. b", "1. a\n  5. x\n  9. y\n  10. ‸\n2. b"],
  // A list that restarts is another list.
  ["1. a‸\n2. b\n1. c\n2. d", "1. a\n2. ‸\n3. b\n1. c\n2. d"],
  ["1. a\n2. b\n1. c‸\n2. d", "1. a\n2. b\n1. c\n2. ‸\n3. d"],
  ["1. a‸\n2. b\n\n1. c", "1. a\n2. ‸\n3. b\n\n1. c"],
  ["1. a‸\n2) b", "1. a\n2. ‸\n2) b"],
  // So is one within another; it begins where it began.
  ["5. a‸\n  3. x\n  4. y\n6. b", "5. a\n6. ‸\n  3. x\n  4. y\n7. b"],
  // Code in a list is no part of it.
  ["- a\n  1. b‸\n  ```\n  2. x\n  ```\n  2. c", "- a\n  1. b\n  2. ‸\n  ```\n  2. x\n  ```\n  3. c"],
  ["- a\n  1. b‸\n  ```\n  - x\n  ```\n  2. c", "- a\n  1. b\n  2. ‸\n  ```\n  - x\n  ```\n  3. c"],
  // Zeros at the beginning stay.
  ["01. a‸\n02. b", "01. a\n02. ‸\n03. b"],
  ["- x‸\n\n007. Bond\n008. Bill", "- x\n- ‸\n\n007. Bond\n008. Bill"],
]

for (const [before, after] of TYPED_NUMBERS) {
  test(`Enter leaves typed numbers as they are: ${JSON.stringify(before)}`, () => {
    assert.equal(format(press(parse(before), "Enter")), after)
  })
}

// Random lists, the same in every run.
function* makeRandomLists() {
  let state = 1
  const pick = (choices) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    return choices[(state >>> 16) % choices.length]
  }
  for (let i = 0; i < 800; i += 1) {
    const numbers = Array.from({ length: pick([2, 3, 4]) }, () => pick([2, 3, 4, 5, 24]))
    const lines = numbers.map((number) => `${number}. ${pick(["a", "Oktober", "KW", "Platz 3", "05. 2016", "10.000"])}`)
    const isList = numbers.every((number, row) => row === 0 || number === numbers[row - 1] + 1)
    yield { lines, row: pick(numbers.map((_, row) => row)), isList }
  }
}

test("Enter changes no line of what is no list, or of a list with dates and ordinals", () => {
  for (const { lines, row, isList } of makeRandomLists()) {
    if (isList && !lines.some((line) => /Oktober|KW|Platz|2016/.test(line))) continue
    const at = lines.slice(0, row + 1).join("\n").length
    const { doc } = press(makeState(lines.join("\n"), at), "Enter")
    assert.deepEqual(doc.toString().split("\n").filter((_, i) => i !== row + 1), lines)
  }
})

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
    assert.equal(format(press(parse(before), "Backspace")), after)
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
  // A number that somebody typed stays where its list did not count up by one.
  ["3. a\n7. b‸\n12. c", "Tab", "3. a\n  7. b‸\n12. c"],
  ["1. a\n  5. x\n  9. y‸\n2. b", "Shift+Tab", "1. a\n  5. x\n2. y‸\n3. b"],
  ["3. a\n  5. x‸\n7. b", "Shift+Tab", "3. a\n5. x‸\n7. b"],
  ["1. a\n2. b‸\n  3. x\n  4. y\n3. c", "Tab", "1. a\n  1. b‸\n    3. x\n    4. y\n2. c"],
  ["- x\n  1. a\n  2. b‸\n  3. c", "Shift+Tab", "- x\n  1. a\n1. b‸\n  1. c"],
  ["- x\n- 3. Oktober‸", "Tab", "- x\n  - 3. Oktober‸"],
  ["1. a\n2. b\n3. c‸\n1. d\n2. e", "Tab", "1. a\n2. b\n  1. c‸\n1. d\n2. e"],
]

for (const [before, key, after] of TAB) {
  test(`${key} moves items with all below them: ${JSON.stringify(before)}`, () => {
    assert.equal(format(press(parse(before), key)), after)
  })
}

const TAB_LEAVES = [
  ["plain‸", "Tab"],
  ["plain‸", "Shift+Tab"],
  ["- the first‸", "Tab"],
  ["- one\n  - as deep as it goes‸", "Tab"],
  ["- the first‸", "Shift+Tab"],
  ["> quoted‸", "Tab"],
  ["3. Oktober\n24. Dezember‸", "Tab"],
]

for (const [before, key] of TAB_LEAVES) {
  test(`${key} leaves the field where nothing can move: ${JSON.stringify(before)}`, () => {
    assert.equal(press(parse(before), key), null)
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
  ["Numbered list", "Control+Shift+7", "«3. a\n7. b\nc»", "«3. a\n7. b\n8. c»"],
  ["Numbered list", "Control+Shift+7", "«3. Oktober\n24. Dezember»", "«1. 3. Oktober\n2. 24. Dezember»"],
  ["Bulleted list", "Control+Shift+8", "«3. Oktober\n24. Dezember»", "«- 3. Oktober\n- 24. Dezember»"],
  ["Bulleted list", "Control+Shift+8", "> 15. KW‸", "> - 15. KW‸"],
  ["Quote", "Control+Shift+9", "«one\n\ntwo»", "«> one\n>\n> two»"],
  ["Quote", "Control+Shift+9", "«> one\n>\n> two»", "«one\n\ntwo»"],
  ["Heading", "", "on‸e", "## on‸e"],
  ["Heading", "", "# on‸e", "on‸e"],
  ["Heading", "", "- on‸e", "## on‸e"],
  ["Heading", "", "1. on‸e", "## 1. on‸e"],
  ["Heading", "", "> 3. Okto‸ber", "> ## 3. Okto‸ber"],
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
    assert.equal(format(use(parse(before), tool)), after)
  })
}
