// Whatever a program copies, every word and number that was seen arrives, in its order: HTML of random shapes, made from
// a seed, so that a failure is the same each time.
import assert from "node:assert/strict"
import test from "node:test"

import { copied } from "./pasting.js"
import { markdownOf } from "../../components/ui/compose/editor/paste.js"

const CASES = 60

// Mulberry32, a small generator of numbers from a seed.
function makeRandom(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

// Builds the HTML of one clipboard; `words` are what its reader sees, in order.
class Clipboard {
  constructor(seed) {
    this.random = makeRandom(seed)
    this.words = []
  }

  pick(choices) {
    return choices[Math.floor(this.random() * choices.length)]
  }

  some(least, most, make) {
    return Array.from({ length: least + Math.floor(this.random() * (most - least + 1)) }, make).join("")
  }

  word() {
    this.words.push(`w${this.words.length}x`)
    return this.words.at(-1)
  }

  inline(depth = 0) {
    const inner = () => (depth > 2 ? this.word() : this.inline(depth + 1))
    return this.pick([
      () => this.word(),
      () => `${this.word()} ${this.word()}`,
      () => `<b>${inner()}</b>`,
      () => `<i>${inner()}</i> `,
      () => ` <span style="font-weight:700;font-style:italic">${inner()}</span>`,
      () => `<span lang=DE style='font-size:11.0pt'>${inner()}<o:p></o:p></span>`,
      () => `<a href="https://a.example/p (1)?q='x'">${this.word()} <b>${this.word()}</b></a>`,
      () => `${this.word()}<sup>${this.word()}</sup>`,
      () => `${this.word()}<span style="vertical-align:sub;font-size:.6em">${this.word()}</span>`,
      () => `${this.word()}<br>${this.word()}`,
      () => `<span style="white-space:pre-wrap">${this.word()}\n  ${this.word()}</span>`,
      () => `<span style='mso-spacerun:yes'>&nbsp; </span>${this.word()}`,
      () => `<font face="Liberation Serif"><u>${inner()}</u></font>`,
      () => `<s>${inner()}</s>`,
      () => `<code>${this.word()}</code>`,
      () => `${this.pick(["*", "_", "`", "|", "\\", "&lt;", "# ", "- ", "1. ", "[", "~~"])}${inner()}`,
      () => `<!--[if gte mso 9]><xml>hidden</xml><![endif]-->${inner()}`,
    ])()
  }

  list(depth = 0) {
    const ordered = this.random() < 0.5
    const start = this.pick(["", ' start="3"', ' type="a"', ' start="7" type="I"', ' style="list-style-type:lower-roman"', " reversed"])
    const items = this.some(1, 3, () => {
      const value = ordered ? this.pick(["", "", "", ' value="9"']) : ""
      const text = this.pick([() => this.inline(), () => `<p dir="ltr" role="presentation">${this.inline()}</p>`, () => `${this.inline()}<p>${this.inline()}</p>`])()
      const nested = depth < 2 && this.random() < 0.3 ? this.list(depth + 1) : ""
      return `<li dir="ltr"${value}>${text}${nested}</li>`
    })
    // Google Docs and Word write nested lists beside the item, too.
    const beside = depth < 2 && this.random() < 0.2 ? this.list(depth + 1) : ""
    return ordered ? `<ol${start}>${items}${beside}</ol>` : `<ul>${items}${beside}</ul>`
  }

  cell(tag) {
    const span = this.pick(["", "", "", ' rowspan="2"', ' colspan="2"', ' colspan="3" rowspan="2"', ' rowspan="0"'])
    const content = this.pick([
      () => this.inline(),
      () => `<p class=MsoNormal>${this.inline()}</p>`,
      () => `<p>${this.inline()}</p><p>${this.inline()}</p>`,
      () => `${this.inline()}<br>${this.inline()}`,
      () => this.list(2),
      () => "&nbsp;",
      () => "",
    ])()
    return `<${tag}${span}>${content}</${tag}>`
  }

  table() {
    const caption = this.random() < 0.2 ? `<caption>${this.word()}</caption>` : ""
    const row = (tag) => `<tr>${this.some(1, 4, () => this.cell(tag))}</tr>`
    const head = this.random() < 0.4 ? `<thead>${row("th")}</thead>` : ""
    return `<table border=1>${caption}<colgroup><col width=10></colgroup>${head}<tbody>${this.some(1, 4, () => row("td"))}</tbody></table>`
  }

  wordList() {
    return this.some(1, 4, () => {
      const level = this.pick([1, 1, 2])
      const mark = this.pick(["1.", "1)", "a)", "I.", "§&nbsp;1", "2.1.", "·", "o"])
      const style = `margin-left:${36 * level}.0pt;text-indent:-18.0pt;mso-list:l0 level${level} lfo1`
      const ignored = `<span style='mso-list:Ignore'>${mark}<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span>`
      return `<p class=MsoListParagraph style='${style}'><![if !supportLists]>${ignored}<![endif]>${this.inline()}<o:p></o:p></p>`
    })
  }

  block(depth = 0) {
    return this.pick([
      () => `<p>${this.some(1, 3, () => this.inline())}</p>`,
      () => `<p class=MsoNormal>${this.inline()}<o:p></o:p></p>`,
      () => `<div>${this.inline()}</div>`,
      () => `<div>${this.inline()}<div>${this.inline()}</div>${this.inline()}</div>`,
      () => `<h2>${this.inline()}</h2>`,
      () => this.list(),
      () => this.list(),
      () => this.table(),
      () => this.table(),
      () => this.wordList(),
      () => `<pre>${this.word()}\n  ${this.word()}</pre>`,
      () => `<p style="white-space:pre">${this.word()}\n${this.word()}</p>`,
      () => (depth < 2 ? `<blockquote>${this.some(1, 2, () => this.block(depth + 1))}</blockquote>` : `<p>${this.word()}</p>`),
      () => `${this.inline()}<br><br>${this.inline()}`,
      () => "<p>&nbsp;</p><hr>",
    ])()
  }

  html() {
    const blocks = this.some(1, 4, () => this.block())
    return this.pick([
      (inner) => inner,
      (inner) => `<html xmlns:o="urn:schemas-microsoft-com:office:office"><body lang=DE><!--StartFragment-->${inner}<!--EndFragment--></body></html>`,
      (inner) => `<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-1">${inner}</b>`,
      (inner) => `<div class=WordSection1>${inner}</div>`,
    ])(blocks)
  }
}

function findLost(words, markdown) {
  let place = 0
  return words.find((word) => {
    place = markdown.indexOf(word, place)
    if (place < 0) return true
    place += word.length
    return false
  })
}

test("everything that was seen is pasted, once and in order", () => {
  for (let seed = 1; seed <= CASES; seed++) {
    const clipboard = new Clipboard(seed)
    const html = clipboard.html()
    const markdown = markdownOf(copied(html, clipboard.words.join(" "))) ?? clipboard.words.join(" ")
    assert.equal(findLost(clipboard.words, markdown), undefined, `seed ${seed}\n${html}\n${markdown}`)
    const seen = markdown.match(/w\d+x/g) ?? []
    assert.deepEqual(seen, clipboard.words, `seed ${seed}\n${html}\n${markdown}`)
    assert.doesNotMatch(markdown, /hidden/, `seed ${seed}`)
  }
})
