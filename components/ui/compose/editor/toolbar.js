// The buttons above the text: one tab stop, with arrow keys between them; a button is pressed while the caret is in text
// of its format.
import { titleOf } from "./keys.js"
import { findFence, isParsed } from "./language.js"
import { areLines, isBullet, isHeading, isNumbered, isQuoted, toggleCode, toggleHeading, toggleList, toggleQuote } from "./lines.js"
import { isMarked, toggleMark } from "./marks.js"
import { putImage, putTable, toggleLink } from "./pieces.js"

export const TOOLS = {
  bold: { label: "Bold", change: (state) => toggleMark(state, "bold"), isOn: markIsOn("bold") },
  italic: { label: "Italic", change: (state) => toggleMark(state, "italic"), isOn: markIsOn("italic") },
  strike: { label: "Strike through", change: (state) => toggleMark(state, "strike"), isOn: markIsOn("strike") },
  heading: { label: "Heading", change: toggleHeading, isOn: linesAre(isHeading) },
  link: { label: "Link", change: toggleLink },
  list: { label: "Bulleted list", change: (state) => toggleList(state, false), isOn: linesAre(isBullet) },
  numbers: { label: "Numbered list", change: (state) => toggleList(state, true), isOn: linesAre(isNumbered) },
  quote: { label: "Quote", change: toggleQuote, isOn: linesAre(isQuoted) },
  code: { label: "Code", change: toggleCode, isOn: codeIsOn },
  table: { label: "Table", change: putTable },
  image: { label: "Picture", change: putImage },
}

function markIsOn(kind) {
  return (state) => isMarked(state, kind)
}

function linesAre(test) {
  return (state) => areLines(state, test)
}

function codeIsOn(state) {
  return findFence(state) !== null || isMarked(state, "code")
}

export function makeToolbar(root, view, openHelp, announce) {
  const bar = root.querySelector("[role=toolbar]")
  const buttons = [...bar.querySelectorAll("button")]
  const show = () => {
    if (!isParsed(view.state)) return
    for (const button of buttons) {
      const isOn = TOOLS[button.dataset.tool]?.isOn
      if (isOn) button.setAttribute("aria-pressed", String(isOn(view.state)))
    }
  }
  const use = (name) => {
    const { label, change, isOn } = TOOLS[name]
    view.dispatch(change(view.state))
    view.focus()
    announce(isOn ? `${label} ${isOn(view.state) ? "on" : "off"}` : `${label} inserted`)
  }
  for (const button of buttons) {
    const { tool } = button.dataset
    if (tool) button.title = titleOf(TOOLS[tool].label, tool)
    if (tool) button.setAttribute("aria-label", TOOLS[tool].label)
    // The text keeps the focus and its selection.
    button.onmousedown = (event) => event.preventDefault()
    button.onclick = () => (tool ? use(tool) : openHelp())
  }
  const stopAt = (index) => {
    buttons.forEach((button, i) => (button.tabIndex = i === index ? 0 : -1))
  }
  stopAt(0)
  bar.onkeydown = (event) => {
    const now = buttons.indexOf(root.activeElement)
    const forward = getComputedStyle(bar).direction === "rtl" ? "ArrowLeft" : "ArrowRight"
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key] * (forward === "ArrowRight" ? 1 : -1)
    const next = { Home: 0, End: buttons.length - 1 }[event.key] ?? (now + step + buttons.length) % buttons.length
    if (now < 0 || Number.isNaN(next)) return
    event.preventDefault()
    stopAt(next)
    buttons[next].focus()
  }
  bar.onfocusin = (event) => stopAt(buttons.indexOf(event.target))
  return { use, show }
}
