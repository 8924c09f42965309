// Clipboards in the shapes that office programs and web pages write: no content is lost, and none changes its place.
import assert from "node:assert/strict"
import test from "node:test"

import { copied } from "./pasting.js"
import { markdownOf } from "../../components/ui/compose/editor/paste.js"

const NBSP = "\u00a0"

// A list paragraph of Word 2016 and 365. `font` is that of the marker.
function wordItem(marker, text, { level = 1, list = "l0", font = "", tag = "p", conditional = "![if !supportLists]" } = {}) {
  const [open, close] = conditional ? [`<${conditional}>`, "<![endif]>"] : ["", ""]
  return `<${tag} class=MsoListParagraphCxSpMiddle style='margin-left:${36 * level}.0pt;mso-add-space:auto;text-indent:-18.0pt;mso-list:${list} level${level} lfo1'>${open}<span
style='${font ? `font-family:${font};` : ""}mso-fareast-font-family:Calibri'><span style='mso-list:Ignore'>${marker}<span style='font:7.0pt "Times New Roman"'>${NBSP.repeat(6)}
</span></span></span>${close}${text}<o:p></o:p></${tag}>\n`
}

const wordPage = (body, css = "") => `<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta name=Generator
content="Microsoft Word 15"><style><!-- ${css} --></style></head><body lang=DE><!--StartFragment-->${body}<!--EndFragment--></body></html>`

const counted = (markers, options) => markers.map((marker, i) => wordItem(marker, `p${i + 1}`, options)).join("")
const plain = (text) => `<p class=MsoNormal>${text}<o:p></o:p></p>`

// Each list shows the markers that it showed in Word.
const WORD_MARKERS = [
  [["1.", "2.", "3."], "1. p1\n2. p2\n3. p3"],
  [["1)", "2)"], "1\\) p1\n2\\) p2"],
  [["I.", "II."], "I. p1\nII. p2"],
  [["A.", "B."], "A. p1\nB. p2"],
  [["a)", "b)"], "a) p1\nb) p2"],
  [["a.", "b."], "a. p1\nb. p2"],
  [["i.", "ii."], "i. p1\nii. p2"],
  [["§ 1", "§ 2"], "§ 1 p1\n§ 2 p2"],
  [["§1", "§2"], "§1 p1\n§2 p2"],
  [["2.1.", "2.2."], "2.1. p1\n2.2. p2"],
  [["1.1", "1.2"], "1.1 p1\n1.2 p2"],
  [["(1)", "(2)"], "(1) p1\n(2) p2"],
  [["Artikel 1", "Artikel 2"], "Artikel 1 p1\nArtikel 2 p2"],
  [["aa)", "bb)"], "aa) p1\nbb) p2"],
  [["01.", "02."], "01\\. p1\n02\\. p2"],
  [["[1]", "[2]"], "[1] p1\n[2] p2"],
  [["α)", "β)"], "α) p1\nβ) p2"],
  [["一、", "二、"], "一、 p1\n二、 p2"],
  [["Nr. 1:", "Nr. 2:"], "Nr. 1: p1\nNr. 2: p2"],
  [["7.", "8."], "7. p1\n8. p2"],
  [["1.", "2.", "1.", "2."], "1. p1\n2. p2\n\n1. p3\n2. p4"],
  [["3.", "7."], "3. p1\n\n7. p2"],
  [["1.", "a)"], "1. p1\n\na) p2"],
  [["·", "·"], "- p1\n- p2"],
  [["-", "–", "—"], "- p1\n- p2\n- p3"],
  [["•", "▪"], "- p1\n- p2"],
  [["", ""], "- p1\n- p2"],
]

for (const [markers, markdown] of WORD_MARKERS) {
  test(`Word's markers stay: ${markers.join(" ")}`, () => {
    assert.equal(markdownOf(copied(wordPage(counted(markers)))), markdown)
    assert.equal(markdownOf(copied(wordPage(counted(markers, { conditional: "!--[if !supportLists]--" })))), markdown)
    assert.equal(markdownOf(copied(wordPage(counted(markers, { conditional: "" })))), markdown)
  })
}

