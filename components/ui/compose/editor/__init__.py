"""The Markdown editor: CodeMirror, named "Message", with a toolbar, keys, and a paste that understands rich text."""

from components.ui.compose.editor.component import Edit, read_editor, render_editor

__all__ = ["Edit", "read_editor", "render_editor"]
