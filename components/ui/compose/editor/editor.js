// The Markdown editor: its text with toolbar, and what passes between it and Python.
import { toEditStep } from "./edits.js"
import { isPressed } from "./keys.js"
import { putWebImage } from "./pieces.js"
import { keptFor, makeReports } from "./reports.js"
import { makeToolbar } from "./toolbar.js"
import { makeView } from "./view.js"
import { afterReports, holdForSend, report } from "../report_hold.js"
import { keepText } from "../unsaved_text.js"
import { openHelp } from "../../palette/help.js"
import { findFocused } from "../../widgets/elements.js"
import { mount } from "../../widgets/mount.js"

// CodeMirror reads the last change of a composition up to 50 ms after its end.
const COMPOSED = 60

let opened = null

// Inserts a picture from the web at the caret of the open mail; returns the element of the text.
export function insertPicture(name, address) {
  opened.dispatch(putWebImage(opened.state, name, address))
  return opened.contentDOM
}

function isField(element) {
  return element?.matches("input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable=true]") ?? false
}

function createEditor({ data, parentElement: root }) {
  const status = root.querySelector("[role=status]")
  const fault = root.querySelector(".fault")
  const announce = (text) => (status.textContent = text)
  const kept = keptFor(data)
  let component = null, edit = null

  const view = makeView(root.querySelector(".text"), {
    kept: kept.state,
    text: kept.value,
    language: data.language,
    isFaulty: () => fault.textContent !== "",
    useTool: (tool) => toolbar.use(tool),
    announce,
    onUpdate(update) {
      kept.state = update.state
      if (update.docChanged) {
        keepText(view.dom, { markdown: field.value })
        reports.touch()
      }
      toolbar.show()
    },
  })
  opened = view
  const field = { get value() { return view.state.doc.toString() } }
  const reports = makeReports(field, kept, (value, revision) => {
    report(view.dom, () => {
      component.setStateValue("value", value)
      component.setStateValue("revision", revision)
    })
  })
  const toolbar = makeToolbar(root, view, openHelp, announce)
  const listeners = new AbortController()
  const { signal } = listeners

  const takeEdit = () => {
    // A word that is being composed is left alone; its end comes soon.
    if (!edit || edit.rev <= kept.rev || view.composing) return
    kept.rev = edit.rev
    const step = toEditStep(view.state, edit)
    if (step) view.dispatch(step)
    reports.flush()
  }
  const onPageKey = (event) => {
    if (event.isComposing) return
    const active = findFocused()
    if (isPressed(event, "Mod+S")) {
      event.preventDefault()
      // Streamlit's fields report their text when they lose the focus.
      if (isField(active) && active !== view.contentDOM) {
        active.blur()
        active.focus()
      }
      reports.flush()
      component.setTriggerValue("save", true)
    } else if (isPressed(event, "Mod+Enter")) {
      reports.flush()
      // Streamlit's own shortcut does not count from an editable element of a component.
      if (active !== view.contentDOM) return
      event.preventDefault()
      event.stopPropagation()
      if (event.repeat) return
      afterReports(() => {
        component.setTriggerValue("send", true)
        holdForSend()
      })
    }
  }
  document.addEventListener("keydown", onPageKey, { capture: true, signal })
  view.contentDOM.addEventListener("blur", reports.flush, { signal })
  view.contentDOM.addEventListener("compositionend", () => setTimeout(takeEdit, COMPOSED), { signal })
  // Text that the field before this one had not sent when Streamlit took it away.
  if (kept.value !== kept.sent) reports.touch()

  return {
    update(latest) {
      component = latest
      if (fault.textContent !== latest.data.fault) {
        fault.textContent = latest.data.fault
        // Draws the attributes anew.
        view.dispatch({})
      }
      reports.acknowledge(latest.data.acknowledged)
      edit = latest.data.edit
      takeEdit()
    },
    end() {
      listeners.abort()
      reports.end()
      view.destroy()
    },
  }
}

export default (component) => mount(component, createEditor)
