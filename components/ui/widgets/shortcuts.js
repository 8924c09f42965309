// The keys that work on every page while nobody types: "c" begins a new mail, "g" and then "d" opens Drafts.
import { mount } from "./mount.js"

// In milliseconds: how long "g" waits for the second key, and how long a pause ends typing.
const PATIENCE = 1500, TYPING_PAUSE = 1000
const ACTIONS = {
  c: () => document.querySelector(".st-key-new-mail button"),
  gd: () => document.querySelector('[data-testid=stSidebar] a[href$="drafts"]'),
}

function isTyping(event) {
  const target = event.composedPath()[0]
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)
}

function createShortcuts() {
  const listeners = new AbortController()
  let first = "", pressedAt = 0, field = null, typedAt = 0

  // A restarted app takes the field away from whoever types in it: the keys that follow are no shortcuts.
  const isMeantForFieldBefore = (event) => {
    const isMeant = field !== null && !field.isConnected && event.timeStamp - typedAt < TYPING_PAUSE
    if (isMeant) typedAt = event.timeStamp
    return isMeant
  }
  document.addEventListener("input", (event) => {
    [field] = event.composedPath()
    typedAt = event.timeStamp
  }, { capture: true, signal: listeners.signal })
  document.addEventListener("keydown", (event) => {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && event.key.length === 1
    if (!isPlain || isTyping(event) || document.querySelector("[role=dialog]")) return
    if (isMeantForFieldBefore(event)) {
      event.preventDefault()
      event.stopImmediatePropagation()
      return
    }
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
