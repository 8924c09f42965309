// A button that copies a text or prints the page, and says for a moment that it did.
import { mount } from "./mount.js"

// In milliseconds.
const SHOWN = 2000

// The clipboard's interface exists only on secure pages; a field that is selected works on all.
async function copy(text) {
  if (navigator.clipboard && isSecureContext) {
    await navigator.clipboard.writeText(text)
    return
  }
  const field = document.createElement("textarea")
  field.value = text
  document.body.append(field)
  field.select()
  document.execCommand("copy")
  field.remove()
}

function createButton({ parentElement }) {
  const button = parentElement.querySelector("button")
  const done = parentElement.querySelector(".done")
  let data = {}, timer = 0
  button.addEventListener("click", async () => {
    if (data.action === "print") {
      print()
      return
    }
    await copy(data.text)
    button.textContent = done.textContent = data.done
    clearTimeout(timer)
    timer = setTimeout(() => {
      button.textContent = data.label
      done.textContent = ""
    }, SHOWN)
  })
  return {
    update(component) {
      ;({ data } = component)
      button.textContent = data.label
    },
    end: () => clearTimeout(timer),
  }
}

export default (component) => mount(component, createButton)
