"""Texts built to be slow: rendering ends within its deadline and delays nobody else, and all other code is fast.

``python -m tests.benchmarks.slow_inputs`` renders all of the slow texts and searches for worse ones.
"""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from components.errors import AddressError, RenderError
from components.message import Pool, parse_addresses
from components.message.addresses import ENTRIES_LIMIT
from tests.benchmarks.slow_texts import SLOW_TEXTS

ROOT = Path(__file__).resolve().parents[3]
#: What a person reads where a text cannot be rendered; any other error would be a defect.
SENTENCE = r"^This message is too (complex|long) to render"
END = r"<div|Message: This message is too (complex|long) to render"


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    """Two rendering processes with a short deadline."""
    one = Pool(size=2, deadline=0.7)
    yield one
    one.close()


@pytest.mark.parametrize("kind", SLOW_TEXTS)
def test_it_ends(pool: Pool, kind: str) -> None:
    """The worst text of each kind gives a mail or a clear sentence, and the next mail is rendered."""
    try:
        end = pool.render(next(iter(SLOW_TEXTS[kind].values()))).html
    except RenderError as error:
        end = f"{error.field}: {error.message}"
    assert re.match(END, end)
    assert pool.render(f"after {kind}").text == f"after {kind}\n"


def test_others_go_on_meanwhile() -> None:
    """While one text computes until its deadline, many ordinary mails are rendered in the other process."""
    pool = Pool(size=2, deadline=1.5)
    pool.render("start")
    ended: list[str] = []

    def render_slow_text() -> None:
        with pytest.raises(RenderError, match=SENTENCE):
            pool.render(SLOW_TEXTS["brackets"]["opening brackets"])
        ended.append("slow")

    def write(author: int) -> None:
        for number in range(5):
            text = f"author {author} wrote **mail {number}**"
            assert text.replace("**", "*") in pool.render(text).text
        ended.append("ordinary")

    slow = threading.Thread(target=render_slow_text)
    slow.start()
    authors = [threading.Thread(target=write, args=(author,)) for author in range(4)]
    for thread in authors:
        thread.start()
    for thread in [*authors, slow]:
        thread.join()
    pool.close()
    assert ended == ["ordinary"] * 4 + ["slow"]


def test_too_many_recipients_are_not_parsed() -> None:
    """A pasted address book is refused with a sentence before it is parsed."""
    text = ", ".join(f"u{number}@mail.example" for number in range(ENTRIES_LIMIT + 1))
    with pytest.raises(AddressError, match="501 recipients"):
        parse_addresses(text, "To")
    assert len(parse_addresses(text.rpartition(",")[0], "To")) == ENTRIES_LIMIT


def test_checks_and_answers_take_no_time() -> None:
    """Code that runs in the server takes seconds for the longest and worst fields and answers together.

    Quadratic code would take hours for these sizes; the kernel ends the process after 30 s of CPU time.
    """
    code = """
        import itertools, resource, uuid
        resource.setrlimit(resource.RLIMIT_CPU, (30, 30))
        from components.errors import AttachmentError
        from components.gateway.error_responses import to_error
        from components.message import check_fields, clean_filename, split_parts, with_signature
        from components.model import Draft
        signs = ["a", '"', "<", ",", "@", "a@b.", "\\\\", " ", "\\n", "\\r", ">", "> ", "-- \\n", "[", "&", "&lt;"]
        signs += ["(", ";", "<a ", "<script", "<title", "wbk_", ":", "=?", "a:\\n\\n> ", "\\u0301", "\\u202e", "Re: "]
        for sign in [*signs, *map("".join, itertools.combinations(signs[:6], 2))]:
            text = sign * (300_000 // len(sign))
            check_fields(Draft(id=str(uuid.uuid4()), to=text, cc=text, bcc=text, reply_to=text, subject=text,
                               markdown=text, contact_id=text, deal_id=text, thread_id=text))
            to_error(400, {"X-Request-ID": text[:8000]}, text.encode(), 0.0)
            split_parts(text)
            with_signature(text, text)
            try:
                clean_filename(text)
            except AttachmentError:
                pass
        print("done")
        """
    command = [sys.executable, "-c", textwrap.dedent(code)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=170, check=False)
    assert (done.stdout, done.stderr) == ("done\n", "")
