// When fields may report what is typed. A report begins a run, and where a click has begun one that Streamlit is still
// reading, it takes that run's place: the click is lost. So reports wait for the run of every click, and after Send until
// Python has answered, since they would go out with a mail that was complete without them. The journal keeps what is typed
// meanwhile. A click on Send waits until held reports have been sent: the mail would go out without them.
import { findField } from "./draft_field.js"
import { isRunning } from "../widgets/connection.js"

// In milliseconds: when Streamlit has noted a click, how often to look whether its run has ended, and how long to wait for
// that and for the answer to Send. Without it the click is lost, and what was typed belongs to the draft.
const NOTED = 50, INTERVAL = 25, LONGEST = 10000

// The buttons that send: Send, and every time under *Later*.
export const SENDS = ".st-key-send button, [class*='st-key-later-'] .stButton button"

// The buttons whose action takes the text that Python has at that moment.
const HANDS_ON = `${SENDS}, .st-key-ask-colleagues button, .st-key-hand-over button`

// The newest held report of each field, by an element of the field, and the action that follows them.
const waiting = new Map()
let next = null
let isSending = false, isClicked = false, sendTimer = 0, clickTimer = 0

export function isSendHeld() {
  return isSending
}

// Tells whether reports are held.
export function hasWaiting() {
  return waiting.size > 0
}

// Holds reports from Send until `finishSend`.
export function holdForSend() {
  isSending = true
  clearTimeout(sendTimer)
  sendTimer = setTimeout(() => finishSend(), LONGEST)
}

// Holds reports until the run that a click starts has ended. A click that starts none holds them for a moment.
export function holdForClick() {
  isClicked = true
  clearTimeout(clickTimer)
  const until = performance.now() + LONGEST
  const look = () => {
    if (isRunning() && performance.now() < until) {
      clickTimer = setTimeout(look, INTERVAL)
      return
    }
    isClicked = false
    release()
  }
  clickTimer = setTimeout(look, NOTED)
}

// Runs `action`, the report of the field around `element`, now or once nothing holds reports.
export function report(element, action) {
  waiting.set(element, action)
  release()
}

// Runs `action` now, or after the held reports. The latest call counts.
export function afterReports(action) {
  next = action
  if (!waiting.size) follow()
}

// Ends the hold of Send, which Python has answered. Drops the reports of drafts other than `draft`, the open one.
export function finishSend(draft = null) {
  isSending = false
  clearTimeout(sendTimer)
  const isDropped = (element) => draft !== null && findField(element)?.draft !== draft
  for (const element of [...waiting.keys()].filter(isDropped)) waiting.delete(element)
  release()
}

// Runs before all other listeners, and after the field that lost the focus to the button has reported. The click that is
// repeated passes: no report is held by then.
document.addEventListener("click", (event) => {
  next = null
  const button = event.composedPath()[0].closest?.(HANDS_ON)
  if (!button || !waiting.size) return
  event.preventDefault()
  event.stopImmediatePropagation()
  afterReports(() => button.isConnected && button.click())
}, { capture: true })

// Once every element has seen the click: what it makes a field report is not held. Some elements keep it from the page.
document.addEventListener("click", () => setTimeout(holdForClick), { capture: true })

function release() {
  if (isSending || isClicked) return
  const actions = [...waiting.values()]
  waiting.clear()
  for (const action of actions) action()
  follow()
}

function follow() {
  const action = next
  next = null
  action?.()
}
