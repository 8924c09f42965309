// Whether the page is connected to the app, and whether a run is under way. Streamlit says so on its root element; where the
// app is away for a while it also opens a modal, which would take the focus from whoever types.
const STATE = "data-test-connection-state", RUN = "data-test-script-state"
const TOP_LAYER = "data-react-aria-top-layer"
const TITLE = "Connection error"

const changes = new EventTarget()

export function isConnected() {
  return document.querySelector(`[${STATE}]`)?.getAttribute(STATE) === "CONNECTED"
}

// Whether a run was asked for that has not ended.
export function isRunning() {
  return document.querySelector(`[${RUN}]`)?.getAttribute(RUN) !== "notRunning"
}

// Calls `listener` when the connection has been lost or is back, until the signal, if there is one, aborts.
export function onConnectionChange(listener, signal) {
  changes.addEventListener("change", listener, { signal })
}

// Watches the connection, and keeps Streamlit's modal off the page and away from the focus, for as long as the page lasts.
export function watchConnection() {
  let was = isConnected(), focused = null
  const modals = new MutationObserver((records) => {
    for (const { addedNodes } of records) for (const node of addedNodes) closeModal(node, focused)
  })
  const states = new MutationObserver(() => {
    const is = isConnected()
    if (is === was) return
    was = is
    // What is marked so stays usable behind a modal, and may have the focus.
    document.getElementById("root")?.toggleAttribute(TOP_LAYER, !is)
    if (is) modals.disconnect()
    else modals.observe(document.body, { childList: true, subtree: true })
    changes.dispatchEvent(new Event("change"))
  })
  states.observe(document.body, { attributes: true, attributeFilter: [STATE], subtree: true })
  document.addEventListener("focusin", (event) => {
    const [target] = event.composedPath()
    if (!target.closest("[role=dialog]")) focused = target
  }, { capture: true })
  document.addEventListener("focusout", ({ relatedTarget }) => {
    if (!relatedTarget) focused = null
  }, { capture: true })
}

// Closes the modal in the task that opened it, so that it is not drawn and gets no key; Streamlit opens it once until it
// is connected again.
function closeModal(node, focused) {
  const modal = node.querySelector?.("[role=dialog]")
  if (modal?.querySelector("[slot=title]")?.textContent !== TITLE) return
  node.style.display = "none"
  focused?.focus()
  modal.querySelector("[aria-label=Close]").click()
}
