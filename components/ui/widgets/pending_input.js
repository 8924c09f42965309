// The fields that hold text which Python has not been sent yet. A field reports its own changes; the save status
// listens, so that it never says "Saved" of such text, and the navigation guard waits until there is none.
const pending = new Set()
const changes = new EventTarget()

function notify(change) {
  changes.dispatchEvent(new CustomEvent("change", { detail: change }))
}

// The field has changed, and its text waits to be sent.
export function markPending(field) {
  pending.add(field)
  notify("pending")
}

// The text of the field is on its way to Python.
export function markSent(field) {
  pending.delete(field)
  notify("sent")
}

// The field has left the page; another one may have taken over its text.
export function discardPending(field) {
  if (pending.delete(field)) notify("discarded")
}

export function hasPending() {
  return pending.size > 0
}

// Calls `listener` with "pending", "sent" or "discarded" on every change, until the signal aborts.
export function onPendingChange(listener, signal) {
  changes.addEventListener("change", (event) => listener(event.detail), { signal })
}
