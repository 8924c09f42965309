"""An exported mail reads back unchanged in every format, and no spreadsheet executes anything in it."""

from __future__ import annotations

import contextlib
import csv
import email
import email.policy
import io
import json
import mailbox
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from components.mailer.transfer.formats import COLUMNS, HEADER, MOST_CHARACTERS, Format, Separator, open_writer, to_cell
from components.model import Address, Attachment, OutgoingMail
from components.store import Message
from components.store.json_format import from_record
from components.store.json_format import to_record as to_json
from components.store.sort_key import to_sort_key, to_time
from tests.unit.mailer.handover import LETTER, TEXT, write_all
from tests.unit.store.samples import NOW, to_record

LETTERS = st.lists(LETTER, max_size=3)
PLAIN = OutgoingMail(to=(Address("Jane", "jane@example.com"),), subject="Hi", html="<p>Hi</p>", text="Hi")


def read_csv(content: bytes) -> list[list[str]]:
    """The rows as a spreadsheet reads them."""
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def undo(cell: str) -> str:
    """Return the text of a cell before it was escaped."""
    return re.sub(r"(\A|(?<=[\r\n;,\t|]))'", lambda match: "" if is_guarded(cell, match.end()) else "'", cell)


def is_guarded(cell: str, at: int) -> bool:
    """Whether the apostrophe before this place was put there."""
    return to_cell(cell[at:]) != cell[at:] and to_cell(cell[at:]).startswith("'")


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\xa0 =1", '"=1', "'=1", '" \'=1', "＝1",
        "＋1", "－1", "＠x", "\tx", "\rx", "a\n=1", "a\r\n+cmd|' /C calc'!A0", 'a\n"-1', "a\r@x", "\ufeff=1",
        "`=1", "\v=1", 'Hallo;=HYPERLINK("x")', "a,=1", "a\t+1", "a|@x", "a; =1", 'a;"=1', "a,-1", "a;\t=1", "a;;＝1",
    ],
)  # fmt: skip
def test_no_cell_is_a_formula(text: str) -> None:
    """Neither at the beginning of a cell nor of a line in it, nor after blanks or quotation marks (OWASP)."""
    cell = to_cell(text)
    assert cell != text
    assert undo(cell) == text
    assert all(not re.match(r"[\s\"]*[=+\-@＝＋－＠]", part) for part in re.split("[\r\n;,\t|]", cell))
    assert cell[0] not in "=+-@\t\r\n"


@pytest.mark.parametrize("text", ["", "jane@example.com", "a=b", "3 - 2", "'quoted'", "a\tb", "100 %", "Ünï\n\nx"])
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    """Text that no spreadsheet evaluates as a formula is not changed."""
    assert to_cell(text) == text


@given(TEXT)
def test_a_safe_cell_can_be_read_back(text: str) -> None:
    """The apostrophes can be removed again unambiguously, and a long run of blanks is processed fast."""
    assert undo(to_cell(text)) == text
    assert to_cell(" " * 100_000 + text).startswith((" ", "'"))


@given(LETTERS)
def test_a_table_reads_back(letters: list[Message]) -> None:
    """CSV has one row a mail with every value unchanged; times are ISO 8601 with their zone."""
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
        assert undo(cells["Error"]) == (letter.summary.detail or "")
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
        replace(letter, summary=replace(letter.summary, workspace_id=0)) for letter in letters
    ]


@given(LETTER, st.data())
def test_a_broken_record_is_refused_with_a_reason(letter: Message, data: st.DataObject) -> None:
    """Any value in any field gives a mail or a ValueError, never another error."""
    record = json.loads(json.dumps(to_json(letter)))
    name = data.draw(st.sampled_from(sorted(record)))
    record[name] = data.draw(
        st.sampled_from(
            [None, [], {}, [[]], [["a"]], [{}], "x" * 200, "\ud800", -1, 1 << 70, float("nan"), 1.5, True, [1]]
        )
    )
    with contextlib.suppress(ValueError):
        from_record(record)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("subject", 1),
        ("subject", "\ud800"),
        ("code", "\ud800"),
        ("created_at", True),
        ("created_at", float("nan")),
        ("created_at", -1),
        ("created_at", 1e12),
        ("settled_at", "yesterday"),
        ("body_length", 1 << 70),
        ("body_length", 1.5),
        ("attempts", -1),
        ("needs_you", 1),
        ("status", "gone"),
        ("draft_id", "x" * 37),
        ("preview", "x" * 121),
        ("to", [["Jane"]]),
        ("cc", [["Jane", "\ud800"]]),
        ("bcc", "jane@example.com"),
        ("files", None),
    ],
)
def test_a_value_out_of_range_is_named(field: str, value: object) -> None:
    """A wrong type, a number out of range, a text too long or that cannot be saved: the field is named."""
    record = json.loads(json.dumps(to_json(to_record(PLAIN)))) | {field: value}
    with pytest.raises(ValueError, match=f"“{field}” is missing or not what it should be"):
        from_record(record)


