// Pasting: rich text becomes Markdown; source code and plain text stay what they are.
import assert from "node:assert/strict"
import { readdirSync, readFileSync } from "node:fs"
import test from "node:test"

import { copied, paste } from "./pasting.js"
import { markdownOf } from "../../components/ui/compose/editor/paste.js"

const SAMPLES = new URL("../data/paste/", import.meta.url)
const names = readdirSync(SAMPLES)
const sample = (name) => readFileSync(new URL(name, SAMPLES), "utf-8")
const stems = names.filter((name) => name.endsWith(".html")).map((name) => name.slice(0, -".html".length))
const isRich = (stem) => names.includes(`${stem}.md`)
const SOURCE = "def __init__(*a):\n    pass"

for (const stem of stems.filter(isRich)) {
  test(`rich text becomes Markdown: ${stem}`, () => {
    assert.equal(markdownOf(copied(sample(`${stem}.html`))), sample(`${stem}.md`).replace(/\n+$/, ""))
  })
}

for (const stem of stems.filter((name) => !isRich(name))) {
  test(`source code stays plain: ${stem}`, () => {
    assert.equal(paste("‸", sample(`${stem}.html`), SOURCE), `${SOURCE}‸`)
  })
}

const PIECES = [
  ["<p><b>one</b><b> two</b></p>", "**one two**"],
  ["<b>Title<br></b>text", "**Title**\ntext"],
  ["<b><p>one</p><p>two</p></b>", "**one**\n\n**two**"],
  ["<b>a<b>b</b>c</b>", "**abc**"],
  ["<span style='font-weight:700;font-style:italic'>both</span>", "***both***"],
  ["<p style='font-weight:bold'>all of it</p>", "**all of it**"],
  ["<a href='https://a.example'><p>one</p></a>", "[one](https://a.example)"],
  ["<a href='mailto:a@b.example'>a@b.example</a>", "a@b.example"],
  ["<a href='mailto:a@b.example'>Ann</a>", "[Ann](mailto:a@b.example)"],
  ["<a href='https://a.example'><img src='https://a.example/x.png' alt='Logo'></a>", "[Logo](https://a.example)"],
  ["<ol start=3><li>c<li>d</ol>", "3. c\n4. d"],
  ["<ol><li>a<ul><li>b<ol><li>c</ol></ul></ol>", "1. a\n   - b\n     1. c"],
  ["<ul><li><p>a</p><p>b</p></li><li>c</li></ul>", "- a\n\n  b\n\n- c"],
  ["<p>*\\* 5 * 3, snake_case, _x_, a|b, &nbsp; end</p>", "\\*\\\\\\* 5 * 3, snake_case, \\_x\\_, a|b, end"],
  ["<p>https://example.com/_a_*b</p>", "https://example.com/_a_*b"],
  ["<p>1986. A year<br>2. line<br>-- dash</p>", "1986\\. A year\n2\\. line\n-- dash"],
  ["<p>a<b>- b</b></p>", "a**- b**"],
  ["<pre>two\n  lines `x`</pre>", "```\ntwo\n  lines `x`\n```"],
  ["<kbd>Ctrl</kbd> and <tt>x_y</tt>", "`Ctrl` and `x_y`"],
  ["<p>one</p><p>&nbsp;</p><p></p><p>two</p>", "one\n\ntwo"],
  ["<ul><li role=checkbox aria-checked=true>done</li></ul>", "- [x] done"],
  ["<img src='http://a.example/x.png' alt='insecure'><img src=x alt=none onerror='window.ran=1'>text", "text"],
  ["<svg onload='window.ran=1'><text>t</text></svg><iframe src='javascript:parent.ran=1'></iframe>safe", "safe"],
]

for (const [html, markdown] of PIECES) {
  test(`a small piece: ${html}`, () => assert.equal(paste("‸", html), `${markdown}‸`))
}

const WITHIN_A_LINE = [
  ["one ‸ two", "one **bold**‸ two"],
  ["- ‸", "- **bold**‸"],
  ["```\n‸\n```", "```\nbold‸\n```"],
  ["«one»", "**bold**‸"],
]

for (const [before, after] of WITHIN_A_LINE) {
  test(`a piece goes where the caret is, plain within code: ${JSON.stringify(before)}`, () => {
    assert.equal(paste(before, "<b>bold</b>", "bold"), after)
  })
}

test("a list in the middle of a line gets lines of its own", () => {
  assert.equal(paste("one ‸two", "<ul><li>a</li><li>b</li></ul>"), "one \n\n- a\n- b\n\n‸two")
})

test("plain text goes in as it is", () => {
  assert.equal(paste("see ‸", "", "**bold** and\n- a list"), "see **bold** and\n- a list‸")
})

const OVER_WORDS = [
  ["see «our page» now", "https://a.example/x_(1)", "see [our page](https://a.example/x_%281%29)‸ now"],
  ["see ‸ now", "https://a.example", "see https://a.example‸ now"],
  ["see «https://old.example»", "https://a.example", "see https://a.example‸"],
  ["see [us](«https://»)", "https://a.example", "see [us](https://a.example‸)"],
  ["see «our page»", "not an address", "see not an address‸"],
]

for (const [before, pasted, after] of OVER_WORDS) {
  test(`an address over words makes a link: ${JSON.stringify([before, pasted])}`, () => {
    assert.equal(paste(before, "", pasted), after)
  })
}
