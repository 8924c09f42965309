// The save status beside Send. Text typed since the last run is not saved yet, and the status says so at once: a broken
// connection may keep that text from the server.
import { holdNavigation } from "./navigation_guard.js"
import { mount } from "../widgets/mount.js"
import { hasPending, onPendingChange } from "../widgets/pending_input.js"

// In milliseconds: a run that is drawn sooner after the last keystroke may not include it; without a run after the
// timeout the text counts as not saved.
const SETTLE = 500, TIMEOUT = 6000

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
  let saved = null, changedAt = null, timer = 0

  const show = (text, bad) => {
    if (status.textContent !== text) status.textContent = text
    status.classList.toggle("bad", bad)
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
    show(saved.text, saved.bad)
  }
  const showSaving = () => {
    changedAt = performance.now()
    show("Saving…", false)
    clearTimeout(timer)
    timer = setTimeout(() => show("Not saved yet: no answer from the app. Keep this page open.", true), TIMEOUT)
  }
  const isSettled = () => changedAt === null && !hasPending()

  onPendingChange((change) => (change === "discarded" ? showSaved() : showSaving()), signal)
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
