// Tells the browser's other tabs that the connection or the sign-in has changed, including tabs that are still loading.
const KEY = "composer-session-changed"

// Calls `onChange` when another tab announces a change.
export function openTabs(path, onChange = () => {}) {
  const channel = new BroadcastChannel(`session ${path}`)
  channel.onmessage = () => onChange()
  return {
    tell() {
      localStorage.setItem(KEY, String(Date.now()))
      channel.postMessage("changed")
    },
    close: () => channel.close(),
  }
}

// Whether a tab announced a change after this page was opened and before this module listened.
export const hasChanged = () => Number(localStorage.getItem(KEY)) > performance.timeOrigin
