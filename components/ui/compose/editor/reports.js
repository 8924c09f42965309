// Sends the text to Python. One report is under way at a time: the next one waits until Python has acknowledged the
// last, so that no run is interrupted before its preview is drawn, and then rests, so that people who type leave the
// server room for others. It waits MAX_WAIT at most, and a report without an acknowledgement is repeated: Streamlit
// drops what is sent while the connection is down.

// The rest is a share of the time until the acknowledgement. All other times are in milliseconds.
const REST_SHARE = 0.5, MAX_REST = 300, MAX_WAIT = 1500, RETRY = 3000, MAX_RETRY = 30000

// The text under the editor's key, kept for a field that Streamlit builds anew: `value` is what the field holds, `sent`
// the text of report number `revision`, `rev` the last edit of Python that was applied, `state` CodeMirror's with the
// steps that undo takes back.
let kept = { key: "", value: "", sent: "", revision: 0, rev: 0, state: null }

export function keptFor({ key, value, edit }) {
  if (kept.key !== key) kept = { key, value, sent: value, revision: 0, rev: edit?.rev ?? 0, state: null }
  return kept
}

// `send(text, revision)` hands one report to Streamlit.
export function makeReports(area, text, send) {
  let timer = 0, retryTimer = 0, changedAt = 0, sentAt = 0, restsUntil = 0
  const transmit = (retry) => {
    send(text.sent, text.revision)
    clearTimeout(retryTimer)
    retryTimer = setTimeout(() => transmit(Math.min(retry * 2, MAX_RETRY)), retry)
  }
  const flush = () => {
    clearTimeout(timer)
    // A change that was taken back is reported too: only an acknowledgement says that the text is saved.
    if (area.value === text.sent && !changedAt) return
    changedAt = 0
    text.sent = area.value
    text.revision += 1
    sentAt = performance.now()
    transmit(RETRY)
  }
  const schedule = () => {
    clearTimeout(timer)
    const due = sentAt ? changedAt + MAX_WAIT : restsUntil
    timer = setTimeout(flush, Math.max(0, due - performance.now()))
  }
  const touch = () => {
    text.value = area.value
    if (changedAt) return
    changedAt = performance.now()
    schedule()
  }
  const acknowledge = (revision) => {
    if (revision !== text.revision) return
    clearTimeout(retryTimer)
    if (!sentAt) return
    const now = performance.now()
    restsUntil = now + Math.min((now - sentAt) * REST_SHARE, MAX_REST)
    sentAt = 0
    if (changedAt) schedule()
  }
  const end = () => {
    clearTimeout(timer)
    clearTimeout(retryTimer)
  }
  return { flush, touch, acknowledge, end }
}
