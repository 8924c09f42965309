// Tells the browser's other tabs that the connection or the sign-in has changed, those too that are still loading.
const KEY = "composer-session-changed"

// Calls `onChange` when another tab has said so.
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

// Whether a tab has said so since this page was opened: before this module was there, nobody listened.
export const hasChanged = () => Number(localStorage.getItem(KEY)) > performance.timeOrigin
