// The text itself: CodeMirror with the keys of the composer, named "Message".
import { continueLine, dropEmptyMarker, shiftItems } from "./lists.js"
import { findTool, isPressed } from "./keys.js"
import { markdown } from "./language.js"
import { paste } from "./paste.js"
import { endOfText } from "./signature.js"
import { styling } from "./styling.js"
import { moveToCell } from "./table_keys.js"
import {
  EditorState, EditorView, closeSearchPanel, dropCursor, findNext, findPrevious, history, historyField, historyKeymap,
  insertNewline, keymap, openSearchPanel, placeholder, search, standardKeymap,
} from "./vendor/codemirror.js"

const FIELDS = { history: historyField }
const IN_SEARCH = { scope: "editor search-panel", preventDefault: true }
const PHRASES = { next: "Next", previous: "Previous", replace: "Replace", "replace all": "Replace all", close: "Close" }
// CodeMirror's own bindings lack nothing else: its Mod-Enter would insert a line, and Tab leaves the field.
const KEYMAP = [
  { key: "Enter", run: step(continueLine) },
  { key: "Enter", run: insertNewline, shift: insertNewline },
  { key: "Backspace", run: step(dropEmptyMarker) },
  { key: "Tab", run: step((state) => moveToCell(state, 1) ?? shiftItems(state, 1)) },
  { key: "Shift-Tab", run: step((state) => moveToCell(state, -1) ?? shiftItems(state, -1)) },
  { key: "Mod-f", run: openSearchPanel, ...IN_SEARCH },
  { key: "F3", run: findNext, shift: findPrevious, ...IN_SEARCH },
  { key: "Escape", run: closeSearchPanel, scope: IN_SEARCH.scope },
  ...historyKeymap,
  ...standardKeymap,
]

// The command that makes the step, where there is one.
function step(find) {
  return (view) => {
    const found = find(view.state)
    if (found) view.dispatch(found)
    return found !== null
  }
}

// Without a selection there is nothing to copy; CodeMirror would take the whole line.
function keepLine(event, view) {
  return view.state.selection.main.empty && view.contentDOM.contains(event.target)
}

// A click below the text goes on writing it, above the signature.
function writeOn(event, view) {
  const { bottom } = view.contentDOM.lastElementChild.getBoundingClientRect()
  if (event.button || event.clientY <= bottom) return false
  view.dispatch({ selection: { anchor: endOfText(view.state.doc) } })
  view.focus()
  return true
}

// `useTool(name)` and `announce(text)` are called for keys and pastes.
function listenForKeysAndPastes(useTool, announce) {
  let pastesPlain = false
  return EditorView.domEventHandlers({
    keydown(event) {
      pastesPlain = isPressed(event, "Mod+Shift+V")
      const tool = event.isComposing ? undefined : findTool(event)
      if (tool) useTool(tool)
      return tool !== undefined
    },
    paste(event, view) {
      const clipboard = event.clipboardData
      // A picture or another file is not for the text.
      if (!clipboard?.types.some((type) => type.startsWith("text/"))) return clipboard !== null
      const done = pastesPlain ? null : paste(view.state, clipboard)
      pastesPlain = false
      if (!done) return false
      view.dispatch(done.step)
      announce(done.outcome)
      return true
    },
    mousedown: writeOn,
    copy: keepLine,
    cut: keepLine,
    // CodeMirror would insert the text of a dropped file.
    drop: (event) => event.dataTransfer.files.length > 0,
  })
}

// Builds the field in `parent`. `kept` is the state of the field that this one takes over, or null for one that begins
// with `text`. `isFaulty()` tells whether a fault is shown, `onUpdate(update)` is called after every transaction.
// `language` (BCP 47) is the one in which the browser checks the spelling, "" for its own.
export function makeView(parent, { kept, text, language, isFaulty, onUpdate, useTool, announce }) {
  const extensions = [
    listenForKeysAndPastes(useTool, announce),
    keymap.of(KEYMAP),
    history(),
    search({ top: true, literal: true }),
    EditorState.phrases.of(PHRASES),
    dropCursor(),
    placeholder("Write your mail"),
    markdown,
    styling,
    EditorView.lineWrapping,
    EditorView.perLineTextDirection.of(true),
    EditorView.contentAttributes.of({
      id: "message", "aria-label": "Message", "aria-describedby": "hint fault",
      lang: language || navigator.language, spellcheck: "true", autocorrect: "on", autocapitalize: "sentences",
    }),
    EditorView.contentAttributes.of(() => ({ "aria-invalid": String(isFaulty()) })),
    EditorView.updateListener.of(onUpdate),
  ]
  const config = { extensions }
  const state = kept ? EditorState.fromJSON(kept.toJSON(FIELDS), config, FIELDS) : EditorState.create({ doc: text, ...config })
  return new EditorView({ state, parent, root: parent.getRootNode() })
}
