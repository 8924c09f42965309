"""The page object of the editor: a text and its caret are written and read as one string."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.browser.writer import CODEMIRROR, Writer

CARET, OPEN, CLOSE = "‸", "«", "»"

_PLACE = """async (field, [codemirror, anchor, head]) => {
    const { EditorView } = await import(codemirror)
    const view = EditorView.findFromDOM(field)
    view.focus()
    view.dispatch({ selection: { anchor, head } })
}"""
_READ = """async (field, codemirror) => {
    const { EditorView } = await import(codemirror)
    const { state } = EditorView.findFromDOM(field)
    const { from, to } = state.selection.main
    return [state.sliceDoc(0, from), state.sliceDoc(from, to), state.sliceDoc(to)]
}"""
_COPY = """([html, text]) => {
    const copy = (event) => {
        event.preventDefault()
        event.stopImmediatePropagation()
        if (html) event.clipboardData.setData("text/html", html)
        if (text) event.clipboardData.setData("text/plain", text)
    }
    document.addEventListener("copy", copy, { capture: true, once: true })
    document.execCommand("copy")
}"""


class Desk:
    """One tab with the composer; ``‸`` marks the caret, ``«…»`` the selection."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.writer = Writer(page, url)

    def open(self) -> None:
        """Open the composer; the editor needs no connection."""
        self.writer.open()
        expect(self.area).to_be_visible()

    @property
    def area(self) -> Locator:
        """The field "Message"."""
        return self.writer.message

    def tool(self, name: str) -> Locator:
        """A button of the toolbar."""
        return self.page.get_by_role("toolbar", name="Formatting").get_by_role("button", name=name, exact=True)

    def put(self, state: str) -> None:
        """Fill in a text and set the caret or the selection."""
        text = state.replace(CARET, "").replace(OPEN, "").replace(CLOSE, "")
        self.writer.write_message(text)
        if OPEN in state:
            start, middle = state.split(OPEN)
            self.select(_count(start), _count(start + middle.split(CLOSE)[0]))
        else:
            self.select(*[_count(state.split(CARET)[0])] * 2)

    def select(self, start: int, end: int) -> None:
        """Focus the text and set the selection, in UTF-16 code units."""
        self.area.evaluate(_PLACE, [CODEMIRROR, start, end])

    def read(self) -> str:
        """Read the text with its caret or selection."""
        before, middle, after = self.area.evaluate(_READ, CODEMIRROR)
        return f"{before}{f'{OPEN}{middle}{CLOSE}' if middle else CARET}{after}"

    def press(self, *keys: str) -> None:
        """Press keys one after the other without a pause."""
        for key in keys:
            self.page.keyboard.press(key)

    def use(self, tool: str, key: str = "") -> None:
        """Use a tool by ``key``, or by its button if no key is given."""
        if key:
            self.press(key)
        else:
            self.tool(tool).click()

    def type(self, text: str) -> None:
        """Type at 30 ms a key."""
        self.page.keyboard.type(text, delay=30)

    def copy(self, html: str, text: str) -> None:
        """Put HTML and plain text on the clipboard, as another program would."""
        self.page.evaluate(_COPY, [html, text])

    def paste(self, html: str, text: str = "") -> None:
        """Put HTML and plain text on the clipboard and press Ctrl+V."""
        self.copy(html, text or "plain")
        self.press("Control+v")


def _count(text: str) -> int:
    """Count UTF-16 code units, as the browser does: an emoji is two."""
    return len(text.encode("utf-16-le")) // 2
