// The keys that work on every page: letters while nobody types, and Ctrl+K for the palette.

// In milliseconds: how long "g" waits for the second key, and how long a pause ends typing.
const PATIENCE = 1500, TYPING_PAUSE = 1000

// The start page's own address is empty, or that of the app.
const clickPage = (path) => () => {
  const links = [...document.querySelectorAll(".st-key-pages a")]
  links.find((link) => path.test(link.getAttribute("href")))?.click()
}
const PAGES = { gc: /(^|\/)$/, gd: /drafts$/, go: /outbox$/, gh: /history$/, gi: /insights$/ }
const ACTIONS = {
  c: () => document.querySelector(".st-key-new-mail button")?.click(),
  ...Object.fromEntries(Object.entries(PAGES).map(([keys, path]) => [keys, clickPage(path)])),
}

// A dialog of Streamlit's takes all keys; its popovers have the same role, and do not.
export function hasDialog() {
  return document.querySelector("[data-testid=stDialog]") !== null
}

function isTyping(event) {
  const target = event.composedPath()[0]
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)
}

// `others` are more keys with what they do; `openPalette` tells whether it took the key, `isBusy` whether an overlay takes all.
export function listenForShortcuts(others, openPalette, isBusy, signal) {
  const actions = { ...ACTIONS, ...others }
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
  }, { capture: true, signal })
  document.addEventListener("keydown", (event) => {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && event.key.length === 1
    if (!isPlain || isTyping(event) || isBusy() || hasDialog()) return
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
    } else if (actions[keys]) {
      // Streamlit has a meaning of its own for "c".
      event.preventDefault()
      event.stopImmediatePropagation()
      actions[keys]()
    }
  }, { capture: true, signal })
  // After the editor, where the same keys make a link.
  document.addEventListener("keydown", (event) => {
    const isCalled = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k"
    if (isCalled && !event.defaultPrevented && openPalette()) event.preventDefault()
  }, { signal })
}
