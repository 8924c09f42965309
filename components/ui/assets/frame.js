// Foreign or composed HTML in a frame that can neither run scripts nor load anything. "allow-same-origin" without
// "allow-scripts" runs nothing; it lets this page measure the height and so keep the place while one types.
const HEAD = `<!doctype html><html><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data: cid:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'">
<base target="_blank"><style>html{background:#fff}body{margin:16px;overflow-wrap:anywhere}</style></head><body>`

function fit(frame) {
  const body = frame.contentDocument && frame.contentDocument.body
  if (body) frame.style.height = `${Math.max(body.scrollHeight + 34, 160)}px`
}

export default function (component) {
  const { data, parentElement } = component
  const holder = parentElement.querySelector(".frame")
  if (holder.shown === data.html) return
  holder.shown = data.html
  const old = holder.querySelector("iframe:last-of-type")
  const frame = document.createElement("iframe")
  frame.title = data.title
  frame.setAttribute("sandbox", "allow-same-origin allow-popups allow-popups-to-escape-sandbox")
  frame.setAttribute("referrerpolicy", "no-referrer")
  frame.srcdoc = HEAD + data.html + "</body></html>"
  frame.style.height = old ? old.style.height : "160px"
  if (old) frame.style.visibility = "hidden"
  // The old picture stays until the new one is whole: nothing blinks while one types.
  frame.addEventListener("load", () => {
    fit(frame)
    frame.style.visibility = ""
    for (const other of [...holder.querySelectorAll("iframe")]) {
      if (other !== frame && holder.shown === data.html) other.remove()
    }
    new ResizeObserver(() => fit(frame)).observe(holder)
  })
  holder.append(frame)
}
