"""Texts built to be slow: rendering ends within its deadline and disturbs nobody, and all else is quick."""

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

ROOT = Path(__file__).resolve().parents[3]
#: What a person reads where a text cannot be rendered; any other error would be a fault.
SENTENCE = r"^This message is too (complex|long) to render"
END = r"<div|Message: This message is too (complex|long) to render"

SLOW = {
    "opening brackets": "[" * 50_000,
    "pictures begun": "![" * 25_000,
    "links begun": "[a](" * 20_000,
    "references begun": "[a][" * 20_000,
    "nested brackets": "[" * 20_000 + "]" * 20_000,
    "links in titles": '[a](b "' * 10_000,
    "bullets on one line": "- " * 1_000,
    "numbers on one line": "1. " * 1_000,
    "marks of all lists on one line": "- 1. * + " * 500,
    "deep list": "\n".join(f"{'  ' * level}- x" for level in range(400)),
    "10,000 levels of list": "\n".join(f"{' ' * level}- x" for level in range(0, 400, 2)) * 2,
    "deep quote": ">" * 20_000 + " x",
    "quotes on many lines": "\n".join("> " * level + "x" for level in range(250)),
    "nested tags": "<div>" * 10_000,
    "nested tags of many kinds": "<b><i><u><s>" * 8_000,
    "nested and closed tags": "<div>" * 8_000 + "</div>" * 8_000,
    "tags begun": "<a " * 30_000,
    "attributes": "<a " + "x=y " * 20_000 + ">",
    "comments begun": "<!--" * 20_000,
    "declarations begun": "<!" * 40_000,
    "end tags": "</a" * 25_000,
    "output bomb": "[r]: https://a.test/" + "x" * 40_000 + "\n\n" + "[a][r]\n" * 1_000,
    "backticks": "".join("`" * number + "x" for number in range(1, 400)),
    "one run of backticks": "`" * 50_000,
    "stars": "*a" * 30_000,
    "double stars": "**a" * 25_000,
    "mixed emphasis": "*a_b**c__d~~" * 6_000,
    "emphasis run": "*" * 50_000,
    "underscores": "_a" * 30_000,
    "tildes": "~~a" * 25_000,
    "wide table": "|a" * 10_000 + "|\n" + "|-" * 10_000 + "|\n" + "|b" * 10_000 + "|",
    "rows of pipes": "a|b\n-|-\n" + "|" * 50_000,
    "ampersands": "&" * 90_000,
    "entities": "&amp;" * 15_000,
    "entities begun": "&#x" * 30_000,
    "addresses begun": "https://" * 12_000,
    "mail addresses": "a@" * 40_000,
    "autolinks": "<https://a.test>" * 5_000,
    "bare links": "www.a.test " * 8_000,
    "dots of a host": "https://" + "a." * 40_000,
    "backslashes": "\\" * 90_000,
    "line ends": "\n" * 90_000,
    "blanks": " " * 90_000 + "x",
    "tabs": "\t" * 90_000 + "x",
    "underlines": "a\n===\n" * 15_000,
    "rules": "- - -\n" * 15_000,
    "headings": "# " * 40_000,
    "fences": "```\n" * 20_000,
    "references": "".join(f"[{number}]: x\n" for number in range(7_000)),
    "combining marks": "a" + "\u0301" * 40_000,
    "one long word": "x" * 99_000,
}


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    """Two processes with a short deadline."""
    one = Pool(size=2, deadline=0.7)
    yield one
    one.close()


@pytest.mark.parametrize("name", SLOW)
def test_it_ends(pool: Pool, name: str) -> None:
    """A mail or a clear sentence, never anything else; and the next mail is fine."""
    try:
        end = pool.render(SLOW[name]).html
    except RenderError as error:
        end = f"{error.field}: {error.message}"
    assert re.match(END, end)
    assert pool.render(f"after {name}").text == f"after {name}\n"


def test_others_go_on_meanwhile() -> None:
    """While one text burns until its deadline, whole crowds of ordinary mails come and go through the other process."""
    pool = Pool(size=2, deadline=8)
    pool.render("start")
    ended: list[str] = []

    def burn() -> None:
        with pytest.raises(RenderError, match=SENTENCE):
            pool.render(SLOW["opening brackets"])
        ended.append("slow")

    def write(author: int) -> None:
        for number in range(5):
            text = f"author {author} wrote **mail {number}**"
            assert text.replace("**", "*") in pool.render(text).text
        ended.append("ordinary")

    burning = threading.Thread(target=burn)
    burning.start()
    authors = [threading.Thread(target=write, args=(author,)) for author in range(4)]
    for thread in authors:
        thread.start()
    for thread in [*authors, burning]:
        thread.join()
    pool.close()
    assert ended == ["ordinary"] * 4 + ["slow"]


def test_too_many_recipients_are_not_read_at_all() -> None:
    """A pasted address book is refused in words before it is parsed."""
    text = ", ".join(f"u{number}@mail.example" for number in range(ENTRIES_LIMIT + 1))
    with pytest.raises(AddressError, match="501 recipients"):
        parse_addresses(text, "To")
    assert len(parse_addresses(text.rpartition(",")[0], "To")) == ENTRIES_LIMIT


def test_checks_and_answers_take_no_time() -> None:
    """What runs in the server itself, on the longest and worst fields and answers: seconds of computing in all.

    Something quadratic would need hours for these sizes; the process is ended after half a minute of computing.
    """
    code = """
        import itertools, resource, uuid
        resource.setrlimit(resource.RLIMIT_CPU, (30, 30))
        from components.errors import AttachmentError
        from components.gateway.error_responses import to_error
        from components.message import check_mail, dissect, to_filename, with_signature
        from components.model import Draft
        signs = ["a", '"', "<", ",", "@", "a@b.", "\\\\", " ", "\\n", "\\r", ">", "> ", "-- \\n", "[", "&", "&lt;"]
        signs += ["(", ";", "<a ", "<script", "<title", "wbk_", ":", "=?", "a:\\n\\n> ", "\\u0301", "\\u202e", "Re: "]
        for sign in [*signs, *map("".join, itertools.product(signs[:6], signs[:6]))]:
            for size in (60_000, 1_000_000):
                text = sign * (size // len(sign))
                check_mail(Draft(id=str(uuid.uuid4()), to=text, cc=text, bcc=text, reply_to=text, subject=text,
                                 markdown=text, contact_id=text, deal_id=text, thread_id=text))
            to_error(400, {"X-Request-ID": text[:8000]}, text.encode(), 0.0)
            dissect(text)
            with_signature(text, text)
            try:
                to_filename(text)
            except AttachmentError:
                pass
        print("done")
        """
    command = [sys.executable, "-c", textwrap.dedent(code)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=170, check=False)
    assert (done.stdout, done.stderr) == ("done\n", "")
