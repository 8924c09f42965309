// The keys of every page, their help, and the command palette: a field and a list of commands, people and mails.
import { findPlace, listEntries } from "./entries.js"
import { makeHelp, openHelp } from "./help.js"
import { hasDialog, listenForShortcuts } from "./shortcuts.js"
import { holdForClick } from "../compose/report_hold.js"
import { debounce } from "../widgets/debounce.js"
import { mount } from "../widgets/mount.js"
import { Suggestions } from "../widgets/suggestions.js"

// In milliseconds: the pause in typing after which Python is asked for mails, and the longest wait for it.
const PAUSE = 150, LONGEST = 500

function createPalette({ parentElement: root }) {
  const dialog = root.querySelector(".palette"), input = dialog.querySelector("input")
  const announce = (text) => { dialog.querySelector(".live").textContent = text }
  let component = null, isMoved = false
  makeHelp(root)

  const suggestions = new Suggestions("commands", "Commands", take, announce)
  suggestions.attach(input)
  dialog.append(suggestions.list)
  // Python answers with people and mails for as long as there is a text, be it empty.
  const ask = debounce(() => component.setStateValue("typed", dialog.open ? input.value.trim() : null), PAUSE, LONGEST)

  function highlight(place) {
    suggestions.highlight(place)
    suggestions.list.children[place]?.scrollIntoView({ block: "nearest" })
  }
  function draw() {
    const entries = listEntries(component.data, input.value)
    const before = isMoved ? suggestions.chosen : undefined
    suggestions.show(entries)
    highlight(findPlace(entries, before))
  }
  function open() {
    if (!dialog.isConnected || dialog.open || hasDialog()) return dialog.open
    input.value = ""
    isMoved = false
    dialog.showModal()
    input.focus()
    draw()
    ask.call()
    ask.flush()
    return true
  }
  function take({ kind, value }) {
    const typed = input.value.trim()
    dialog.close()
    // The page that follows decides where the focus is; a field that loses it reports its text.
    document.activeElement?.blur()
    component.setTriggerValue("choose", { kind, value, typed })
    // Enter fires no click event, but a field's report could take the place of this choice in the same way.
    holdForClick()
  }

  input.addEventListener("input", () => {
    isMoved = false
    draw()
    ask.call()
  })
  dialog.addEventListener("close", () => {
    ask.call()
    ask.flush()
  })
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close())
  dialog.addEventListener("keydown", (event) => {
    // What is pressed here means nothing to the page below.
    event.stopPropagation()
    if (event.isComposing) return
    const { items, active } = suggestions
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      isMoved = true
      if (items.length) highlight((active + (event.key === "ArrowDown" ? 1 : -1) + items.length) % items.length)
    } else if (event.key === "Enter" && suggestions.chosen) take(suggestions.chosen)
    else if (event.key !== "Tab") return
    event.preventDefault()
  })
  const listeners = new AbortController()
  listenForShortcuts({ "?": openHelp }, open, () => root.querySelector("dialog[open]") !== null, listeners.signal)

  return {
    update(latest) {
      component = latest
      if (dialog.open) draw()
    },
    end() {
      listeners.abort()
      ask.cancel()
    },
  }
}

export default (component) => mount(component, createPalette)
