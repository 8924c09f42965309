// Asks what becomes of pictures that are pasted or dropped: attached, or in the text. LeadLex sends no pictures inside
// a mail, so a picture in the text is one on the web, by its address.
import { insertPicture } from "../editor/editor.js"
import { toImageAddress } from "../editor/links.js"
import { findFocused } from "../../widgets/elements.js"

export class PictureQuestion {
  // `attach(files)` is called with the pictures to attach.
  constructor(root, attach) {
    this.root = root
    this.attach = attach
    this.pictures = []
    this.input = this.find("input")
    this.find(".attach").onclick = () => this.attach(this.close())
    this.find(".inline").onclick = () => this.show(true)
    this.find(".leave").onclick = () => this.close()
    this.find("form").onsubmit = (event) => this.insert(event)
    root.addEventListener("keydown", ({ key }) => key === "Escape" && this.close())
  }

  find(place) {
    return this.root.querySelector(place)
  }

  // `address` is that of the pictures on the web, where it is known.
  ask(files, address) {
    if (!this.pictures.length) this.before = findFocused()
    this.pictures.push(...files.map((file) => ({ file, address })))
    this.show(false)
  }

  // Shows the two ways, or the field for the address of the first picture.
  show(isInline) {
    const [{ file: { name }, address }, ...others] = this.pictures
    this.root.hidden = false
    this.find(".address").hidden = this.find(".insert").hidden = !isInline
    this.find(".inline").hidden = isInline
    this.find(".name").textContent = `Address of “${name}”`
    this.input.value = address
    const what = others.length ? `${others.length + 1} pictures, or show them` : `“${name}”, or show it`
    const asked = `Attach ${what} in the text?`
    this.find("p").textContent = isInline ? "LeadLex sends no pictures inside a mail. Show one from the web:" : asked
    this.find(isInline ? "input" : ".attach").focus()
  }

  // Ends the question, and returns the files that it was about.
  close() {
    const files = this.pictures.map(({ file }) => file)
    this.pictures = []
    this.root.hidden = true
    this.before?.focus({ preventScroll: true })
    return files
  }

  insert(event) {
    event.preventDefault()
    const address = toImageAddress(this.input.value)
    this.input.setCustomValidity(address ? "" : "Enter an address that begins with https://.")
    if (!this.input.reportValidity()) return
    const { file } = this.pictures.shift()
    // That is where one writes on, once all are answered.
    this.before = insertPicture(file.name.replace(/\.[^.]*$/, ""), address)
    if (this.pictures.length) this.show(true)
    else this.close()
  }
}
