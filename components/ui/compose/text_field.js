// A plain text field, of one line or more, that reports its text while one types.
import { report } from "./report_hold.js"
import { debounce } from "../widgets/debounce.js"
import { mount } from "../widgets/mount.js"

const PAUSE = 200, LONGEST = 600

function createTextField({ data, parentElement }) {
  const field = parentElement.querySelector("input, textarea")
  let setStateValue = null
  const reports = debounce(() => report(field, () => setStateValue("value", field.value)), PAUSE, LONGEST)
  if (data.label) {
    parentElement.querySelector("label > span").textContent = data.label
    field.spellcheck = data.spellcheck
    field.lang = data.language
  }
  field.value = data.value
  field.oninput = reports.call
  field.onblur = reports.flush
  return {
    update: (component) => ({ setStateValue } = component),
    end: reports.cancel,
  }
}

export default (component) => mount(component, createTextField)
