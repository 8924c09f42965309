// When fields may report what is typed. A report begins a run, and where a click has begun one that Streamlit is still
// reading, it takes that run's place: the click is lost. So reports wait for the run of every click, and after Send until
// Python has answered, since they would go out with a mail that was complete without them. The journal keeps what is typed
// meanwhile.
import { isRunning } from "../widgets/connection.js"

// In milliseconds: when Streamlit has noted a click, how often to look whether its run has ended, and how long to wait for
// that and for the answer to Send. Without it the click is lost, and what was typed belongs to the draft.
const NOTED = 50, INTERVAL = 25, LONGEST = 10000

// The newest report of each field that waits.
const waiting = new Map()
let isSending = false, isClicked = false, sendTimer = 0, clickTimer = 0

export function isSendHeld() {
  return isSending
}

// Holds reports from Send until `finishSend`.
export function holdForSend() {
  isSending = true
  clearTimeout(sendTimer)
  sendTimer = setTimeout(() => finishSend(true), LONGEST)
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

// Lets the field `owner` report, now or when nothing holds it any more.
export function report(owner, action) {
  waiting.set(owner, action)
  release()
}

// Ends the hold of Send, which Python has answered; another draft drops the reports that wait.
export function finishSend(isSameDraft) {
  isSending = false
  clearTimeout(sendTimer)
  if (!isSameDraft) waiting.clear()
  release()
}

// Once every element has seen the click: what it makes a field report is not held. Some elements keep it from the page.
document.addEventListener("click", () => setTimeout(holdForClick), { capture: true })

function release() {
  if (isSending || isClicked) return
  const actions = [...waiting.values()]
  waiting.clear()
  for (const action of actions) action()
}
