// The textarea and what surrounds it, put together once; later runs only tell what has changed.
const editors = new WeakMap()

function deepest(root) {
  let active = root.activeElement
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement
  return active
}

function isField(element) {
  return element?.matches("input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable=true]") ?? false
}

function build(root, data) {
  const area = root.querySelector("textarea")
  const said = root.querySelector(".said")
  const say = (text) => (said.textContent = text)
  if (kept.key !== data.key) kept = { key: data.key, value: data.value, sent: data.value, count: 0, rev: data.edit?.rev ?? 0 }
  area.value = kept.value
  const editor = { area, component: null, edit: null }
  const reports = makeReports(area, (value, count) => {
    editor.component.setStateValue("value", value)
    editor.component.setStateValue("count", count)
  })
  const openHelp = makeHelp(root)
  const toolbar = makeToolbar(root, area, openHelp, say)
  let plain = false, shift = false, composing = false

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
  area.oninput = () => {
    grow()
    reports.touch()
    toolbar.show()
  }
  area.onblur = reports.flush
  area.onpaste = (event) => {
    const told = handlePaste(event, area, plain)
    plain = false
    if (told) say(told)
  }
  area.onkeydown = (event) => {
    shift = event.shiftKey
    plain = isPressed(event, "Mod+Shift+V")
    if (event.isComposing) return
    const tool = findTool(event)
    if (tool) {
      event.preventDefault()
      toolbar.use(tool)
    } else if (event.key === "Tab" && !event.ctrlKey && !event.metaKey && !event.altKey) {
      change(event, shiftItems(read(area), event.shiftKey ? -1 : 1))
    }
  }
  // Not by the key: keyboards of phones name none.
  area.onbeforeinput = (event) => {
    if (event.isComposing) return
    if (event.inputType === "insertLineBreak" && !shift) change(event, continueLine(read(area)))
    if (event.inputType === "deleteContentBackward") change(event, dropEmptyMarker(read(area)))
  }
  area.oncompositionstart = () => (composing = true)
  area.oncompositionend = () => {
    composing = false
    editor.takeEdit()
  }

  editor.takeEdit = () => {
    const { edit } = editor
    // A word that is being composed is left alone; its end comes soon.
    if (!edit || edit.rev <= kept.rev || composing) return
    kept.rev = edit.rev
    applyEdit(area, edit)
    kept.value = area.value
    grow()
    reports.flush()
  }
  const onSelection = () => deepest(document) === area && toolbar.show()
  const onKey = (event) => {
    if (event.isComposing) return
    const active = deepest(document)
    if (isPressed(event, "Mod+S")) {
      event.preventDefault()
      // A field tells what it holds when it is left.
      if (isField(active) && active !== area) {
        active.blur()
        active.focus()
      }
      reports.flush()
      editor.component.setTriggerValue("save", true)
    } else if (isPressed(event, "Mod+Enter")) reports.flush()
    else if (event.key === "?" && !event.ctrlKey && !event.metaKey && !event.altKey && !isField(active)) {
      event.preventDefault()
      openHelp()
    }
  }
  document.addEventListener("keydown", onKey, true)
  document.addEventListener("selectionchange", onSelection)
  editor.end = () => {
    document.removeEventListener("keydown", onKey, true)
    document.removeEventListener("selectionchange", onSelection)
    reports.end()
  }
  requestAnimationFrame(grow)
  // What was typed when Streamlit took the field away that this one follows.
  if (kept.value !== kept.sent) reports.touch()
  return editor
}

export default function (component) {
  const { data, parentElement } = component
  let editor = editors.get(parentElement)
  if (!editor) editors.set(parentElement, (editor = build(parentElement, data)))
  editor.component = component
  const fault = parentElement.querySelector(".fault")
  if (fault.textContent !== data.fault) fault.textContent = data.fault
  editor.area.setAttribute("aria-invalid", String(Boolean(data.fault)))
  editor.edit = data.edit
  editor.takeEdit()
  return editor.end
}
