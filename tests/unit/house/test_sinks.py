"""Texts of people and gateways reach a page as text: the few ways to write HTML are known and looked after."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SOURCES = [ROOT / "app.py", *(ROOT / "pages").rglob("*.py"), *(ROOT / "components").rglob("*.py")]
SCRIPTS = sorted((ROOT / "components").rglob("*.js"))
#: The module that may hand HTML to Streamlit: it escapes the text of every paragraph.
HTML_WRITERS = {"escaped_text.py"}


def test_scripts_write_no_html() -> None:
    """No script of a component turns a text into elements or into code."""
    assert SCRIPTS
    sink = re.compile(
        r"\.(inner|outer)HTML\s*\+?=[^=]|insertAdjacentHTML|document\.write|setHTMLUnsafe|\beval\(|new Function\("
    )
    found = [f"{path.name}: {match[0]}" for path in SCRIPTS for match in sink.finditer(path.read_text("utf-8"))]
    assert found == []


def test_a_body_is_shown_in_the_frame_alone() -> None:
    """One script sets ``srcdoc``, and always with the sandbox that lets nothing run and a policy that loads nothing."""
    assert [path.name for path in SCRIPTS if "srcdoc" in path.read_text("utf-8")] == ["mail_frame.js"]
    frame = (ROOT / "components" / "ui" / "widgets" / "mail_frame.js").read_text("utf-8")
    assert "allow-scripts" not in re.sub(r"//.*", "", frame)
    assert "allow-forms" not in frame
    assert "allow-top-navigation" not in frame
    assert "default-src 'none'" in frame


def test_pages_write_no_html() -> None:
    """Streamlit takes HTML from one module, and nowhere as a part of Markdown; nothing goes through its old frames."""
    for path in SOURCES:
        text = path.read_text("utf-8")
        assert "unsafe_allow_html" not in text, path
        assert "st.iframe" not in text, path
        assert "components.v1" not in text, path
        assert "st.html" not in text or path.name in HTML_WRITERS, path
