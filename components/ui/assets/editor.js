// A plain textarea with a toolbar. The browser's own undo is kept: every edit goes through insertText.
const PAUSE = 150, LONGEST = 400

function insert(area, text, from, to) {
  area.focus()
  area.setSelectionRange(from, to)
  document.execCommand("insertText", false, text)
}

function wrap(area, mark, sample) {
  const { selectionStart: from, selectionEnd: to, value } = area
  const inner = value.slice(from, to) || sample
  insert(area, mark + inner + mark, from, to)
  area.setSelectionRange(from + mark.length, from + mark.length + inner.length)
}

function link(area) {
  const { selectionStart: from, selectionEnd: to, value } = area
  const inner = value.slice(from, to)
  const isAddress = /^https?:\/\/\S+$/.test(inner)
  const text = isAddress || !inner ? "text" : inner
  const address = isAddress ? inner : "https://"
  insert(area, `[${text}](${address})`, from, to)
  const start = isAddress || !inner ? from + 1 : from + text.length + 3
  area.setSelectionRange(start, start + (isAddress || !inner ? text.length : address.length))
}

function prefix(area, mark) {
  const { selectionStart, selectionEnd, value } = area
  const from = value.lastIndexOf("\n", selectionStart - 1) + 1
  const next = value.indexOf("\n", selectionEnd)
  const to = next < 0 ? value.length : next
  const lines = value.slice(from, to).split("\n")
  insert(area, lines.map((line, i) => mark.replace("1", String(i + 1)) + line).join("\n"), from, to)
}

function table(area) {
  const gap = area.selectionStart === 0 || area.value[area.selectionStart - 1] === "\n" ? "" : "\n"
  insert(area, `${gap}| Item | Amount |\n| --- | ---: |\n|  |  |\n`, area.selectionStart, area.selectionEnd)
}

const TOOLS = {
  bold: (area) => wrap(area, "**", "bold"),
  italic: (area) => wrap(area, "*", "italic"),
  link,
  list: (area) => prefix(area, "- "),
  numbers: (area) => prefix(area, "1. "),
  quote: (area) => prefix(area, "> "),
  table,
}
const KEYS = { b: "bold", i: "italic", k: "link" }

function grow(area) {
  area.style.height = "auto"
  area.style.height = `${Math.min(Math.max(area.scrollHeight + 2, 300), 900)}px`
}

export default function (component) {
  const { data, parentElement, setStateValue } = component
  const area = parentElement.querySelector("textarea")
  area.send = (value) => setStateValue("value", value)
  parentElement.querySelector(".fault").textContent = data.fault
  area.setAttribute("aria-invalid", data.fault ? "true" : "false")
  if (area.ready) return
  area.ready = true
  area.value = data.value
  requestAnimationFrame(() => grow(area))

  let sent = data.value, timer = 0, waitingSince = 0
  const flush = () => {
    clearTimeout(timer)
    waitingSince = 0
    if (area.value !== sent) {
      sent = area.value
      area.send(sent)
    }
  }
  area.addEventListener("input", () => {
    grow(area)
    const now = performance.now()
    waitingSince ||= now
    clearTimeout(timer)
    timer = setTimeout(flush, Math.max(0, Math.min(PAUSE, LONGEST - (now - waitingSince))))
  })
  area.addEventListener("blur", flush)
  area.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey)) return
    if (event.key === "Enter") flush()
    const tool = !event.shiftKey && !event.altKey && KEYS[event.key.toLowerCase()]
    if (tool) {
      event.preventDefault()
      TOOLS[tool](area)
    }
  })
  for (const button of parentElement.querySelectorAll("button[data-tool]")) {
    button.addEventListener("mousedown", (event) => event.preventDefault())
    button.addEventListener("click", () => TOOLS[button.dataset.tool](area))
  }
}
