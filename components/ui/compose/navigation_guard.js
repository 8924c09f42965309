// Sees to it that a click on a link to another page leads there, and loses nothing. Streamlit asks for the next page
// without the state of the page before: text that a field reports at that moment would be lost, or would call the page
// back without it. So a click is held until Python has everything that was typed.
import { isAcknowledged } from "./unsaved_text.js"

const LINKS = "[data-testid=stSidebarNavLink], [data-testid=stPageLink-NavLink]"
// In milliseconds: how often to check, and how long a slow server may hold the click. Text that it has not got by then would
// be lost, and without the server no other page could be drawn either.
const INTERVAL = 30, TIMEOUT = 15_000

// The click that was made last: an earlier one is not followed any longer.
let latest = null

// Watches all clicks, for as long as the browser's page lasts.
export function guardNavigation() {
  document.addEventListener("click", onClick, { capture: true })
}

// Streamlit says on its root element whether a script run is under way.
function isRunning() {
  const app = document.querySelector("[data-test-script-state]")
  return ["running", "rerunRequested"].includes(app?.dataset.testScriptState)
}

// A run that draws the composer may answer a click there, such as Send.
function isReady() {
  return isAcknowledged() && !(isRunning() && document.querySelector(".st-key-writing"))
}

function onClick(event) {
  // The clicks made below are not a person's, and pass.
  if (!event.isTrusted) return
  latest = event
  const link = event.composedPath()[0].closest?.(LINKS)
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
  if (isReady()) {
    watchArrival(event, link)
    return
  }
  event.preventDefault()
  event.stopPropagation()
  const until = performance.now() + TIMEOUT
  repeat(event, () => {
    if (!isReady() && performance.now() < until) return false
    clickAgain(link)
    watchArrival(event, link)
    return true
  })
}

// Streamlit forgets which page was asked for when a part of the page that redraws itself every second asks for its turn
// at the same moment. The click is made again where a run has ended and the page is still the one before.
function watchArrival(event, link) {
  const from = location.pathname, until = performance.now() + TIMEOUT
  let hasRun = false
  if (new URL(link.href).pathname === from) return
  repeat(event, () => {
    if (location.pathname !== from || performance.now() > until) return true
    if (isRunning()) hasRun = true
    else if (hasRun) clickAgain(link)
    return hasRun && !isRunning()
  })
}

// Calls `act` until it says that it is done, or somebody clicks on something else.
function repeat(event, act) {
  setTimeout(() => {
    if (latest === event && !act()) repeat(event, act)
  }, INTERVAL)
}

// A run may have replaced the link by a new element.
function clickAgain(link) {
  const same = `a[href="${CSS.escape(link.getAttribute("href"))}"]`
  const current = link.isConnected ? link : [...document.querySelectorAll(LINKS)].find((other) => other.matches(same))
  current?.click()
}
