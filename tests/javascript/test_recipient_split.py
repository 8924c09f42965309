"""The browser splits recipients exactly as Python does: the module runs in Node and is compared text by text."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from components.message.recipient_split import split_entries

WORKER = Path(__file__).with_name("split_worker.js")
#: What the rule turns on, in every mixture; the blanks are those that are cut off at the edges, and some that are not.
SIGNS = '",;\\\t\n\r <>@ab.é😀\xa0\u200b\u200f\u202a\u2028\u2060\u2069\ufeff\u3000\x85\x0b\x00'
#: Pieces of lists as mail programs copy them.
PASTED = [
    *("Doe, John <j@x>", "Doe", "bob, sue", "(a, b)", "a@b c@d", "Ann <a@b> <c@d>", '"A, B" <a@b>', "<mailto:a@b>"),
    *(
        "mailto:a@b",
        "mailto:",
        "MAILTO:a@b?to=c@d,e@f&cc=g@h",
        "?to=",
        "&cc=",
        "?bcc=",
        "&subject=",
        "%2C",
        "%3b",
        "?",
        "&",
    ),
    *(", ", "; ", "，", "\n", "\t", " ", "(", ")", "<", "@", '"', ","),
]
TEXTS = (
    st.lists(st.sampled_from(PASTED), max_size=10).map("".join)
    | st.text(st.sampled_from(SIGNS), max_size=30)
    | st.text(st.characters(codec="utf-8"), max_size=60)
)

Split = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="module")
def split(node: str) -> Iterator[Split]:
    """Ask the browser's module: ``entries`` of a text, and the text that they are ``joined`` to."""
    with subprocess.Popen([node, WORKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdin is not None
        assert worker.stdout is not None
        requests, answers = worker.stdin, worker.stdout

        def ask(text: str) -> dict[str, Any]:
            requests.write(json.dumps(text) + "\n")
            requests.flush()
            answer: dict[str, Any] = json.loads(answers.readline())
            return answer

        yield ask
        requests.close()


@settings(max_examples=800, deadline=None)
@given(text=TEXTS)
def test_any_text_is_split_as_python_splits_it(split: Split, text: str) -> None:
    """Entry for entry, character for character."""
    assert split(text)["entries"] == list(split_entries(text))


@settings(max_examples=800, deadline=None)
@example(text="\\@\\ \u200b@\\")
@example(text="a@x.example \u200bb@x.example")
@given(text=TEXTS.map(lambda text: text.replace("\r", "\n")))
def test_joined_entries_are_split_into_the_same_entries(split: Split, text: str) -> None:
    """In Python, which gets the fields as one text, whatever quotes were left open."""
    joined = split(text)["joined"]
    assert list(split_entries(joined)) == list(split_entries(text))
