// A plain text area that tells what is typed after a pause, and at the latest after a while of typing on.
const PAUSE = 200, LONGEST = 600

export default function (component) {
  const { data, parentElement, setStateValue } = component
  const area = parentElement.querySelector("textarea")
  area.tell = () => setStateValue("value", area.value)
  if (area.ready) return
  area.ready = true
  area.value = data.value
  let timer = 0, waitingSince = 0
  const flush = () => {
    clearTimeout(timer)
    if (waitingSince) area.tell()
    waitingSince = 0
  }
  area.addEventListener("input", () => {
    const now = performance.now()
    waitingSince ||= now
    clearTimeout(timer)
    timer = setTimeout(flush, Math.max(0, Math.min(PAUSE, LONGEST - (now - waitingSince))))
  })
  area.addEventListener("blur", flush)
}