const SYMBOLS = [
  ["·", "Symbol"],
  ["o", '"Courier New"'],
  ["§", "Wingdings"],
  ["Ø", "Wingdings"],
  ["ü", "Wingdings"],
  ["q", "Wingdings"],
  ["v", '"Wingdings 2"'],
  ["à", "Wingdings"],
  ["4", "Webdings"],
]

for (const [marker, name] of SYMBOLS) {
  const font = name.replace(/"/g, "&quot;")
  test(`Word's bullets are bullets: ${marker} in ${name}`, () => {
    assert.equal(markdownOf(copied(wordPage(counted([marker, marker], { font })))), "- p1\n- p2")
  })
  test(`bullets without "mso-list" are bullets: ${marker} in ${name}`, () => {
    const item = (text, margin) => `<p class=MsoListParagraph style="margin-left:${margin}.0pt;text-indent:-18.0pt"><span
      style="font-family:${font}">${marker}<span style="font:7.0pt 'Times New Roman'">${NBSP.repeat(5)}</span></span>${text}</p>`
    assert.equal(markdownOf(copied(item("a", 36) + item("b", 72) + item("c", 36))), "- a\n  - b\n- c")
  })
}

const DEFINITIONS = `@list l0:level1 {mso-level-tab-stop:none; text-indent:-18.0pt;}
  @list l0:level2 {mso-level-number-format:alpha-lower; mso-level-text:"%2\\)"; text-indent:-18.0pt;}
  @list l0:level3 {mso-level-text:"%1\\.%3\\."; mso-level-start-at:4;}
  @list l1:level1 {mso-level-number-format:bullet; mso-level-text:\\F0B7; font-family:Symbol;}
  @list l2:level1 {mso-level-text:"§ %1"; mso-level-start-at:12;}
  @list l3:level1 {mso-level-number-format:roman-upper;}`
const bare = (text, list, level = 1) => `<p class=MsoListParagraph style='mso-list:${list} level${level} lfo1'>${text}</p>`

const WORD = [
  ["nested", wordItem("1.", "a") + wordItem("a)", "b", { level: 2 }) + wordItem("b)", "c", { level: 2 }) + wordItem("2.", "d"),
    "1. a\n   a) b\n   b) c\n2. d"],
  ["nested three deep", wordItem("1.", "a") + wordItem("a.", "b", { level: 2 }) + wordItem("i.", "c", { level: 3 }) + wordItem("b.", "d", { level: 2 }),
    "1. a\n   a. b\n   i. c\n   b. d"],
  ["bullets within numbers", wordItem("1.", "a") + wordItem("o", "b", { level: 2 }) + wordItem("§", "c", { level: 3, font: "Wingdings" }) + wordItem("2.", "d"),
    "1. a\n   - b\n     - c\n2. d"],
  ["bullets within typed numbers", wordItem("I.", "a") + wordItem("·", "b", { level: 2, font: "Symbol" }) + wordItem("II.", "c"), "I. a\n\n- b\n\nII. c"],
  ["numbers within typed numbers", wordItem("§ 1", "a") + wordItem("1.", "b", { level: 2 }) + wordItem("2.", "c", { level: 2 }) + wordItem("§ 2", "d"),
    "§ 1 a\n\n1. b\n2. c\n\n§ 2 d"],
  ["restarting below", wordItem("1.", "a") + wordItem("1.", "b", { level: 2 }) + wordItem("2.", "c") + wordItem("1.", "d", { level: 2 }),
    "1. a\n   1. b\n2. c\n   1. d"],
  ["going on after a paragraph", wordItem("1.", "a") + plain("between") + wordItem("2.", "b"), "1. a\n\nbetween\n\n2. b"],
  ["copied from the middle", wordItem("b)", "b", { level: 2 }) + wordItem("2.", "c"), "b) b\n\n2. c"],
  ["skipping levels", wordItem("·", "a") + wordItem("·", "b", { level: 3 }) + wordItem("·", "c", { level: 5 }) + wordItem("·", "d", { level: 3 }) + wordItem("·", "e"),
    "- a\n  - b\n    - c\n  - d\n- e"],
  ["bullets copied from the middle", wordItem("·", "b", { level: 2 }) + wordItem("·", "c"), "- b\n\n- c"],
  ["a paragraph within", wordItem("1.", "a") + "<p class=MsoListParagraphCxSpMiddle style='margin-left:36.0pt'>more</p>" + wordItem("2.", "b"), "1. a\n\nmore\n\n2. b"],
  ["going on after another list", wordItem("1.", "a") + wordItem("·", "b", { list: "l1" }) + wordItem("2.", "c"), "1. a\n\n- b\n\n2. c"],
  ["with formatting", wordItem("a)", "one <b>two</b>") + wordItem("b)", "<i>three</i>"), "a) one **two**\nb) *three*"],
  ["two lists", wordItem("1.", "a") + wordItem("1.", "b", { list: "l1" }), "1. a\n\n1. b"],
  ["a middot of a heading", wordItem("·", "Titel", { tag: "h1", font: "Symbol" }), "# Titel"],
  ["a middot of a heading without its rule", "<h2><span style='font-family:Symbol'>·<span>&nbsp;&nbsp;</span></span>Titel</h2>", "## Titel"],
  ["a bullet of a heading as text", "<h3>• Titel</h3>", "### Titel"],
  ["a numbered heading", wordItem("2.1", "Titel", { tag: "h2" }), "## 2.1 Titel"],
  ["a heading of a section", wordItem("§ 4", "Titel", { tag: "h2" }), "## § 4 Titel"],
  ["without markers", bare("a", "l0") + bare("b", "l0", 2) + bare("c", "l0", 2) + bare("d", "l0") + bare("e", "l0", 2),
    "1. a\n   a) b\n   b) c\n2. d\n   a) e"],
  ["without markers, from the style sheet", bare("a", "l0") + bare("b", "l0") + bare("c", "l0", 2) + bare("d", "l0", 3), "1. a\n2. b\n   a) c\n   2.4. d"],
  ["without markers, bullets", bare("a", "l1") + bare("b", "l1"), "- a\n- b"],
  ["without markers, sections", bare("a", "l2") + bare("b", "l2"), "§ 12 a\n§ 13 b"],
  ["without markers, Roman", bare("a", "l3") + bare("b", "l3") + bare("c", "l3") + bare("d", "l3"), "I. a\nII. b\nIII. c\nIV. d"],
  ["without markers and definitions", bare("a", "l9") + bare("b", "l9"), "- a\n- b"],
  ["bullets as text", "<p class=MsoNormal>·&nbsp;&nbsp;&nbsp;a</p><p class=MsoNormal>• b</p>", "- a\n- b"],
  ["numbers as text", plain("1.&nbsp;&nbsp; a") + plain("3. Oktober"), "1\\. a\n\n3\\. Oktober"],
  ["a middot alone", plain("·"), "·"],
  ["a section in a text", plain("§ 1 BGB"), "§ 1 BGB"],
]

for (const [name, html, markdown] of WORD) {
  test(`a list from Word: ${name}`, () => assert.equal(markdownOf(copied(wordPage(html, DEFINITIONS))), markdown))
}

const COMMENT = `<div style='mso-element:comment-list'><![if !supportAnnotations]><hr class=msocomoff align=left size=1
  width="33%"><![endif]><div style='mso-element:comment'><![if !supportAnnotations]><div id="_com_1" class=msocomtxt
  language=JavaScript><![endif]><span style='mso-comment-author:"A. Kerr"'><a name="_msocom_1"></a></span><p
  class=MsoCommentText><span class=MsoCommentReference><span style='font-size:8.0pt'><span
  style='mso-special-character:comment'>&nbsp;<![if !supportAnnotations]><a href="#_msoanchor_1"
  class=msocomoff>[AK1]</a><![endif]></span></span></span>Secret<o:p></o:p></p></div></div></div>`
const ANCHOR = `<span class=MsoCommentReference><span style='font-size:8.0pt'><![if !supportAnnotations]><a class=msocomanchor
  id="_anchor_1" href="#_msocom_1" name="_msoanchor_1">[AK1]</a><![endif]><span
  style='mso-special-character:comment'>&nbsp;</span></span></span>`

const COMMENTS = [
  ["Word", plain(`The <a style='mso-comment-reference:AK_1;mso-comment-date:20261129T0812'>price</a>${ANCHOR} is 5.`) + COMMENT, "The price is 5."],
  ["Word, in a list", wordItem("1.", `a${ANCHOR}`) + wordItem("2.", "b") + COMMENT, "1. a\n2. b"],
  ["Word, in a table", `<table><tr><td>a${ANCHOR}</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>${COMMENT}`, "| a | b |\n| --- | --- |\n| c | d |"],
  ["Word without styles", `<p>a<a class="msocomanchor" href="#_msocom_1">[AK1]</a></p><div id="_com_1" class="msocomtxt"><p>Secret</p></div>`, "a"],
  ["Outlook", `<p class=MsoNormal>a<a href="#_msocom_1">[AK1]</a></p><div class=msocomtxt><p class=MsoCommentText>Secret</p></div>`, "a"],
  ["Google Docs", `<p>a<sup><a href="#cmnt1" id="cmnt_ref1">[a]</a></sup> b</p><div style="border:1px solid black"><p><a href="#cmnt_ref1" id="cmnt1">[a]</a><span>Secret</span></p><p>more</p></div>`, "a b"],
  ["hidden text", plain("a<span style='display:none;mso-hide:all'>Secret</span>"), "a"],
]

for (const [name, html, markdown] of COMMENTS) {
  test(`comments are not pasted: ${name}`, () => assert.equal(markdownOf(copied(wordPage(html))), markdown))
}

const HTML_LISTS = [
  ["a letter", '<ol type="a"><li>x</li><li>y</li></ol>', "a. x\nb. y"],
  ["LibreOffice", '<ol type="I">\n\t<li><p style="margin-bottom: 0cm">x</p></li>\n\t<li><p>y</p></li>\n</ol>', "I. x\nII. y"],
  ["Google Docs", '<b style="font-weight:normal"><ol><li dir="ltr" style="list-style-type:decimal"><p>x</p></li><ol><li style="list-style-type:lower-alpha"><p>y</p></li><li style="list-style-type:lower-alpha"><p>z</p></li></ol><li style="list-style-type:decimal"><p>w</p></li></ol></b>',
    "1. x\n   a. y\n   b. z\n2. w"],
  ["Roman from 4", '<ol start="4" style="list-style-type: lower-roman"><li>x</li><li>y</li></ol>', "iv. x\nv. y"],
  ["beyond z", '<ol type="A" start="26"><li>x</li><li>y</li></ol>', "Z. x\nAA. y"],
  ["zeros", '<ol style="list-style: decimal-leading-zero inside"><li>x</li></ol>', "01\\. x"],
  ["Word on the web", '<ol type="1" style="list-style-type:decimal" start="3"><li data-leveltext="%1)">x</li><li data-leveltext="%1)">y</li></ol>', "3\\) x\n4\\) y"],
  ["no numbers", '<ol style="list-style-type:none"><li>x</li><li>y</li></ol>', "x\ny"],
  ["bullets", '<ol><li style="list-style-type:disc">x</li></ol>', "- x"],
  ["from 0", '<ol start="0"><li>x</li><li>y</li></ol>', "0. x\n1. y"],
  ["values", '<ol><li>x</li><li value="5">y</li><li>z</li></ol>', "1. x\n\n5. y\n6. z"],
  ["backwards", "<ol reversed><li>x</li><li>y</li></ol>", "2. x\n\n1. y"],
  ["restarting", "<ol><li>x</li><li>y</li></ol><ol><li>z</li></ol>", "1. x\n2. y\n\n1. z"],
  ["below zero", '<ol start="-1"><li>x</li></ol>', "-1. x"],
  ["paragraphs in an item", '<ol type="a"><li><p>x</p><p>more</p></li><li>y</li></ol>', "a. x\n\nmore\n\nb. y"],
]

for (const [name, html, markdown] of HTML_LISTS) {
  test(`numbers of a list stay: ${name}`, () => assert.equal(markdownOf(copied(html)), markdown))
}

const TABLES = [
  ["rowspan", "<table><tr><td>Q</td><td>M</td><td>€</td></tr><tr><td rowspan=2>1</td><td>Jan</td><td>10</td></tr><tr><td>Feb</td><td>20</td></tr></table>",
    "| Q | M | € |\n| --- | --- | --- |\n| 1 | Jan | 10 |\n|  | Feb | 20 |"],
  ["colspan", "<table><tr><td>a</td><td colspan=2>b</td></tr><tr><td>c</td><td>d</td><td>e</td></tr></table>",
    "| a | b |  |\n| --- | --- | --- |\n| c | d | e |"],
  ["both", "<table><tr><td colspan=2 rowspan=2>a</td><td>b</td></tr><tr><td>c</td></tr><tr><td>d</td><td>e</td><td>f</td></tr></table>",
    "| a |  | b |\n| --- | --- | --- |\n|  |  | c |\n| d | e | f |"],
  ["rowspan in the middle", "<table><tr><td>a</td><td rowspan=2>b</td><td>c</td></tr><tr><td>d</td><td>e</td></tr></table>",
    "| a | b | c |\n| --- | --- | --- |\n| d |  | e |"],
  ["rowspan to the end", "<table><tr><td rowspan=0>a</td><td>b</td></tr><tr><td>c</td></tr><tr><td>d</td></tr></table>",
    "| a | b |\n| --- | --- |\n|  | c |\n|  | d |"],
  ["rowspan beyond the table", "<table><tr><td rowspan=9>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "| a | b |\n| --- | --- |\n|  | c |"],
  ["a head of two rows", "<table><thead><tr><th rowspan=2>Name</th><th colspan=2>2026</th></tr><tr><th>Q1</th><th>Q2</th></tr></thead><tbody><tr><td>A</td><td>1</td><td>2</td></tr></tbody></table>",
    "| Name | 2026 |  |\n| --- | --- | --- |\n|  | Q1 | Q2 |\n| A | 1 | 2 |"],
  ["Excel", "<html xmlns:x='urn:schemas-microsoft-com:office:excel'><body><table border=0 cellpadding=0 style='border-collapse:collapse'><!--StartFragment--><col width=64 span=3><tr height=20><td rowspan=2 height=40 class=xl65>Nord</td><td>A</td><td align=right>1,5</td></tr><tr height=20><td height=20></td><td align=right>2,5</td></tr><!--EndFragment--></table></body></html>",
    "| Nord | A | 1,5 |\n| --- | --- | --: |\n|  |  | 2,5 |"],
  ["line ends", "<table><tr><td>a<br>b</td><td><p>c</p><p>d</p></td></tr><tr><td><div>e</div><div>f</div></td><td>g<br></td></tr></table>",
    "| a<br>b | c<br>d |\n| --- | --- |\n| e<br>f | g |"],
  ["line ends of Excel", "<table><tr><td>a<br style='mso-data-placement:same-cell'>b</td><td>c</td></tr></table>", "| a<br>b | c |\n| --- | --- |"],
  ["line ends of a style", "<table><tr><td style='white-space:pre-wrap'>a\nb</td><td>c</td></tr></table>", "| a<br>b | c |\n| --- | --- |"],
  ["lists", "<table><tr><td><ul><li>a</li><li>b</li></ul></td><td><ol start=3><li>c</li><li>d</li></ol></td></tr></table>", "| • a<br>• b | 3. c<br>4. d |\n| --- | --- |"],
  ["marks over line ends", "<table><tr><td><b>a<br>b</b></td><td>c</td></tr><tr><td><b>d<br>e</b></td><td>c</td></tr></table>", "| a<br>b | c |\n| --- | --- |\n| **d<br>e** | c |"],
]

for (const [name, html, markdown] of TABLES) {
  test(`what is in a table keeps its place: ${name}`, () => assert.equal(markdownOf(copied(html)), markdown))
}

const WORDS = [
  ["superscript", "<p>10<sup>6</sup> m<sup>2</sup></p>", "10<sup>6</sup> m<sup>2</sup>"],
  ["subscript", "<p>H<sub>2</sub>O</p>", "H<sub>2</sub>O"],
  ["superscript of Google Docs", '<span>m</span><span style="font-size:0.6em;vertical-align:super">2</span><span> gross</span>', "m<sup>2</sup> gross"],
  ["raised by Word", "<p>10<span style='position:relative;top:-4.0pt;mso-text-raise:4.0pt'>6</span></p>", "10<sup>6</sup>"],
  ["lowered by Word", "<p>H<span style='position:relative;top:3.0pt;mso-text-raise:-3.0pt'>2</span>O</p>", "H<sub>2</sub>O"],
  ["a typographic correction", "<p>A<span style='mso-text-raise:.5pt'>B</span></p>", "AB"],
  ["subscript as a style", '<p>CO<span style="vertical-align: sub">2</span></p>', "CO<sub>2</sub>"],
  ["superscript by its variant", '<p>1<span style="font-variant-position:super">st</span></p>', "1<sup>st</sup>"],
  ["superscript placed by a style sheet", '<p>x<sup style="vertical-align: baseline; top: -0.5em">2</sup></p>', "x<sup>2</sup>"],
  ["superscript with a mark", "<p>x<b><sup>2</sup></b></p>", "x**<sup>2</sup>**"],
  ["superscript in two pieces", "<p>x<sup>1</sup><sup>0</sup></p>", "x<sup>10</sup>"],
  ["an empty superscript", "<p>x<sup> </sup></p>", "x"],
  ["a bottom line is none", '<p><span style="vertical-align:baseline">x</span><img style="vertical-align:sub" src="x"></p>', "x"],
  ["pre-wrap", '<div style="white-space: pre-wrap">one\ntwo\n\nthree</div>', "one\ntwo\n\nthree"],
  ["pre-wrap within a paragraph", '<p><span style="white-space:pre-wrap">one\ntwo</span></p>', "one\ntwo"],
  ["pre-line", '<p style="white-space: pre-line">one\ntwo</p>', "one\ntwo"],
  ["break-spaces", '<div style="white-space:break-spaces">one\n<b>two</b>\nthree</div>', "one\n**two**\nthree"],
  ["white-space-collapse", '<span style="white-space-collapse: preserve;">one\ntwo</span>', "one\ntwo"],
  ["preserve-breaks", '<p style="white-space-collapse:preserve-breaks">one\ntwo</p>', "one\ntwo"],
  ["a style inherited and ended", '<div style="white-space:pre-wrap">one\n<span style="white-space:normal">two\nthree</span></div>', "one\ntwo three"],
  ["line ends between blocks", '<div style="white-space:pre-wrap"><p>one</p>\n<p>two</p>\n</div>', "one\n\ntwo"],
  ["two line ends are a paragraph", "<p>one<br><br>two<br> <br>three<br>four</p>", "one\n\ntwo\n\nthree\nfour"],
  ["two line ends in an item", "<ul><li>one<br><br>two</li></ul>", "- one\n\n  two"],
  ["a line end at the end of a line", "<div>one<br></div><div>two<br><br></div><div>three</div>", "one\ntwo\n\nthree"],
  ["line ends that no style keeps", "<p>one\ntwo</p>", "one two"],
  ["an emoji of Gmail", '<p>Thanks <img data-emoji="👍" alt="👍" class="an1" src="https://fonts.gstatic.com/s/e/72.png"></p>', "Thanks 👍"],
  ["an emoji of a family", '<p><img alt="👨‍👩‍👧" src="https://a.example/1.png">!</p>', "👨‍👩‍👧!"],
  ["an emoji of WordPress", '<p>a <img class="emoji" alt="🙂" src="https://s.w.org/images/core/emoji/1f642.svg"></p>', "a 🙂"],
  ["an emoji of WhatsApp", '<span>a <img alt="❤️" src="data:image/gif;base64,R0lGOD" class="b75 emoji wa"></span>', "a ❤️"],
  ["an emoji of Teams", '<p><span class="animated-emoticon-20-cool"><img itemtype="http://schema.skype.com/Emoji" alt="🙂" src="https://statics.teams.example/1.png"></span></p>', "🙂"],
  ["an emoji of Slack", '<p>ok <img data-stringify-emoji=":tada:" alt=":tada:" src="https://a.slack-edge.com/1f389.png"></p>', "ok :tada:"],
  ["a flag and a key", '<p><img alt="🇩🇪" src="x"> <img alt="1️⃣" src="x"></p>', "🇩🇪 1️⃣"],
  ["a picture is no emoji", '<p><img alt="2026" src="https://a.example/1.png"></p>', "[2026](https://a.example/1.png)"],
  ["a link with blanks", '<a href="https://a.example/my file (1).pdf">x</a>', "[x](https://a.example/my%20file%20%281%29.pdf)"],
  ["a link with quotes and brackets", `<a href='https://a.example/?q="a"&lt;b>|c'>x</a>`, "[x](https://a.example/?q=%22a%22%3Cb%3E%7Cc)"],
  ["a link over two lines", '<a href="https://a.example/a\n b">x</a>', "[x](https://a.example/a%20b)"],
  ["a link that is encoded", '<a href=" https://a.example/a%20b ">x</a>', "[x](https://a.example/a%20b)"],
  ["a host with blanks", '<a href="https://a b.example">x</a>', "x"],
  ["a telephone number", '<a href="tel:+49 30 123 456">call</a>', "[call](tel:+4930123456)"],
  ["a telephone number, encoded", '<a href="tel:+49%20(30)%20123-456">call</a>', "[call](tel:+49(30)123-456)"],
  ["a telephone number with a slash", '<a href="tel:030 / 123">call</a>', "[call](tel:030123)"],
  ["a mailbox with parameters", '<a href="mailto:a@b.example?subject=Hallo Welt&body=1%0A2">a@b.example</a>', "[a@b.example](mailto:a@b.example?subject=Hallo%20Welt&body=1%0A2)"],
  ["a mailbox with a blank", '<a href="mailto: a@b.example">a@b.example</a>', "a@b.example"],
  ["two mailboxes", '<a href="mailto:a@b.example, c@d.example">all</a>', "[all](mailto:a@b.example,%20c@d.example)"],
  ["brackets in a link's text", '<a href="https://a.example">[1] a] b</a>', "[\\[1\\] a\\] b](https://a.example)"],
  ["Apple Notes", '<div><b><span style="font-size: 24px">Plan</span></b><br></div><div><br></div><div>First</div><div>Second</div><ul class="Apple-dash-list"><li>a</li><li>b</li></ul>',
    "**Plan**\n\nFirst\nSecond\n\n- a\n- b"],
  ["Outlook", '<div class="WordSection1"><p class="MsoNormal">Dear Ann,<o:p></o:p></p><p class="MsoNormal"><o:p>&nbsp;</o:p></p><p class="MsoNormal">see <a href="https://a.example/a b">here</a>.<br>Best</p></div>',
    "Dear Ann,\n\nsee [here](https://a.example/a%20b).\nBest"],
  ["LibreOffice", '<p style="line-height: 100%"><font face="Arial"><b>A</b></font> m<sup>2</sup></p>\n<table width="100%"><col width="128*"/><tr valign="top"><td><p>a</p></td><td><p>b</p></td></tr></table>',
    "**A** m<sup>2</sup>\n\n| a | b |\n| --- | --- |"],
]

for (const [name, html, markdown] of WORDS) {
  test(`content stays: ${name}`, () => assert.equal(markdownOf(copied(html)), markdown))
}
