// The words beside Send. What was typed since the last run is not kept yet, and says so: the page learns of it
// only once it has reached the server, which a broken connection may prevent.
const SETTLE = 500, PATIENCE = 6000

// The fields of the mail, but neither a choice's search box nor the form beside the files.
function isOfTheMail(path) {
  const field = path[0]
  if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) return false
  if (["radio", "checkbox", "file"].includes(field.type)) return false
  const within = (prefix) => path.some((node) => [...(node.classList || [])].some((name) => name.startsWith(prefix)))
  return (within("st-key-writing") || within("st-key-own-text")) && !within("st-key-stored-") &&
    !path.some((node) => node.dataset?.baseweb === "select")
}

function say(place, text, bad) {
  if (place.textContent !== text) place.textContent = text
  place.classList.toggle("bad", bad)
}

export default function (component) {
  const { data, parentElement } = component
  const place = parentElement.querySelector(".saved")
  const state = (place.state ||= { typedAt: 0, timer: 0, waiting: false })
  state.told = data
  const show = () => {
    // What the editor has not told yet is in no run.
    if (state.waiting) return
    clearTimeout(state.timer)
    const since = performance.now() - state.typedAt
    if (state.typedAt && since < SETTLE) {
      // A run that began before the last keystroke says nothing of it.
      state.timer = setTimeout(show, SETTLE - since)
    } else {
      state.typedAt = 0
      say(place, state.told.text, state.told.bad)
    }
  }
  if (!place.listening) {
    place.listening = true
    const wait = () => {
      state.typedAt = performance.now()
      say(place, "Saving…", false)
      clearTimeout(state.timer)
      state.timer = setTimeout(() => say(place, "Not saved yet: no answer from the app. Keep this page open.", true), PATIENCE)
    }
    const leaving = new AbortController()
    const listen = (name, heard) => document.addEventListener(name, (event) => {
      if (place.isConnected) heard(event)
      else leaving.abort()
    }, { capture: true, signal: leaving.signal })
    listen("click", (event) => leaveInTime(event, () => !state.typedAt && !state.waiting))
    listen("input", (event) => isOfTheMail(event.composedPath()) && wait())
    listen("composer-report", ({ detail }) => {
      state.waiting = detail === "waiting"
      if (detail === "gone") show()
      else wait()
    })
  }
  show()
}
