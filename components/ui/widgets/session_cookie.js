// Keeps the browser connected: exchanges a ticket for the session cookie, which no script can read, reports that somebody
// uses the page, and gives the cookie back after Disconnect.
import { mount } from "./mount.js"
import { hasChanged, openTabs } from "./tabs.js"

// In milliseconds: how long nothing is reported after the page was opened or its use was reported.
const INTERVAL = 5 * 60 * 1000
const USES = ["pointerdown", "keydown", "input", "click"]

export function createSessionCookie(component) {
  const listeners = new AbortController()
  let { data, setTriggerValue } = component
  let isConnected = false, isKnown = false, ended = "", ticket = "", reportedAt = performance.now()
  let answered = Promise.resolve()

  // The browser's other tabs learn at once that the connection has changed.
  const tabs = openTabs(data.path, () => isConnected && setTriggerValue("over", true))

  // One request after the other, so that the end of a connection does not meet the beginning of the next one. They go on
  // while the page is left. One that fails costs no more than connecting again after the next reload.
  function ask(method, headers = {}) {
    answered = answered
      .then(() => fetch(data.path, { method, headers, keepalive: true }))
      .catch(() => {})
      .then(() => method === "PUT" || tabs.tell())
  }

  function reportUse() {
    if (!isConnected || performance.now() - reportedAt < INTERVAL) return
    reportedAt = performance.now()
    ask("PUT")
  }

  for (const use of USES) document.addEventListener(use, reportUse, { capture: true, signal: listeners.signal })

  return {
    update(component) {
      ({ data, setTriggerValue } = component)
      // Somebody may disconnect before this module is there, and so before it has seen the connection.
      if ((isConnected || data.ended !== ended) && !data.connected) ask("DELETE")
      isConnected = data.connected;
      ({ ended } = data)
      if (isConnected && !isKnown && hasChanged()) setTriggerValue("over", true)
      isKnown = true
      if (data.ticket && data.ticket !== ticket) {
        ticket = data.ticket
        ask("POST", { [data.header]: ticket })
      }
    },
    end() {
      listeners.abort()
      answered.then(() => tabs.close())
    },
  }
}

export default (component) => mount(component, createSessionCookie)
