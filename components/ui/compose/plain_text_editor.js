// A plain text area that reports its text while one types.
import { debounce } from "../widgets/debounce.js"
import { mount } from "../widgets/mount.js"

const PAUSE = 200, LONGEST = 600

function createTextArea({ data, parentElement }) {
  const area = parentElement.querySelector("textarea")
  let setStateValue = null
  const report = debounce(() => setStateValue("value", area.value), PAUSE, LONGEST)
  area.value = data.value
  area.oninput = report.call
  area.onblur = report.flush
  return {
    update: (component) => ({ setStateValue } = component),
    end: report.cancel,
  }
}

export default (component) => mount(component, createTextArea)
