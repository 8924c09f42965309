// Delays an action until calls have paused for `pause` ms, but never longer than `longest` ms after the first call.
// `flush` runs a delayed action at once, `cancel` drops it.
export function debounce(action, pause, longest) {
  let timer = 0, firstCall = null
  const cancel = () => {
    clearTimeout(timer)
    firstCall = null
  }
  const run = () => {
    cancel()
    action()
  }
  const call = () => {
    const now = performance.now()
    firstCall ??= now
    clearTimeout(timer)
    timer = setTimeout(run, Math.max(0, Math.min(pause, firstCall + longest - now)))
  }
  const flush = () => firstCall === null || run()
  return { call, flush, cancel }
}
