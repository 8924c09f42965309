// Holds a click on a link to another page until Python has everything that was typed. Streamlit asks for the next page
// without the state of the page before: text that a field reports at that moment would be lost, or would call the page
// back without it.
import { isHeard } from "./unsaved_text.js"

const LINKS = "[data-testid=stSidebarNavLink], [data-testid=stPageLink-NavLink]"
// In milliseconds: how often to check, and how long a slow server may hold the click. Text that it has not got by then would
// be lost, and without the server no other page could be drawn either.
const INTERVAL = 30, TIMEOUT = 15_000

// Streamlit says on its root element whether a script run is under way.
function isRunning() {
  const app = document.querySelector("[data-test-script-state]")
  return ["running", "rerunRequested"].includes(app?.dataset.testScriptState)
}

export function holdNavigation(event) {
  const link = event.target.closest?.(LINKS)
  const opensElsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey
  const isReady = () => isHeard() && !isRunning()
  // The click made below is not a person's, and passes.
  if (!link || opensElsewhere || !event.isTrusted || isReady()) return
  event.preventDefault()
  event.stopPropagation()
  const until = performance.now() + TIMEOUT
  const follow = () => {
    if (!isReady() && performance.now() < until) {
      setTimeout(follow, INTERVAL)
      return
    }
    // A run may have replaced the link by a new element.
    const same = `a[href="${CSS.escape(link.getAttribute("href"))}"]`
    const current = link.isConnected ? link : [...document.querySelectorAll(LINKS)].find((other) => other.matches(same))
    current?.click()
  }
  setTimeout(follow, INTERVAL)
}
