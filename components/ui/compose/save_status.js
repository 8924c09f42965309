// The save status beside Send. Text that Python has not acknowledged is not saved, and the status says so at once: a broken
// connection may keep that text from the server, but not from the journal in this browser.
import { isAcknowledged, isWaiting, journal, onJournalChange } from "./unsaved_text.js"
import { isConnected, onConnectionChange } from "../widgets/connection.js"
import { mount } from "../widgets/mount.js"

// In milliseconds: without an answer after that the text counts as not saved.
const TIMEOUT = 6000

const KEPT = "Your text is kept in this browser."
const UNKEPT = { full: "This browser's storage is full: it keeps no copy.", forbidden: "This browser keeps no copy." }

function createSaveStatus({ parentElement }) {
  const status = parentElement.querySelector(".saved")
  const listeners = new AbortController()
  const { signal } = listeners
  let saved = null, isLate = false, timer = 0

  const show = (text, bad = false) => {
    if (status.textContent !== text) status.textContent = text
    status.classList.toggle("bad", bad)
  }
  const draw = () => {
    const unkept = UNKEPT[journal.fault]
    if (!isConnected()) show(`Offline. ${unkept ? `${unkept} Leave this page open.` : KEPT}`, Boolean(unkept))
    else if (isLate) show(`Not saved yet: no answer from the app. ${unkept ?? KEPT}`, true)
    else if (!isAcknowledged()) show(unkept ? `Saving… ${unkept}` : "Saving…")
    else if (!saved.text && isWaiting()) show("Your text is kept here. Connect to go on.")
    else show(saved.text, saved.bad)
  }
  // Somebody types, or Python has answered.
  const follow = () => {
    clearTimeout(timer)
    isLate = false
    if (!isAcknowledged()) {
      timer = setTimeout(() => {
        isLate = true
        draw()
      }, TIMEOUT)
    }
    draw()
  }

  onConnectionChange(follow, signal)
  onJournalChange(follow, signal)
  return {
    update({ data }) {
      saved = data
      draw()
    },
    end() {
      clearTimeout(timer)
      listeners.abort()
    },
  }
}

export default (component) => mount(component, createSaveStatus)