def test_a_value_inside_a_list_is_named() -> None:
    """The field of the file or the attempt itself."""
    record = json.loads(json.dumps(to_json(to_record(PLAIN))))
    with pytest.raises(ValueError, match="“sha256” is missing"):
        from_record(record | {"files": [{"filename": "a", "mime_type": "text/plain", "sha256": "a" * 65}]})
    attempt = {"number": 1, "started_at": 0}
    with pytest.raises(ValueError, match="“remaining” is missing"):
        from_record(record | {"tried": [attempt | {"rate_limit": {"remaining": "few"}}]})
    with pytest.raises(ValueError, match="“tried” counts two alike"):
        from_record(record | {"tried": [attempt, attempt]})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    letters=LETTERS, content=st.binary(max_size=300) | st.just(b"From me\n>From you\n" * 40), pieces=st.integers(1, 99)
)
def test_an_mbox_reads_back(letters: list[Message], content: bytes, pieces: int, tmp_path: Path) -> None:
    """A mail program finds every mail with its texts and files, whatever lines they contain."""
    file = Attachment("From x.txt", "text/plain", len(content), "a" * 64)
    letters = [replace(letter, mail=replace(letter.mail, attachments=(file,))) for letter in letters]
    path = tmp_path / "mails.mbox"
    raw = write_all(Format.MBOX, letters, lambda _: iter(content[at : at + pieces] for at in range(0, 999, pieces)))
    # Nothing has to be quoted, so that nobody has to know how.
    assert len(re.findall(rb"^>*From ", raw, re.MULTILINE)) == len(letters)
    path.write_bytes(raw)
    box = mailbox.mbox(path)
    found = [email.message_from_bytes(box.get_bytes(key), policy=email.policy.default) for key in box.iterkeys()]
    box.close()
    assert len(found) == len(letters)
    for message, letter in zip(found, letters, strict=True):
        plain = message.get_body(("plain",))
        if letter.mail.text:
            assert plain is not None
            assert plain.get_payload(decode=True) == letter.mail.text.encode()
        (part,) = message.iter_attachments()
        assert (part.get_filename(), part.get_payload(decode=True)) == ("From x.txt", content)
        assert message["Date"].datetime.timestamp() == to_time(letter.summary.sort_key)


def test_an_mbox_begins_each_mail_with_its_time() -> None:
    """Times are in UTC as asctime formats them (RFC 4155); lines end in LF, and an empty line separates mails."""
    letter = to_record(PLAIN, sort_key=to_sort_key(NOW))
    raw = write_all(Format.MBOX, [letter, letter])
    first, second, third = raw.split(b"From MAILER-DAEMON Fri Jan 15 08:00:00 2027\n")
    assert first == b""
    assert second == third
    assert second.startswith(b"From: ")
    assert second.endswith(b"--\n\n")
    assert b"\r" not in raw


def test_a_large_file_goes_to_an_mbox_in_pieces() -> None:
    """However large it is: whenever more of it is read, nearly all before has been written."""
    file, piece = io.BytesIO(), bytes(100_000)

    def open_blob(_sha256: str) -> Iterator[bytes]:
        for number in range(40):
            assert file.tell() >= (number - 4) * len(piece) * 4 / 3
            yield piece

    attached = Attachment("large.bin", "a/b", 40 * len(piece), "a" * 64)
    open_writer(Format.MBOX, file, open_blob, UTC)(to_record(replace(PLAIN, attachments=(attached,))))
    assert file.tell() > 40 * len(piece) * 4 / 3


def test_contents_stand_before_their_mail_and_once() -> None:
    """In pieces of bounded length, whoever has them."""
    pieces = [b"a" * 3, b"b"]
    files = (Attachment("a", "a/b", 4, "ab" * 32), Attachment("b", "a/b", None, None, "files/1"))
    letter = to_record(replace(PLAIN, attachments=files))
    lines = write_all(Format.JSON_LINES, [letter, letter], lambda _: iter(pieces)).decode().splitlines()
    values = [json.loads(line) for line in lines]
    assert [value["type"] for value in values] == ["leadlex-composer", "file", "file", "mail", "mail"]
    assert [value["data"] for value in values[1:3]] == ["YWFh", "Yg=="]


@pytest.mark.parametrize("separator", Separator)
def test_every_separator_gives_the_same_columns(separator: Separator) -> None:
    """A spreadsheet that reads this separator finds each cell in its column, and no cell begins a formula."""
    letter = to_record(replace(PLAIN, subject='Hallo;=HYPERLINK("x"),=1\t=2', text="a;b,c\td\ne"))
    file = io.BytesIO()
    open_writer(Format.CSV, file, lambda _: iter(()), UTC, separator)(letter)
    content = file.getvalue()
    assert content.startswith(b"\xef\xbb\xbf")
    header, row = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=separator)
    assert tuple(header) == COLUMNS
    assert undo(row[COLUMNS.index("Subject")]) == letter.mail.subject
    assert row[COLUMNS.index("Text")] == letter.mail.text
    pieces = re.split("[\r\n;,\t|]", content.decode("utf-8-sig"))
    assert not [piece for piece in pieces if re.match(r"[\s\"]*[=+\-@]", piece)]
