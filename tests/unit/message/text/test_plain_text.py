"""The plain-text part of a mail."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.message.rendering.pipeline import render_in_process
from components.message.text.plain_text import to_plain_text
from components.message.text.wrapping import display_width, wrap

DATA = Path(__file__).parents[3] / "data" / "plaintext"
LONG = "word " * 30
TEXTS = {
    "empty": ("", ""),
    "nothing visible": ("\n \n", ""),
    "paragraphs": ("a\n\nb", "a\n\nb\n"),
    "line break": ("a\nb", "a\nb\n"),
    "marks": ("**a** _b_ ~~c~~ `d` <u>e</u>", "*a* _b_ ~~c~~ `d` e\n"),
    "marks hug the words": ("<b> a </b>b", "*a* b\n"),
    "struck price": ("~~Set-up fee~~ waived", "~~Set-up fee~~ waived\n"),
    "placeholder": ("Hi <name>,", "Hi <name>,\n"),
    "headings": ("# Offer\n\n## Us\n\n### More", "Offer\n=====\n\nUs\n---\n\nMore\n"),
    "rule": ("a\n\n---\n\nb", f"a\n\n{'-' * 72}\n\nb\n"),
    "bullets": ("- a\n  - b\n- c", "- a\n  - b\n- c\n"),
    "numbers": ("9. a\n10. b\n    - c", "9. a\n10. b\n    - c\n"),
    "loose list": ("- a\n\n- b", "- a\n\n- b\n"),
    "empty item": ("- \n- b", "-\n- b\n"),
    "tasks": ("- [ ] a\n- [x] b", "- ☐ a\n- ☑ b\n"),
    "code": ("```\na\n\n  b\n```", "    a\n\n      b\n"),
    "quote": ("> a\n>\n> > b\n\nc", "> a\n>\n> > b\n\nc\n"),
    "quote of two lines": ("> a\n> b", "> a\n> b\n"),
    "wrapped quote": (f"> {LONG}", "> " + ("word " * 14).strip() + "\n> " + ("word " * 14).strip() + "\n> word word\n"),
    "wrapped item": (f"- {LONG}", "- " + ("word " * 14).strip() + "\n  " + ("word " * 14).strip() + "\n  word word\n"),
    "bare link": ("https://a.test/x", "https://a.test/x\n"),
    "bare address": ("jane@a.test", "jane@a.test\n"),
    "www link": ("www.a.test", "www.a.test\n"),
    "address that is its own text": ("[a.test](https://www.a.test/) [+49 30 12](tel:+493012)", "a.test +49 30 12\n"),
    "address that is another": ("[a.test](https://b.test)", "a.test [1]\n\n[1] https://b.test\n"),
    "named link": ("[a](https://a.test) b", "a [1] b\n\n[1] https://a.test\n"),
    "link twice": (
        "[a](https://a.test) [b](https://b.test) [c](https://a.test)",
        "a [1] b [2] c [1]\n\n[1] https://a.test\n[2] https://b.test\n",
    ),
    "mail link": ("[write](mailto:j@a.test)", "write [1]\n\n[1] j@a.test\n"),
    "refused link": ("[a](javascript:x)", "a\n"),
    "picture": ("![logo](https://a.test/x.png)", "[logo]\n"),
    "picture without text": ("![](https://a.test/x.png)", ""),
    "signature": (
        "[a](https://a.test)\n-- \nJane\n[b](https://b.test)",
        "a [1]\n\n[1] https://a.test\n[2] https://b.test\n\n-- \nJane\nb [2]\n",
    ),
    "signature without its blank": ("a\n--\nJane", "a\n\n-- \nJane\n"),
    "table": (
        "| Item | Fee |\n|---|--:|\n| Opinion | 1,200 |\n| Call | 80 |",
        "Item       Fee\n-------  -----\nOpinion  1,200\nCall        80\n",
    ),
    "table centred": ("| abcde |\n|:-:|\n| x |", "abcde\n-----\n  x\n"),
    "narrow table is no signature": ("| a |\n|---|\n| b |", "a\n---\nb\n"),
    "table without header": (
        "<table><tr><td>a</td><td>b</td></tr><tr><td>cc</td></tr></table>",
        "a    b\ncc\n",
    ),
    "links in a table": ("| a |\n|---|\n| [b](https://b.test) |", "a\n-----\nb [1]\n\n[1] https://b.test\n"),
    "wide table": (
        f"| Item | Note |\n|---|---|\n| a | {LONG} |\n| b | |",
        f"Item: a\nNote: {('word ' * 13).strip()}\n  {('word ' * 14).strip()}\n  word word word\n\nItem: b\n",
    ),
    "definitions": (
        "<dl><dt>a</dt><dd>b</dd><dd>c</dd><dt>d</dt><dt>e</dt><dd>f</dd></dl>",
        "a\n    b\n    c\n\nd\ne\n    f\n",
    ),
    "definition without its term": ("<dl><dd>b</dd><dt></dt><dd></dd></dl>", "    b\n"),
    "raised": ("10<sup>6</sup> m<sup>2</sup>, 1<sup>st</sup><sup></sup>", "10⁶ m², 1^st\n"),
    "phone and mail with a subject": (
        "[call](tel:+4930123) or [write](mailto:j@a.test?subject=Hi)",
        "call [1] or write [2]\n\n[1] +4930123\n[2] j@a.test\n",
    ),
    "Japanese": (
        "お世話になっております。先日ご依頼いただきました契約書の確認が完了いたしました。ご査収のほどお願い申し上げます。",
        "お世話になっております。先日ご依頼いただきました契約書の確認が完了いたし\n"
        "ました。ご査収のほどお願い申し上げます。\n",
    ),
    "Japanese keeps closing marks and brackets": ("あ" * 35 + "い。「うえ」PDF", "あ" * 35 + "\nい。「うえ」PDF\n"),
    "wide characters": ("| 名前 | b |\n|---|---|\n| x | y |", "名前  b\n----  ---\nx     y\n"),
    "emoji": ("| 👩‍⚖️ Law | b |\n|---|---|\n| x | ⚖️ |", "👩‍⚖️ Law  b\n------  ---\nx       ⚖️\n"),
    "space after an invisible character": ("\u2069 a", "\u2069 a\n"),
    "non-breaking blank": ("10\xa0000", "10 000\n"),
    "text around a block": ("<div>a<p>b</p>c</div>", "a\n\nb\n\nc\n"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_text(name: str) -> None:
    """The text says what the HTML says."""
    source, expected = TEXTS[name]
    assert render_in_process(source).text == expected


def test_wrap() -> None:
    """Paragraphs wrap at 72 columns; a longer address gets a line of its own."""
    url = "https://a.test/" + "x" * 80
    lines = render_in_process(f"{LONG}{url} {LONG}").text.splitlines()
    assert max(len(line) for line in lines if line != url) <= 72
    assert url in lines


def _to_words(text: str) -> list[str]:
    # A line may break beside a Chinese character without a space, so the spaces there do not count.
    return re.sub("[ \n]*名[ \n]*", "名", text).split()


@given(st.text(st.sampled_from("ab 名é\n"), max_size=200), st.integers(4, 30))
def test_wrap_keeps_every_word(text: str, width: int) -> None:
    """Wrapping loses no word and exceeds the width only for a single word."""
    lines = wrap(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert _to_words(" ".join(lines)) == _to_words(text)
    assert all(display_width(line.strip()) <= width or " " not in line.strip() for line in lines)


CELLS = st.lists(st.sampled_from(["", "one", LONG.strip()]), min_size=3, max_size=3)


@given(CELLS.filter(any), st.lists(CELLS, max_size=3))
def test_every_cell_of_a_table_is_in_the_text(header: list[str], rows: list[list[str]]) -> None:
    """Also where the table is too wide for columns, and a heading has no value below it or there are no rows."""
    cells = [
        [f"{text} {row}.{column}" if text else "" for column, text in enumerate(each)]
        for row, each in enumerate([header, *rows])
    ]
    lines = ["|".join(f" {cell} " for cell in row) for row in cells]
    lines.insert(1, "---|---|---")
    text = " ".join(render_in_process("\n".join(f"|{line}|" for line in lines)).text.split())
    assert all(cell in text for row in cells for cell in row)


def test_words_in_a_list_outside_of_its_items() -> None:
    """Every client shows them, so the plain text has them as well."""
    assert "note" in to_plain_text("<ul><li>a</li>note<li>b</li></ul>")


@pytest.mark.parametrize("meant", ["From", ">", ">>", "-", "--", "*", "+", "12.", "3)", "#"])
def test_no_line_is_made_to_mean_something(meant: str) -> None:
    """Wrapping starts no line with the mark of a quote, list or signature, or with what mail servers change."""
    for start in range(1, 80):
        lines = wrap("x" * start + " yy " + f"{meant} zz " * 2 + "word " * 20, 72)
        assert len(lines) > 1
        assert not [line for line in lines if line.startswith(f"{meant} ")]
        assert all(len(line) <= 72 for line in lines if not line.startswith("xx"))


@pytest.mark.parametrize("path", sorted(DATA.glob("*.md")), ids=lambda path: path.stem)
def test_whole_mail(path: Path) -> None:
    """Each realistic message gives the reviewed text in the file beside it."""
    text = render_in_process(path.read_text("utf-8")).text
    assert text == path.with_suffix(".txt").read_text("utf-8")
    # Blanks at the end of a line mean "flowed" to some programs (RFC 3676); only a signature begins with one.
    assert not [line for line in text.splitlines() if line != "-- " and line != line.rstrip()]
