// What Python is told. The text goes at once where Python has answered; else it waits for the answer, so that no run is
// broken off before its preview is out, and then for a rest, so that people who type leave the server room for others.
// It waits LONGEST at most, and goes once more where no answer comes: Streamlit drops what is sent while the connection
// is down.
const REST = 0.5, LONGEST_REST = 300, LONGEST = 1500, PATIENCE = 3000, MOST_PATIENCE = 30000

// A field that Streamlit builds anew goes on with the text that it had under the same key, not with its beginning.
let kept = { key: "", value: "", sent: "", count: 0, rev: 0 }

function makeReports(area, send) {
  let timer = 0, waitingSince = 0, resending = 0, askedAt = 0, restsUntil = 0
  // For the words about what is saved: "waiting" to be told, "told" just now, or "gone" with the field.
  const announce = (detail) => document.dispatchEvent(new CustomEvent("composer-report", { detail }))
  const tell = (patience) => {
    send(kept.sent, kept.count)
    clearTimeout(resending)
    resending = setTimeout(() => tell(Math.min(patience * 2, MOST_PATIENCE)), patience)
  }
  const flush = () => {
    clearTimeout(timer)
    // What was typed and taken back is told too: only an answer says that it is kept.
    if (area.value === kept.sent && !waitingSince) return
    waitingSince = 0
    kept.sent = area.value
    kept.count += 1
    askedAt = performance.now()
    tell(PATIENCE)
    announce("told")
  }
  const plan = () => {
    clearTimeout(timer)
    const until = askedAt ? waitingSince + LONGEST : restsUntil
    timer = setTimeout(flush, Math.max(0, until - performance.now()))
  }
  const touch = () => {
    kept.value = area.value
    if (waitingSince) return
    waitingSince = performance.now()
    announce("waiting")
    plan()
  }
  const onHeard = ({ detail }) => {
    if (detail.key !== kept.key || detail.count !== kept.count) return
    clearTimeout(resending)
    if (!askedAt) return
    const now = performance.now()
    restsUntil = now + Math.min((now - askedAt) * REST, LONGEST_REST)
    askedAt = 0
    if (waitingSince) plan()
  }
  document.addEventListener("composer-heard", onHeard)
  const end = () => {
    clearTimeout(timer)
    clearTimeout(resending)
    document.removeEventListener("composer-heard", onHeard)
    if (waitingSince) announce("gone")
  }
  return { flush, touch, end }
}
