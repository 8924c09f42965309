// A plain text field, of one line or more, that reports its text while one types.
import { debounce } from "../widgets/debounce.js"
import { mount } from "../widgets/mount.js"

const PAUSE = 200, LONGEST = 600

function createTextField({ data, parentElement }) {
  const field = parentElement.querySelector("input, textarea")
  let setStateValue = null
  const report = debounce(() => setStateValue("value", field.value), PAUSE, LONGEST)
  if (data.label) {
    parentElement.querySelector("label > span").textContent = data.label
    field.spellcheck = data.spellcheck
  }
  field.value = data.value
  field.oninput = report.call
  field.onblur = report.flush
  return {
    update: (component) => ({ setStateValue } = component),
    end: report.cancel,
  }
}

export default (component) => mount(component, createTextField)
