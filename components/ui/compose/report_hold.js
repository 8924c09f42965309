// When fields may report what is typed. A report begins a run, and where a click has begun one that Streamlit is still
// reading, it takes that run's place: the click is lost. So reports wait for the run of every click, and after Send until
// Python has answered, since they would go out with a mail that was complete without them. The journal keeps what is typed
// meanwhile. A click on Send, for its part, waits for the reports that wait: the mail would go out without them.
import { findField } from "./draft_field.js"
import { isRunning } from "../widgets/connection.js"

// In milliseconds: when Streamlit has noted a click, how often to look whether its run has ended, and how long to wait for
// that and for the answer to Send. Without it the click is lost, and what was typed belongs to the draft.
const NOTED = 50, INTERVAL = 25, LONGEST = 10000

// Send, and each time that *Later* offers.
export const SENDS = ".st-key-send button, [class*='st-key-later-'] .stButton button"

// What hands the text on as Python has it.
const HANDS_ON = `${SENDS}, .st-key-ask-colleagues button, .st-key-hand-over button`

// The newest report of each field that waits, by an element of the field, and what is to be done after them.
const waiting = new Map()
let next = null, isRepeated = false
let isSending = false, isClicked = false, sendTimer = 0, clickTimer = 0

export function isSendHeld() {
  return isSending
}

// Whether fields have something to report that is held.
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

// Lets the field around `element` report, now or when nothing holds it any more.
export function report(element, action) {
  waiting.set(element, action)
  release()
}

// Does something now, or after the reports that wait. The latest call counts.
export function afterReports(action) {
  next = action
  if (!waiting.size) follow()
}

// Ends the hold of Send, which Python has answered: the open draft is `draft`, and reports of another one are dropped.
export function finishSend(draft = null) {
  isSending = false
  clearTimeout(sendTimer)
  for (const element of waiting.keys()) {
    if (draft !== null && findField(element)?.draft !== draft) waiting.delete(element)
  }
  release()
}

// Before anything else hears of the click. By then the field that was left for the button has reported.
document.addEventListener("click", (event) => {
  if (isRepeated) return
  next = null
  const button = event.composedPath()[0].closest?.(HANDS_ON)
  if (!button || !waiting.size) return
  event.preventDefault()
  event.stopImmediatePropagation()
  afterReports(() => {
    isRepeated = true
    if (button.isConnected) button.click()
    isRepeated = false
  })
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
