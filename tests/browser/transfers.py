"""Drops and pastes of files, which Playwright has no actions for."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import JSHandle, Locator, Page


def make_transfer(page: Page, name: str, mime_type: str, html: str = "") -> JSHandle:
    """Make what a drop or a paste carries: a file, and for a paste from a word processor its HTML too."""
    script = """([name, type, html]) => {
        const transfer = new DataTransfer()
        transfer.items.add(new File(["content"], name, { type }))
        if (html) transfer.setData("text/html", html)
        return transfer
    }"""
    return page.evaluate_handle(script, [name, mime_type, html])


def drop(target: Locator, transfer: JSHandle) -> None:
    """Drag a file over an element and drop it there."""
    for step in ("dragenter", "dragover", "drop"):
        target.dispatch_event(step, {"dataTransfer": transfer})


def drag_in(page: Page, path: Path, onto: Locator, *, from_edge: bool = True) -> None:
    """Drag a file of the disk onto an element, by the browser itself, and drop it there.

    The drag enters the window at its edge, or else right over the element, as out of a window in front of it.
    """
    wire, box = page.context.new_cdp_session(page), onto.bounding_box()
    assert box is not None
    over = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    entry = (1.0, 1.0) if from_edge else over
    for kind, (x, y) in (("dragEnter", entry), ("dragOver", over), ("drop", over)):
        data = {"items": [], "files": [str(path)], "dragOperationsMask": 1}
        wire.send("Input.dispatchDragEvent", {"type": kind, "x": x, "y": y, "data": data})
    wire.detach()


def paste(target: Locator, transfer: JSHandle) -> None:
    """Paste into a focused element; Playwright has no event of the clipboard."""
    script = """(element, clipboardData) => {
        const options = { clipboardData, bubbles: true, composed: true, cancelable: true }
        element.dispatchEvent(new ClipboardEvent("paste", options))
    }"""
    target.evaluate(script, transfer)
