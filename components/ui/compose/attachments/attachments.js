// The field "Attachments": files come by the button, by a drop anywhere on the page, or by paste, and are sent to the
// server one after the other. The server answers with a receipt, which Python exchanges for the file. What goes on is
// shown at a corner of the window, also while the preview hides the fields.
import { bringsFiles, findAddress, isPicture } from "./clipboard.js"
import { PictureQuestion } from "./picture_question.js"
import { findFault, Upload } from "./upload.js"
import { make } from "../../widgets/elements.js"
import { mount } from "../../widgets/mount.js"

// How long it is said that a file is attached, in milliseconds.
const SAID = 5000

class Attachments {
  constructor({ parentElement }) {
    this.root = parentElement.querySelector(".attachments")
    this.uploads = []
    this.received = []
    this.question = new PictureQuestion(this.find(".question"), (pictures) => this.add(pictures))
    this.listeners = new AbortController()
    this.sending = Promise.resolve()
    this.listen()
  }

  listen() {
    const { signal } = this.listeners
    const input = this.find("input"), on = (element, name, handle) => element.addEventListener(name, handle, { signal })
    on(this.find(".choose"), "click", () => input.click())
    on(input, "change", () => {
      this.add([...input.files])
      input.value = ""
    })
    // Before the editor, which would insert the text of a file.
    const early = { signal, capture: true }
    document.addEventListener("paste", (event) => this.onPaste(event), early)
    for (const name of ["dragenter", "dragover"]) document.addEventListener(name, (event) => this.onDrag(event), early)
    document.addEventListener("dragleave", (event) => event.relatedTarget || this.showDrop(false), early)
    document.addEventListener("drop", (event) => this.onDrop(event), early)
  }

  find(place) {
    return this.root.querySelector(place)
  }

  // Ways in

  onPaste(event) {
    if (!bringsFiles(event.clipboardData)) return
    this.stop(event)
    this.offer(event.clipboardData, [...event.clipboardData.files])
  }

  onDrag(event) {
    if (!event.dataTransfer.types.includes("Files")) return
    this.stop(event)
    event.dataTransfer.dropEffect = this.data.enabled ? "copy" : "none"
    this.showDrop(this.data.enabled)
  }

  onDrop(event) {
    if (!event.dataTransfer.types.includes("Files")) return
    this.stop(event)
    this.showDrop(false)
    const items = [...event.dataTransfer.items].filter(({ kind }) => kind === "file")
    const folders = items.filter((item) => item.webkitGetAsEntry?.()?.isDirectory).map((item) => item.getAsFile()?.name ?? "")
    this.offer(event.dataTransfer, [...event.dataTransfer.files].filter(({ name }) => !folders.includes(name)))
    for (const name of folders) this.fail({ name }, "A folder cannot be attached. Attach its files, or a ZIP of it.")
  }

  stop(event) {
    event.preventDefault()
    event.stopPropagation()
  }

  showDrop(isShown) {
    this.find(".drop").hidden = !isShown
  }

  // Files at once; pictures after a question, since somebody may expect them in the text.
  offer(transfer, files) {
    const pictures = files.filter(isPicture)
    this.add(files.filter((file) => !isPicture(file)))
    if (pictures.length) this.question.ask(pictures, findAddress(transfer))
  }

  add(files) {
    for (const file of files) {
      const fault = this.data.enabled ? findFault(file, this.data.limit) : "Connect first, then attach it again."
      if (fault) this.fail(file, fault)
      else this.start(new Upload(file, () => this.paint()))
    }
    this.paint()
  }

  fail(file, reason) {
    const upload = new Upload(file, () => {})
    upload.reason = reason
    this.uploads.push(upload)
    this.paint()
  }

  // Sending

  start(upload) {
    this.uploads.push(upload)
    this.report()
    this.sending = this.sending.then(() => upload.isCancelled || upload.send(this.data)).then(() => this.finish(upload))
  }

  finish(upload) {
    if (upload.receipt) this.received.push({ receipt: upload.receipt, name: upload.name })
    if (!upload.reason) this.uploads = this.uploads.filter((other) => other !== upload)
    if (upload.receipt) this.announce(`${upload.name} attached`)
    this.report()
    this.paint()
  }

  cancel(upload) {
    upload.cancel()
    this.uploads = this.uploads.filter((other) => other !== upload)
    this.report()
    this.paint()
    this.find(".choose").focus({ preventScroll: true })
  }

  // All receipts of this draft: Python may miss a report, never a receipt.
  report() {
    const waiting = this.uploads.filter((upload) => upload.isWaiting).map(({ name }) => name)
    this.setStateValue("uploads", { received: this.received, waiting })
  }

  // Drawing

  update({ data, setStateValue, setTriggerValue }) {
    this.data = data
    this.setStateValue = setStateValue
    this.setTriggerValue = setTriggerValue
    this.paint()
  }

  paint() {
    const { files, total, fault, enabled } = this.data
    this.replace(".files", files.map((file, position) => this.drawFile(file, position)))
    this.replace(".uploads", this.uploads.map((upload) => upload.reason ? this.drawFailed(upload) : this.drawRunning(upload)))
    this.find(".choose").disabled = !enabled
    this.write(".hint", enabled ? "or drop them anywhere" : "Connect to attach files")
    this.write(".total", total)
    this.write(".fault", fault)
  }

  drawFile({ name, note, type }, position) {
    const item = make("li", { class: "file", title: `${name} · ${type}` }, make("span", { class: "name" }, name), make("span", { class: "note" }, note))
    const remove = make("button", { type: "button", "aria-label": `Remove ${name}`, title: "Remove" })
    remove.addEventListener("click", () => {
      this.find(".choose").focus()
      this.setTriggerValue("removal", { position, name })
    })
    item.append(remove)
    return item
  }

  drawRunning(upload) {
    const bar = make("progress", { max: "1", value: String(upload.progress), "aria-label": `Uploading ${upload.name}` })
    return this.drawUpload(upload, bar, "Cancel")
  }

  drawFailed(upload) {
    return this.drawUpload(upload, make("span", { class: "reason", role: "alert" }, upload.reason), "Dismiss")
  }

  drawUpload(upload, state, label) {
    const button = make("button", { type: "button", "aria-label": `${label} ${upload.name}` }, label)
    button.addEventListener("click", () => this.cancel(upload))
    return make("li", { class: "upload" }, make("span", { class: "name" }, upload.name), state, button)
  }

  // Replaces the items that differ, so that a button under the pointer stays the same element.
  replace(place, items) {
    const list = this.find(place), old = [...list.children]
    if (old.length !== items.length) {
      list.replaceChildren(...items)
      return
    }
    items.forEach((item, position) => {
      const bar = old[position].querySelector("progress"), next = item.querySelector("progress")
      if (bar && next && bar.ariaLabel === next.ariaLabel) bar.value = next.value
      else if (!old[position].isEqualNode(item)) old[position].replaceWith(item)
    })
  }

  write(place, text) {
    const element = this.find(place)
    if (element.textContent !== text) element.textContent = text
  }

  announce(text) {
    clearTimeout(this.timer)
    this.write(".live", text)
    this.timer = setTimeout(() => this.write(".live", ""), SAID)
  }

  end() {
    this.listeners.abort()
    clearTimeout(this.timer)
    for (const upload of this.uploads) upload.cancel()
  }
}

export default (component) => mount(component, (first) => new Attachments(first))
