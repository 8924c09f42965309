// Mail HTML in a frame that can neither run scripts nor load anything but the pictures a reader asks for.
// "allow-same-origin" without "allow-scripts" runs nothing; it lets this page measure the height and so keep the place
// while one types.
import { mount } from "./mount.js"

function head(view) {
  const images = view.images ? "data: cid: https:" : "data: cid:"
  // What a mail program in dark mode puts behind a mail that names no colours of its own.
  const page = view.dark ? "html{background:#1b1c1e;color:#e8e8e8;color-scheme:dark}" : "html{background:#fff}"
  return `<!doctype html><html><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src ${images}; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'">
<meta name="referrer" content="no-referrer">
<base target="_blank"><style>${page}body{margin:16px;overflow-wrap:anywhere}</style></head><body>`
}

// The border of the holder, in pixels, on both sides.
const BORDER = 2

function fit(frame, holder, width) {
  const body = frame.contentDocument && frame.contentDocument.body
  if (!body) return
  const scale = width ? Math.min(1, holder.clientWidth / width) : 1
  const height = Math.max(body.scrollHeight + 34, 160)
  frame.style.width = width ? `${width}px` : "100%"
  frame.style.height = `${height}px`
  frame.style.transform = scale < 1 ? `scale(${scale})` : ""
  // What a frame shown smaller leaves empty.
  frame.style.marginBottom = `${-Math.floor((1 - scale) * height)}px`
}

// A drag that begins over the frame reaches no other document than the frame's: the page learns of it here.
function passDragsOn(frame) {
  for (const name of ["dragenter", "dragover", "drop"]) {
    frame.contentDocument.addEventListener(name, (event) => {
      const { dataTransfer } = event
      const copy = new DragEvent(name, { dataTransfer, bubbles: true, cancelable: true, composed: true })
      if (!frame.dispatchEvent(copy)) event.preventDefault()
    })
  }
}

function createFrame({ parentElement }) {
  const holder = parentElement.querySelector(".frame")
  let shown = null
  const show = (data) => {
    const drawn = (shown = JSON.stringify(data))
    const { width } = data.view
    holder.style.maxWidth = width ? `${width + BORDER}px` : ""
    holder.classList.toggle("dark", data.view.dark)
    const previous = holder.querySelector("iframe:last-of-type")
    const frame = document.createElement("iframe")
    frame.title = data.title
    frame.setAttribute("sandbox", "allow-same-origin allow-popups allow-popups-to-escape-sandbox")
    frame.setAttribute("referrerpolicy", "no-referrer")
    frame.srcdoc = head(data.view) + data.html + "</body></html>"
    frame.style.height = previous ? previous.style.height : "160px"
    if (previous) frame.style.visibility = "hidden"
    // The previous frame stays until the new one has loaded: nothing blinks while one types.
    frame.addEventListener("load", () => {
      fit(frame, holder, width)
      passDragsOn(frame)
      frame.style.visibility = ""
      for (const other of [...holder.querySelectorAll("iframe")]) {
        if (other !== frame && shown === drawn) other.remove()
      }
      new ResizeObserver(() => fit(frame, holder, width)).observe(holder)
    })
    holder.append(frame)
  }
  return {
    update({ data }) {
      if (shown !== JSON.stringify(data)) show(data)
    },
  }
}

export default (component) => mount(component, createFrame)
