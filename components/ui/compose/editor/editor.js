// The Markdown editor: a textarea with its toolbar, keys and paste, and what passes between it and Python.
import { applyEdit } from "./edits.js"
import { makeHelp } from "./help.js"
import { findTool, isPressed } from "./keys.js"
import { continueLine, dropEmptyMarker, shiftItems } from "./lists.js"
import { handlePaste } from "./paste.js"
import { keptFor, makeReports } from "./reports.js"
import { read, write } from "./text.js"
import { makeToolbar } from "./toolbar.js"
import { mount } from "../../widgets/mount.js"

function deepestActive(root) {
  let active = root.activeElement
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement
  return active
}

function isField(element) {
  return element?.matches("input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable=true]") ?? false
}

function createEditor({ data, parentElement: root }) {
  const area = root.querySelector("textarea")
  const status = root.querySelector("[role=status]")
  const fault = root.querySelector(".fault")
  const announce = (text) => (status.textContent = text)
  const kept = keptFor(data)
  area.value = kept.value
  let component = null, edit = null
  const reports = makeReports(area, kept, (value, revision) => {
    component.setStateValue("value", value)
    component.setStateValue("revision", revision)
  })
  const openHelp = makeHelp(root)
  const toolbar = makeToolbar(root, area, openHelp, announce)
  const listeners = new AbortController()
  let pastesPlain = false, isShiftDown = false, isComposing = false

  const grow = () => {
    if (CSS.supports("field-sizing", "content")) return
    area.style.height = "auto"
    area.style.height = `${area.scrollHeight + 2}px`
  }
  const change = (event, next) => {
    if (!next) return
    event.preventDefault()
    write(area, next)
    toolbar.show()
  }
  const takeEdit = () => {
    // A word that is being composed is left alone; its end comes soon.
    if (!edit || edit.rev <= kept.rev || isComposing) return
    kept.rev = edit.rev
    applyEdit(area, edit)
    kept.value = area.value
    grow()
    reports.flush()
  }
  area.oninput = () => {
    grow()
    reports.touch()
    toolbar.show()
  }
  area.onblur = reports.flush
  area.onpaste = (event) => {
    const outcome = handlePaste(event, area, pastesPlain)
    pastesPlain = false
    if (outcome) announce(outcome)
  }
  area.onkeydown = (event) => {
    isShiftDown = event.shiftKey
    pastesPlain = isPressed(event, "Mod+Shift+V")
    if (event.isComposing) return
    const tool = findTool(event)
    if (tool) {
      event.preventDefault()
      toolbar.use(tool)
    } else if (event.key === "Tab" && !event.ctrlKey && !event.metaKey && !event.altKey) {
      change(event, shiftItems(read(area), event.shiftKey ? -1 : 1))
    }
  }
  // The kind of input rather than the key: the keyboards of phones name no keys.
  area.onbeforeinput = (event) => {
    if (event.isComposing) return
    if (event.inputType === "insertLineBreak" && !isShiftDown) change(event, continueLine(read(area)))
    if (event.inputType === "deleteContentBackward") change(event, dropEmptyMarker(read(area)))
  }
  area.oncompositionstart = () => (isComposing = true)
  area.oncompositionend = () => {
    isComposing = false
    takeEdit()
  }
  const onPageKey = (event) => {
    if (event.isComposing) return
    const active = deepestActive(document)
    if (isPressed(event, "Mod+S")) {
      event.preventDefault()
      // Streamlit's fields report their text when they lose the focus.
      if (isField(active) && active !== area) {
        active.blur()
        active.focus()
      }
      reports.flush()
      component.setTriggerValue("save", true)
    } else if (isPressed(event, "Mod+Enter")) reports.flush()
    else if (event.key === "?" && !event.ctrlKey && !event.metaKey && !event.altKey && !isField(active)) {
      event.preventDefault()
      openHelp()
    }
  }
  document.addEventListener("keydown", onPageKey, { capture: true, signal: listeners.signal })
  document.addEventListener("selectionchange", () => deepestActive(document) === area && toolbar.show(), { signal: listeners.signal })
  requestAnimationFrame(grow)
  // Text that the field before this one had not sent when Streamlit took it away.
  if (kept.value !== kept.sent) reports.touch()

  return {
    update(latest) {
      component = latest
      if (fault.textContent !== latest.data.fault) fault.textContent = latest.data.fault
      area.setAttribute("aria-invalid", String(Boolean(latest.data.fault)))
      reports.acknowledge(latest.data.acknowledged)
      edit = latest.data.edit
      takeEdit()
    },
    end() {
      listeners.abort()
      reports.end()
    },
  }
}

export default (component) => mount(component, createEditor)
