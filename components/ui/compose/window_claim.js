// Tells a window from its duplicate: a browser copies sessionStorage with the tab, so the copy holds the same id.
const KEY = "composer-window"
// In milliseconds: how long the page before a reload may still hold the lock.
const PATIENCE = 3000

// Resolves to whether what lies in `storage` is this window's own, and not the copy of a window that is still open.
//
// A window holds a Web Lock of its id until it is closed or reloaded. Without locks (plain http from another computer) the
// id in `window.name` decides, which no duplicate gets, but which a visit to another site may clear.
export async function claimWindow(storage, locks, named = window, patience = PATIENCE) {
  const known = storage.getItem(KEY)
  if (known === null) return hold(storage, locks, named, patience)
  const isOwn = locks ? await request(locks, known, patience) : named.name === known
  return isOwn || (await hold(storage, locks, named, patience), false)
}

// Takes a new id.
async function hold(storage, locks, named, patience) {
  const id = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`
  storage.setItem(KEY, id)
  if (locks) return request(locks, id, patience)
  named.name = id
  return true
}

// Resolves to whether the lock was granted; it is held for the life of the page.
function request(locks, id, patience) {
  return new Promise((resolve) => {
    const held = () => {
      resolve(true)
      return new Promise(() => {})
    }
    locks.request(`composer-window/${id}`, { signal: AbortSignal.timeout(patience) }, held).catch(() => resolve(false))
  })
}
