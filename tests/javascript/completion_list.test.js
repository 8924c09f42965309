// The list of completions: what Python brings later leaves the one highlighted that a person has moved to.
import assert from "node:assert/strict"
import test from "node:test"

import { document, Event } from "./browser_globals.js"
import mountCompletion from "../../components/ui/history/completion/completion.js"

const plain = (text) => ({ text, name: text, note: "" })
const DATA = { field: "search", operators: ["thread:", "to:"].map(plain), dates: [], same: {}, values: {} }

// Mounts the search field with its completions on the page; `answer` runs Python's answer through them.
function mountSearch() {
  document.body.innerHTML = `<div class="st-key-search"><input></div>
    <div id="root"><div class="completion"><div class="live"></div></div></div>`
  const input = document.querySelector("input"), parentElement = document.querySelector("#root")
  const answer = (known) => mountCompletion({ parentElement, data: { ...DATA, known }, setTriggerValue: () => {} })
  answer(null)
  return {
    answer,
    highlighted: () => document.querySelector("[aria-selected=true]")?.textContent,
    press: (key) => input.dispatchEvent(Object.assign(new Event("keydown", { bubbles: true, cancelable: true }), { key })),
    type(text) {
      input.focus()
      input.value = text
      input.setSelectionRange(text.length, text.length)
      input.dispatchEvent(new Event("input", { bubbles: true }))
    },
  }
}

test("a late answer keeps the highlight, also where it moves in the list", () => {
  const search = mountSearch()
  search.answer({ to: [plain("anna@a.example"), plain("andreas@a.example")] })
  search.type("to:an")
  search.press("ArrowDown")
  search.press("ArrowDown")
  assert.equal(search.highlighted(), "andreas@a.example")
  search.answer({ to: [plain("andreas@a.example"), plain("anna@a.example")] })
  assert.equal(search.highlighted(), "andreas@a.example")
})

test("a highlighted completion that an answer takes away leaves none highlighted", () => {
  const search = mountSearch()
  search.answer({ to: [plain("anna@a.example")] })
  search.type("to:an")
  search.press("ArrowDown")
  search.answer({ to: [plain("andreas@a.example")] })
  assert.equal(search.highlighted(), undefined)
})
