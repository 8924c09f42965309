"""Open many mails on one page, each in the app's own frame or in a bare one, and record what they do.

The frame's script and data are those that ``render_frame`` sends to the browser. A script is recorded when Chromium
compiles it, whatever it does; a request when the page makes it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Dialog, Frame, Page, Request, Route
from streamlit.testing.v1 import AppTest

from components.config import ROOT

URL = "https://gallery.test/"
_SOURCES = ROOT / "components" / "ui"
_FRAME = "widgets/mail_frame.js"
#: Frames on one page, and sanitised mails in one frame: complete HTML, so that they do not affect each other.
BATCH, GROUP = 60, 20
#: The scheme of the page that Chromium shows in a frame whose content it refused to load.
_REFUSED = "chrome-error:"

_PAGE = """<!doctype html><meta charset="utf-8"><script type="module">
import mount from %(module)s

const TAGS = new Set(%(tags)s), SCHEMES = new Set(["https:", "http:", "mailto:", "tel:", "cid:"])
const EVENTS = ["click", "dblclick", "mousedown", "mouseover", "mouseenter", "mousemove", "pointerenter", "wheel",
  "focus", "focusin", "blur", "keydown", "input", "change", "submit", "toggle", "scroll", "load", "error",
  "animationstart", "transitionend", "paste", "copy", "drag", "contextmenu"]

// Builds the frame as the app does. Bare: without its sandbox and policy, for the control.
function mountFrame(body, bare) {
  const parent = document.createElement("div")
  parent.innerHTML = %(markup)s
  mount({ data: { ...%(data)s, html: body }, parentElement: parent, setStateValue() {}, setTriggerValue() {} })
  const frame = parent.querySelector("iframe")
  if (!frame.hasAttribute("sandbox") || !frame.srcdoc.includes(body)) throw new Error("no sandboxed frame")
  if (bare) {
    const open = frame.srcdoc.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, "")
    if (open === frame.srcdoc) throw new Error("the frame had no policy")
    frame.removeAttribute("sandbox")
    frame.srcdoc = open
  }
  const loaded = new Promise((resolve) => frame.addEventListener("load", resolve, { once: true }))
  return { parent, frame, loaded }
}

// Triggers every event that a reader can cause, except following a link to the web.
function provoke(root) {
  for (const element of root.querySelectorAll("*")) {
    for (const type of EVENTS) {
      const followed = type === "click" && element.closest("a[href], area[href]")
      const web = followed && ["https:", "http:", "mailto:", "tel:"].includes(followed.protocol)
      if (!web) try { element.dispatchEvent(new Event(type, { bubbles: false, cancelable: true })) } catch {}
    }
    if (element.matches("a, area") && element.protocol === "javascript:") element.click()
  }
}

