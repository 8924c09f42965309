// A link that saves a file, at once if it is to: the browser fetches it directly, without a frame or a tab.
import { mount } from "./mount.js"

function createDownload({ parentElement }) {
  const link = parentElement.querySelector(".download")
  let started = ""
  return {
    update({ data }) {
      link.href = data.address
      link.download = data.filename
      link.textContent = data.label
      link.classList.toggle("primary", data.starts)
      if (!data.starts || started === data.address) return
      started = data.address
      link.click()
    },
  }
}

export default (component) => mount(component, createDownload)
