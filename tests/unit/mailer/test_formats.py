"""Handed on in any form, a mail reads back as it was, and nothing in it runs."""

from __future__ import annotations

import contextlib
import csv
import email
import email.policy
import io
import json
import mailbox
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from components.mailer.formats import COLUMNS, HEADER, MOST_CHARACTERS, Format, to_cell, to_mbox
from components.model import Address, Attachment, Mail
from components.store import Message
from components.store.records import from_record
from components.store.records import to_record as to_json
from tests.unit.mailer.handover import LETTER, TEXT, write_all
from tests.unit.store.samples import NOW, to_record

LETTERS = st.lists(LETTER, max_size=3)
PLAIN = Mail(to=(Address("Jane", "jane@example.com"),), subject="Hi", html="<p>Hi</p>", text="Hi")


def read_csv(content: bytes) -> list[list[str]]:
    """The rows as a spreadsheet reads them."""
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def undo(cell: str) -> str:
    """What stood in a cell before it was made safe."""
    return re.sub(r"(\A|(?<=[\r\n]))'", lambda match: "" if is_guarded(cell, match.end()) else "'", cell)


def is_guarded(cell: str, at: int) -> bool:
    """Whether the apostrophe before this place was put there."""
    return to_cell(cell[at:]) != cell[at:] and to_cell(cell[at:]).startswith("'")


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\xa0 =1", '"=1', "'=1", '" \'=1', "＝1",
        "＋1", "－1", "＠x", "\tx", "\rx", "a\n=1", "a\r\n+cmd|' /C calc'!A0", 'a\n"-1', "a\r@x", "\ufeff=1",
        "`=1", "\v=1",
    ],
)  # fmt: skip
def test_no_cell_is_a_formula(text: str) -> None:
    """Neither at the beginning of a cell nor of a line in it, nor after blanks or quotation marks (OWASP)."""
    cell = to_cell(text)
    assert cell != text
    assert undo(cell) == text
    assert all(not re.match(r"[\s\"]*[=+\-@＝＋－＠]", line) for line in re.split("[\r\n]", cell))
    assert cell[0] not in "=+-@\t\r\n"


@pytest.mark.parametrize("text", ["", "jane@example.com", "a=b", "3 - 2", "'quoted'", "a\tb", "100 %", "Ünï\n\nx"])
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    """What no spreadsheet takes for a formula is not touched."""
    assert to_cell(text) == text


@given(TEXT)
def test_a_safe_cell_can_be_read_back(text: str) -> None:
    """The apostrophes can be taken away again without a doubt, and a long run of blanks costs nothing."""
    assert undo(to_cell(text)) == text
    assert to_cell(" " * 100_000 + text).startswith((" ", "'"))


@given(LETTERS)
def test_a_table_reads_back(letters: list[Message]) -> None:
    """One row a mail, every cell what it was; times are ISO 8601 with their zone."""
    header, *rows = read_csv(write_all(Format.CSV, letters))
    assert tuple(header) == COLUMNS
    assert len(rows) == len(letters)
    for row, letter in zip(rows, letters, strict=True):
        cells = dict(zip(COLUMNS, row, strict=True))
        assert all(not re.match(r"[\s\"]*[=+\-@]", cell) for cell in row)
        assert undo(cells["Subject"]) == letter.mail.subject
        assert undo(cells["Text"]) == letter.mail.text
        assert undo(cells["To"]) == ", ".join(map(str, letter.mail.to))
        assert undo(cells["Contact ID"]) == letter.mail.contact_id
        assert undo(cells["Error"]) == (letter.entry.detail or "")
        assert cells["Written"] == "2027-01-15T08:00:00+00:00"


def test_a_long_text_is_cut_where_a_spreadsheet_would_spill() -> None:
    """A cell of Excel holds no more; the sign at its end says so."""
    letter = to_record(replace(PLAIN, text="x" * 40_000))
    (_, row) = read_csv(write_all(Format.CSV, [letter]))
    assert row[-1] == "x" * MOST_CHARACTERS + " …"


@given(LETTERS)
def test_json_lines_read_back(letters: list[Message]) -> None:
    """Every line is JSON, and gives the very same mail, attempts included."""
    first, *lines = write_all(Format.JSON_LINES, letters).decode().rstrip("\n").split("\n")
    assert json.loads(first) == HEADER
    assert [from_record(json.loads(line)) for line in lines] == [
        replace(letter, entry=replace(letter.entry, workspace_id=0)) for letter in letters
    ]


@given(LETTER, st.data())
def test_a_broken_record_is_refused_with_a_reason(letter: Message, data: st.DataObject) -> None:
    """Whatever stands in the place of a value: a mail or a ValueError, never another error."""
    record = json.loads(json.dumps(to_json(letter)))
    name = data.draw(st.sampled_from(sorted(record)))
    record[name] = data.draw(
        st.sampled_from(
            [None, [], {}, [[]], [["a"]], [{}], "x" * 200, "\ud800", -1, 1 << 70, float("nan"), 1.5, True, [1]]
        )
    )
    with contextlib.suppress(ValueError):
        from_record(record)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(letters=LETTERS)
def test_an_mbox_reads_back(letters: list[Message], tmp_path: Path) -> None:
    """A mail program finds as many mails, each with its texts, whatever lines they have."""
    path = tmp_path / "mails.mbox"
    path.write_bytes(write_all(Format.MBOX, letters))
    box = mailbox.mbox(path)
    found = [email.message_from_bytes(box.get_bytes(key), policy=email.policy.default) for key in box.iterkeys()]
    box.close()
    assert len(found) == len(letters)
    for message, letter in zip(found, letters, strict=True):
        plain = message.get_body(("plain",))
        if letter.mail.text:
            assert plain is not None
            assert plain.get_payload(decode=True) == letter.mail.text.encode()
        assert message["Date"].datetime.timestamp() == letter.entry.created_at


@given(st.lists(st.sampled_from([b"From me", b">From you", b">>From", b" From x", b"from y", b"", b"z"]), max_size=6))
def test_a_line_that_looks_like_the_next_mail_is_quoted(lines: list[bytes]) -> None:
    """It gets one sign more, and whoever takes one away has the mail again (mboxrd)."""
    first, *quoted, end, nothing = to_mbox(b"".join(line + b"\r\n" for line in lines), NOW).split(b"\n")
    assert (first, end, nothing) == (b"From MAILER-DAEMON Fri Jan 15 08:00:00 2027", b"", b"")
    assert not any(line.startswith(b"From ") for line in quoted)
    read = [line[1:] if re.match(b">+From ", line) else line for line in quoted]
    assert read == lines if lines else read in ([], [b""])


def test_contents_stand_before_their_mail_and_once() -> None:
    """In pieces of bounded length, whoever has them."""
    pieces = [b"a" * 3, b"b"]
    files = (Attachment("a", "a/b", 4, "ab" * 32), Attachment("b", "a/b", None, None, "files/1"))
    letter = to_record(replace(PLAIN, attachments=files))
    lines = write_all(Format.JSON_LINES, [letter, letter], lambda _: iter(pieces)).decode().splitlines()
    values = [json.loads(line) for line in lines]
    assert [value["type"] for value in values] == ["leadlex-composer", "file", "file", "mail", "mail"]
    assert [value["data"] for value in values[1:3]] == ["YWFh", "Yg=="]
