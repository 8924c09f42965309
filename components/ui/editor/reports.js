// What Python is told: the text soon after a pause, at the latest while one goes on typing, and once more where no
// answer comes, since Streamlit drops what is sent while the connection is down.
const PAUSE = 150, LONGEST = 400, PATIENCE = 3000, MOST_PATIENCE = 30000

// A field that Streamlit builds anew goes on with the text that it had under the same key, not with its beginning.
let kept = { key: "", value: "", sent: "", count: 0, rev: 0 }

function makeReports(area, send) {
  let timer = 0, waitingSince = 0, resending = 0
  const tell = (patience) => {
    send(kept.sent, kept.count)
    clearTimeout(resending)
    resending = setTimeout(() => tell(Math.min(patience * 2, MOST_PATIENCE)), patience)
  }
  const flush = () => {
    clearTimeout(timer)
    waitingSince = 0
    if (area.value === kept.sent) return
    kept.sent = area.value
    kept.count += 1
    tell(PATIENCE)
  }
  const touch = () => {
    kept.value = area.value
    const now = performance.now()
    waitingSince ||= now
    clearTimeout(timer)
    timer = setTimeout(flush, Math.max(0, Math.min(PAUSE, LONGEST - (now - waitingSince))))
  }
  const onHeard = ({ detail }) => {
    if (detail.key === kept.key && detail.count === kept.count) clearTimeout(resending)
  }
  document.addEventListener("composer-heard", onHeard)
  const end = () => {
    clearTimeout(timer)
    clearTimeout(resending)
    document.removeEventListener("composer-heard", onHeard)
  }
  return { flush, touch, end }
}
