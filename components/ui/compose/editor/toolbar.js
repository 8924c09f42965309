// The buttons above the text: one tab stop, with arrow keys between them; a button is pressed while the caret is in text
// of its format.
import { titleOf } from "./keys.js"
import { fenceAround, isBullet, isHeading, isNumbered, isQuoted, toggleCode, toggleHeading, toggleList, toggleQuote, touched } from "./lines.js"
import { isMarkedAt, toggleMark } from "./marks.js"
import { putImage, putTable, toggleLink } from "./pieces.js"
import { read, rowsOf, write } from "./text.js"

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
  return (state) => {
    const { lines, first, start } = rowsOf(state)
    const line = lines[first]
    return isMarkedAt(line, state.from - start, Math.min(state.to - start, line.length), kind)
  }
}

function linesAre(test) {
  return (state) => {
    const { lines, first, last } = rowsOf(state)
    return touched(lines.slice(first, last + 1)).every(test)
  }
}

function codeIsOn(state) {
  const { lines, first } = rowsOf(state)
  return fenceAround(lines, first) !== null || markIsOn("code")(state)
}

export function makeToolbar(root, area, openHelp, announce) {
  const bar = root.querySelector("[role=toolbar]")
  const buttons = [...bar.querySelectorAll("button")]
  const show = () => {
    const state = read(area)
    for (const button of buttons) {
      const isOn = TOOLS[button.dataset.tool]?.isOn
      if (isOn) button.setAttribute("aria-pressed", String(isOn(state)))
    }
  }
  const use = (name) => {
    const { label, change, isOn } = TOOLS[name]
    write(area, change(read(area)))
    area.focus()
    show()
    announce(isOn ? `${label} ${isOn(read(area)) ? "on" : "off"}` : `${label} put in`)
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
