// The keys that work on every page while nobody types: "c" begins a new mail, "g" and then "d" opens Drafts.
import { mount } from "./mount.js"

// In milliseconds: how long "g" waits for the second key.
const PATIENCE = 1500
const ACTIONS = {
  c: () => document.querySelector(".st-key-new-mail button"),
  gd: () => document.querySelector('[data-testid=stSidebarNavLink][href$="/drafts"]'),
}

function isTyping(event) {
  const target = event.composedPath()[0]
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)
}

function createShortcuts() {
  const listeners = new AbortController()
  let first = "", pressedAt = 0

  document.addEventListener("keydown", (event) => {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && event.key.length === 1
    if (!isPlain || isTyping(event) || document.querySelector("[role=dialog]")) return
    const isSecond = event.timeStamp - pressedAt < PATIENCE
    const keys = (isSecond ? first : "") + event.key
    first = ""
    if (event.key === "g" && keys === "g") {
      first = "g"
      pressedAt = event.timeStamp
    } else if (ACTIONS[keys]) {
      // Streamlit has a meaning of its own for "c".
      event.preventDefault()
      event.stopImmediatePropagation()
      ACTIONS[keys]()?.click()
    }
  }, { capture: true, signal: listeners.signal })
  return { update() {}, end: () => listeners.abort() }
}

export default (component) => mount(component, createShortcuts)
