// What the editor uses of CodeMirror. Tree shaking leaves out the rest.
export { history, historyField, historyKeymap, insertNewline, isolateHistory, redo, standardKeymap, undo } from "@codemirror/commands"
export { defineLanguageFacet, ensureSyntaxTree, Language, languageDataProp, syntaxTree, syntaxTreeAvailable } from "@codemirror/language"
export { closeSearchPanel, findNext, findPrevious, openSearchPanel, search } from "@codemirror/search"
export { EditorState } from "@codemirror/state"
export { Decoration, dropCursor, EditorView, keymap, placeholder, ViewPlugin } from "@codemirror/view"
export { Autolink, parser, Strikethrough, Table, TaskList } from "@lezer/markdown"
