// The save status beside Send. Text typed since the last run is not saved yet, and the status says so at once: a broken
// connection may keep that text from the server, but not from the journal in this browser.
import { holdNavigation } from "./navigation_guard.js"
import { isWaiting, journal, onJournalChange } from "./unsaved_text.js"
import { isConnected, onConnectionChange } from "../widgets/connection.js"
import { mount } from "../widgets/mount.js"
import { hasPending, onPendingChange } from "../widgets/pending_input.js"

// In milliseconds: a run that is drawn sooner after the last keystroke may not include it; without a run after the
// timeout the text counts as not saved.
const SETTLE = 500, TIMEOUT = 6000

const KEPT = "Your text is kept in this browser."
const UNKEPT = { full: "This browser's storage is full: it keeps no copy.", forbidden: "This browser keeps no copy." }

// The fields of the mail, but neither a choice's search box nor the form beside the files.
function isMailField(path) {
  const field = path[0]
  if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) return false
  if (["radio", "checkbox", "file"].includes(field.type)) return false
  const within = (prefix) => path.some((node) => [...(node.classList || [])].some((name) => name.startsWith(prefix)))
  return (within("st-key-writing") || within("st-key-own-text")) && !within("st-key-stored-") &&
    !path.some((node) => node.dataset?.baseweb === "select")
}

function createSaveStatus({ parentElement }) {
  const status = parentElement.querySelector(".saved")
  const listeners = new AbortController()
  const { signal } = listeners
  let saved = null, changedAt = null, isLate = false, timer = 0

  const show = (text, bad = false) => {
    if (status.textContent !== text) status.textContent = text
    status.classList.toggle("bad", bad)
  }
  const draw = () => {
    const unkept = UNKEPT[journal.fault]
    if (!isConnected()) show(`Offline. ${unkept ? `${unkept} Leave this page open.` : KEPT}`, Boolean(unkept))
    else if (isLate) show(`Not saved yet: no answer from the app. ${unkept ?? KEPT}`, true)
    else if (changedAt !== null) show(unkept ? `Saving… ${unkept}` : "Saving…")
    else if (!saved.text && isWaiting()) show("Your text is kept here. Connect to go on.")
    else show(saved.text, saved.bad)
  }
  // Python's words, unless text is still to be sent or the run may have begun before the last keystroke.
  const showSaved = () => {
    if (hasPending()) return
    clearTimeout(timer)
    const rest = changedAt === null ? 0 : changedAt + SETTLE - performance.now()
    if (rest > 0) {
      timer = setTimeout(showSaved, rest)
      return
    }
    changedAt = null
    isLate = false
    draw()
  }
  const showSaving = () => {
    changedAt = performance.now()
    isLate = false
    draw()
    clearTimeout(timer)
    timer = setTimeout(() => {
      isLate = true
      draw()
    }, TIMEOUT)
  }
  const isSettled = () => changedAt === null && !hasPending()

  onPendingChange((change) => (change === "discarded" ? showSaved() : showSaving()), signal)
  onConnectionChange(() => (changedAt === null ? draw() : showSaving()), signal)
  onJournalChange(draw, signal)
  document.addEventListener("input", (event) => isMailField(event.composedPath()) && showSaving(), { capture: true, signal })
  document.addEventListener("click", (event) => holdNavigation(event, isSettled), { capture: true, signal })
  return {
    update({ data }) {
      saved = data
      showSaved()
    },
    end() {
      clearTimeout(timer)
      listeners.abort()
    },
  }
}

export default (component) => mount(component, createSaveStatus)