// Lists what in the parsed document is not allowed; head, html and body belong to the frame.
function listOdd(root) {
  const odd = []
  for (const element of root.body.querySelectorAll("*")) {
    if (!TAGS.has(element.localName)) odd.push(element.localName)
    for (const { name } of element.attributes) if (/^(on|form|src(set|doc)|action|id|class|name)/.test(name) &&
      name !== "src") odd.push(name)
    if (element.matches("a[href]") && !SCHEMES.has(element.protocol)) odd.push(element.href)
  }
  return odd
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

window.show = async (bodies, bare, inspected) => {
  const mounted = bodies.map((body) => mountFrame(body, bare))
  document.body.replaceChildren(...mounted.map(({ parent }) => parent))
  await Promise.race([Promise.all(mounted.map(({ loaded }) => loaded)), pause(15000)])
  const odd = []
  mounted.forEach(({ frame }, position) => {
    const root = frame.contentDocument
    if (!root || !root.body) return
    if (inspected) odd.push(...listOdd(root).map((what) => [position, what]))
    provoke(root)
  })
  // Gives the triggered handlers time to run.
  await pause(30)
  return odd
}
window.ready = true
</script>"""


@dataclass(frozen=True, slots=True)
class Mount:
    """What the app sends to the browser for one frame: the component's module, markup and data."""

    module: str
    markup: str
    data: dict[str, Any]


def to_mount() -> Mount:
    """Run the product's frame component and read what it would send to the browser."""

    def script() -> None:
        from components.ui.widgets.mail_frame import render_frame

        render_frame("", key="frame")

    component = AppTest.from_function(script).run(timeout=30).get("bidi_component")[0].proto
    found = re.search(r'import\(location\.origin \+ "([^"]+)"\)', component.js_content)
    assert found, "the script of the frame imports its module"
    return Mount(found[1], component.html_content, json.loads(component.json))


@dataclass(slots=True)
class Findings:
    """What the frames did: scripts compiled, requests made, navigations, and elements that are not allowed."""

    frames: int = 0
    scripts: list[str] = field(default_factory=list)
    requests: list[tuple[str, str]] = field(default_factory=list)
    navigations: list[str] = field(default_factory=list)
    odd: list[tuple[str, str]] = field(default_factory=list)


class Gallery:
    """One browser tab that opens bodies in frames and records what they do."""

    def __init__(self, browser: Browser, tags: frozenset[str]) -> None:
        self._mount = to_mount()
        parts = {
            "tags": sorted(tags),
            "module": self._mount.module,
            "markup": self._mount.markup,
            "data": self._mount.data,
        }
        # Data inside a script must not close it.
        self._html = _PAGE % {name: json.dumps(part).replace("</", "<\\/") for name, part in parts.items()}
        self._modules = f"{URL.rstrip('/')}{self._mount.module.removesuffix(_FRAME)}"
        self._context = browser.new_context()
        self._context.route("**/*", self._answer)
        self._found = Findings()

    def close(self) -> None:
        """Close the tab."""
        self._context.close()

    def show_clean(self, bodies: Collection[str], bare: bool) -> Findings:
        """Open sanitised bodies as ``show_dirty`` does, several per frame, and list what is not allowed."""
        return self._show(["".join(group) for group in _split(list(bodies), GROUP)], bare, inspected=True)

    def show_dirty(self, bodies: Collection[str], bare: bool) -> Findings:
        """Open each body in a frame of its own: the app's, or a ``bare`` one without sandbox and policy."""
        return self._show(list(bodies), bare, inspected=False)

    def _show(self, bodies: Sequence[str], bare: bool, inspected: bool) -> Findings:
        self._found = found = Findings()
        for batch in _split(bodies, BATCH):
            page = self._open()
            odd = page.evaluate("(all) => window.show(...all)", [batch, bare, inspected])
            found.odd += [(batch[position], what) for position, what in odd]
            found.frames += len(batch)
            page.close()
        return found

    def _open(self) -> Page:
        page = self._context.new_page()
        watcher = self._context.new_cdp_session(page)
        main = watcher.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
        watcher.on("Debugger.scriptParsed", lambda event: self._note_script(event, main))
        watcher.send("Debugger.enable")
        page.on("dialog", self._note_dialog)
        page.on("popup", self._note_popup)
        page.on("framenavigated", self._note_navigation)
        page.goto(URL)
        page.wait_for_function("window.ready")
        return page

    def _answer(self, route: Route, request: Request) -> None:
        if request.url == URL and request.resource_type == "document" and request.frame.parent_frame is None:
            route.fulfill(body=self._html, content_type="text/html")
        elif request.url.startswith(self._modules) and request.resource_type == "script":
            route.fulfill(path=_SOURCES / request.url.removeprefix(self._modules), content_type="text/javascript")
        else:
            self._found.requests.append((request.resource_type, request.url))
            route.abort()

    def _note_script(self, event: dict[str, Any], main: str) -> None:
        world = event.get("executionContextAuxData", {})
        if world.get("isDefault") and world.get("frameId") != main and not event["url"].startswith(_REFUSED):
            self._found.scripts.append(event["url"])

    def _note_dialog(self, dialog: Dialog) -> None:
        self._found.scripts.append(dialog.message)
        dialog.dismiss()

    def _note_navigation(self, frame: Frame) -> None:
        if frame.url not in (URL, "about:blank", "about:srcdoc") and not frame.url.startswith(_REFUSED):
            self._found.navigations.append(frame.url)

    def _note_popup(self, page: Page) -> None:
        self._found.navigations.append(f"popup {page.url}")
        page.close()


def _split(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (items[start : start + size] for start in range(0, len(items), size))
