// Tables: Tab and Shift+Tab go from cell to cell.
import assert from "node:assert/strict"
import test from "node:test"

import { format, parse, press } from "./editing.js"

const HEAD = "| Item | Amount |\n| --- | ---: |\n"
const MOVES = [
  ["| It‸em | Amount |\n| --- | ---: |\n| a | b |", "Tab", "| Item | «Amount» |\n| --- | ---: |\n| a | b |"],
  ["| Item | «Amount» |\n| --- | ---: |\n| a | b |", "Tab", `${HEAD}| «a» | b |`],
  [`${HEAD}| a‸ |  |`, "Tab", `${HEAD}| a | ‸ |`],
  [`${HEAD}|  | ‸ |`, "Shift+Tab", `${HEAD}| ‸ |  |`],
  [`${HEAD}| ‸a | b |`, "Shift+Tab", "| Item | «Amount» |\n| --- | ---: |\n| a | b |"],
  // Past the last cell a row begins, with as many cells as the head has.
  [`${HEAD}| a | b‸ |`, "Tab", `${HEAD}| a | b |\n| ‸ |  |`],
  [`${HEAD}| a | b‸ |\n\nBest`, "Tab", `${HEAD}| a | b |\n| ‸ |  |\n\nBest`],
  ["> | a | b |\n> | --- | --- |\n> | c | d‸ |", "Tab", "> | a | b |\n> | --- | --- |\n> | c | d |\n> | ‸ |  |"],
  // Rows without the outer pipes, and a pipe that is text.
  ["a | b\n--- | ---\nc‸ | d", "Tab", "a | b\n--- | ---\nc | «d»"],
  ["| a | b |\n| --- | --- |\n| c \\| ‸c | d |", "Tab", "| a | b |\n| --- | --- |\n| c \\| c | «d» |"],
  // From the line below the head.
  ["| a | b |\n| -‸-- | --- |\n| c | d |", "Tab", "| a | b |\n| --- | --- |\n| «c» | d |"],
]

for (const [before, key, after] of MOVES) {
  test(`${key} goes to another cell: ${JSON.stringify(before)}`, () => {
    assert.equal(format(press(parse(before), key)), after)
  })
}

for (const [before, key] of [[`| It‸em | Amount |\n| --- | ---: |\n`, "Shift+Tab"], [`${HEAD}\nText‸`, "Tab"], ["a | b‸", "Tab"]]) {
  test(`${key} leaves the field: ${JSON.stringify(before)}`, () => assert.equal(press(parse(before), key), null))
}
