// The composer is left only once its fields' last words have been taken up. Streamlit asks for the next page without
// what the page before holds: a field that tells it in the same moment loses it, or calls the page back without it.
const LINKS = "[data-testid=stSidebarNavLink], [data-testid=stPageLink-NavLink]"
// In milliseconds: between two looks, and how long a server that does not answer holds anybody back.
const LOOK = 30, PATIENT = 3000
const BUSY = ["running", "rerunRequested"]

function isBusy() {
  const app = document.querySelector("[data-test-script-state]")
  return BUSY.includes(app?.dataset.testScriptState)
}

function leaveInTime(event, isTold) {
  const link = event.target.closest?.(LINKS)
  const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey
  const isReady = () => isTold() && !isBusy()
  // What is clicked below is no person's click, and passes.
  if (!link || elsewhere || !event.isTrusted || isReady()) return
  event.preventDefault()
  event.stopPropagation()
  const until = performance.now() + PATIENT
  const go = () => {
    if (!isReady() && performance.now() < until) {
      setTimeout(go, LOOK)
      return
    }
    // Another one stands there where the run has drawn it anew.
    const same = `a[href="${CSS.escape(link.getAttribute("href"))}"]`
    const shown = link.isConnected ? link : [...document.querySelectorAll(LINKS)].find((other) => other.matches(same))
    shown?.click()
  }
  setTimeout(go, LOOK)
}
