// The journal and Python: drops what is saved, and hands over what earlier openings of a draft left unsaved. Every page
// has this component, and what it knows lasts as long as the browser's page.
import { isPressed } from "./editor/keys.js"
import { guardNavigation } from "./navigation_guard.js"
import { SENDS, hasWaiting, holdForSend } from "./report_hold.js"
import { acknowledge, adopt, isOwnWindow, journal, keepInput, notifyJournalChange, setRestoring } from "./unsaved_text.js"
import { claimWindow } from "./window_claim.js"
import { isConnected, onConnectionChange, watchConnection } from "../widgets/connection.js"
import { findFocused } from "../widgets/elements.js"
import { mount } from "../widgets/mount.js"

// In milliseconds: how long Streamlit may take to draw a run of its own after the connection is back.
const REST = 1000

// The entries that were handed over, and what Python said last.
const handed = new Set()
let component = null, ended = "", timer = 0, isStarted = false

function handOver() {
  if (!component || !isOwnWindow() || !isConnected()) return
  const { draft, opening, scope, former } = component.data
  // Once more when its draft is opened: what came while another draft was open may have had to wait.
  const toName = (entry) => `${entry.opening} ${entry.draft === draft ? opening : ""}`
  const scopes = ["", scope, ...former]
  const isDue = (entry) => entry.opening !== opening && scopes.includes(entry.scope) && !handed.has(toName(entry))
  const due = journal.list().filter(isDue)
  if (!due.length) return
  for (const entry of due) handed.add(toName(entry))
  // The navigation guard waits until the run that answers has been drawn.
  setRestoring(true)
  component.setTriggerValue("restore", due)
}

// Streamlit drops what fields report while the connection is down: any trigger makes it send all of it again.
function reportAll() {
  if (component && isConnected() && journal.list().length) component.setTriggerValue("report", true)
}

async function claim() {
  // Where the browser forbids storage there is nothing to claim.
  const isOwn = await (async () => claimWindow(window.sessionStorage, navigator.locks))().catch(() => true)
  // The texts in the copy of a tab belong to the tab that it was copied from.
  if (!isOwn) journal.clear(component?.data.opening)
  adopt()
  handOver()
  notifyJournalChange()
}

// Streamlit's shortcut of Send; the editor has its own.
function onKey(event) {
  const isSend = isPressed(event, "Mod+Enter") && !event.isComposing && !event.repeat
  const button = document.querySelector(".st-key-send button")
  if (!isSend || !button || button.disabled) return
  if (!hasWaiting()) {
    // Streamlit answers the key once all listeners have seen it: first the field reports its text, then Send is clicked.
    setTimeout(holdForSend)
    return
  }
  event.preventDefault()
  event.stopImmediatePropagation()
  // The field reports what was typed last; the click waits for that report, as any click on Send does.
  findFocused()?.blur()
  button.click()
}

// Listens to the page, once: the component may leave the page and come back.
function start() {
  isStarted = true
  keepInput()
  guardNavigation()
  // After the field that was left for the button has reported, and before the button does.
  document.addEventListener("click", ({ target }) => target.closest?.(SENDS) && holdForSend(), { capture: true })
  document.addEventListener("keydown", onKey, { capture: true })
  watchConnection()
  onConnectionChange(() => {
    handed.clear()
    clearTimeout(timer)
    timer = setTimeout(reportAll, REST)
  })
  claim()
}

function createJournalSync() {
  if (!isStarted) start()
  return {
    update(latest) {
      component = latest
      const { data } = latest
      clearTimeout(timer)
      setRestoring(false)
      if (data.ended && data.ended !== ended) journal.clear()
      acknowledge(data);
      ({ ended } = data)
      handOver()
      notifyJournalChange()
    },
  }
}

export default (component) => mount(component, createJournalSync)
