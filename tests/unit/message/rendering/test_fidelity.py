"""What was typed is what is sent: every letter and digit outside Markdown syntax, in order, in both bodies."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.errors import RenderError
from components.message.rendering.pipeline import render_in_process
from tests.unit.message.rendering.judge import judge_blocks, read_html, read_plain_text
from tests.unit.message.rendering.test_properties import MANY

MAILS = sorted((Path(__file__).parents[3] / "data" / "mails").glob("*.md"))

#: Lines of business mails whose beginnings, marks and addresses mean something to a parser.
LINES = [
    *("3. Oktober", "24. Dezember", "4. Oktober", "1. Mai", "1. Juni", "17. 05. 2016", "01. Januar", "1986. It was"),
    *("1) one", "2) two", "20) x", "10. Platz", "9. Platz", "1234567890. x", "0. null", "7.", "1. 2. x", "2.1. y"),
    *("- item", "  - nested", "* star 3. x", "- 3. Mai", "   second", "    deep", "- ", "  1. sub", "   9. sub"),
    *("> quoted", "> 3. Okt", "> 24. Dez", "> > deep", "> - q", ">", "  > inner 5. x", "> 1) a", ">3. eng"),
    *("Wenn a<b und c>d", "p<s und u>t", "<i am not sure>", "<small print>", "Kunde <a> und <b>", "Hi <name>,", "<3"),
    *("if x<y", "</x>", "<EUR 500>", "a <= b", "<!-- open", "<? x", "<u", "List<String>", "< br >", "<em>"),
    *("o'brien@acme.example", "müller@acme.example und a&b@acme.example", "<jane@a.example>", "иван@acme.example"),
    *(
        "siehe „https://acme.example/a“ – ok",
        "www.acme.example/x…",
        "https://a.example/x_(1)), y",
        "→https://a.example。",
    ),
    *(r"\\server\share\_x", r"C:\_neu und D:\a b\_c", r"\\server\share" + "\\", r"\*kein Stern\*", r"1\. Mai", "a\\"),
    *("**fett** und _kursiv_", "snake_case_name", "2*3*4", "~~alt~~ neu", "`code <b>`", "**3.** x", "*", "a ` b", "__"),
    *("# 3. Quartal", "#42", "Kopf\n---", "-- ", "***", "==", "|", "a | b", "| x | y |\n|---|---|\n| 3. | 4 |", "```"),
    *("שלום 3. x", "你好https://a.example/z。", "AT&T &amp; Co &copy;", "[Deadline]: tomorrow", "[a] (b)", "x[9] = 2"),
    *("[hier](https://acme.example/o'neil_(1))", "[a](no link here)", '[t](https://a.example/ "T")', "![p] x", "["),
    *("", "+ 5 %", "]("),
]
messages = st.lists(st.sampled_from(LINES), min_size=1, max_size=8).map("\n".join)


@pytest.mark.parametrize("mail", MAILS, ids=lambda mail: mail.stem)
def test_mail_is_sent_as_typed(mail: Path) -> None:
    """Each mail of the corpus reaches its reader whole, block by block and in order."""
    check_fidelity(mail.read_text(encoding="utf-8"))


@MANY
@given(messages)
def test_lines_are_sent_as_typed(message: str) -> None:
    """Lines in any combination reach the reader whole and in order."""
    check_fidelity(message)


def test_corpus_is_large_enough() -> None:
    """The corpus has at least thirty mails."""
    assert len(MAILS) >= 30


def check_fidelity(source: str) -> None:
    """Compare what a reader sees of a message with what the judge says that its author typed."""
    try:
        rendered = render_in_process(source)
    except RenderError:
        return
    blocks = judge_blocks(source)
    assert read_html(rendered.html) == "".join(blocks)
    assert read_plain_text(rendered.text) == "".join(blocks)
    assert rendered.refused == ()
