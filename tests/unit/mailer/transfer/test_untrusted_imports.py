"""An import is not trusted: every field is checked, files and mails of other workspaces stay theirs."""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from components.mailer.status_text import StatusContext, Tone, to_status_text
from components.mailer.transfer.formats import Format
from components.model import Attachment, Draft, OutgoingMail, Status
from components.store import Store
from components.store.engine import writing
from components.store.json_format import from_record
from components.store.json_format import to_record as to_json
from components.store.search.query import Query
from tests.summaries import list_summaries
from tests.unit.mailer.handover import write_all
from tests.unit.mailer.transfer.test_imports import PLAIN, export, take_over
from tests.unit.store.samples import NOW, to_record

ATTEMPT = {"number": 1, "started_at": NOW, "duration": 0.5, "outcome": "sent", "http_status": 200}
FILE = {"filename": "a.pdf", "mime_type": "application/pdf", "size": 3, "sha256": "ab" * 32}
MOMENTS = ("created_at", "first_attempt_at", "settled_at", "body_dropped_at", "files_dropped_at")
NO_MOMENTS: tuple[Any, ...] = (-1, -1e18, 1e18, NOW * 1000, 4_102_444_800, 2**63, "1800000000", True, [], {})
FAULTS: list[tuple[str, Any]] = [
    *((name, value) for name in MOMENTS for value in NO_MOMENTS),
    *(("tried", [ATTEMPT | {"started_at": value}]) for value in NO_MOMENTS),
    *(("tried", [ATTEMPT | {"duration": value}]) for value in (-1, 1e18, "1")),
    *(("tried", [ATTEMPT | {"rate_limit": {"reset_at": value}}]) for value in NO_MOMENTS),
    *(("tried", [ATTEMPT | {"rate_limit": {"remaining": value}}]) for value in (-1, 2**63, 1.5)),
    *(("tried", [ATTEMPT | {"outcome": value}]) for value in ("", "gone", 1)),
    *(("tried", [ATTEMPT | {"number": value}]) for value in (0, -1, 2, 2**31)),
    ("tried", [ATTEMPT, ATTEMPT]),
    *(("http_status", value) for value in (-1, 0, 99, 600, 2**31, "200")),
    *(("attempts", value) for value in (-1, 0, 2**31, None)),
    *(("tries", value) for value in (-1, 2, 2**31)),
    *(("status", value) for value in ("held", "sending", "draft", "gone", "", None, 1)),
    *(("draft_id", value) for value in ("", "x", "../x", "A" * 36, "c3ed762c-4765-4d77-a03e-87e3c4da3e47\n", None)),
    *(("idempotency_key", value) for value in ("", "x", 7)),
    *(("body_sha256", value) for value in ("", "g" * 64, "AB" * 32, "ab" * 33)),
    *(("body_length", value) for value in (-1, 2**63, 1.5)),
    *(("attachment_count", value) for value in (-1, 1, 7)),
    *(("reply_to", value) for value in ([["a", "a@x.org"], ["b", "b@x.org"]], ["a"], "a@x.org")),
    *(("to", value) for value in ([["a"]], [["a", "b", "c"]], [[1, 2]], [["", "a" * 2000]])),
    *(("contact_id", "x" * 2000), ("subject", "x" * 200_000), ("preview", "x" * 121), ("subject", "\ud800")),
    ("needs_you", True),
    ("needs_you", "yes"),
    *(("files", [FILE | {"sha256": value}]) for value in ("ab", "../x", 5)),
    *(("files", [FILE | {"mime_type": value}]) for value in ("", "a", "text/html; charset=x", "a/b\n")),
    *(("files", [FILE | {"size": value}]) for value in (-1, 2**63)),
]


def to_line(**changes: Any) -> dict[str, Any]:
    """A line of an export with other fields."""
    return to_json(to_record(PLAIN)) | {"tried": [ATTEMPT]} | changes


def to_file(*lines: dict[str, Any]) -> bytes:
    """The file of such lines."""
    return b"\n".join(json.dumps({"type": "mail", **line}).encode() for line in lines)


def test_a_sound_line_is_read() -> None:
    """What the faults below change is right in itself."""
    assert from_record(to_line()).attempts[0].number == 1
    assert from_record(to_line(files=[FILE], attachment_count=1)).mail.attachments[0].filename == "a.pdf"
    assert from_record(to_line(status="failed", needs_you=True)).summary.needs_you


@pytest.mark.parametrize(("name", "value"), FAULTS)
def test_a_value_that_cannot_be_right_is_a_fault(name: str, value: Any) -> None:
    """Every field has its range, its length or its choices, and fits to the others."""
    files = {"attachment_count": 1} if name == "files" else {}
    with pytest.raises(ValueError, match=r"“|come to rest"):
        from_record(to_line(**files, **{name: value}))


def test_a_faulty_line_costs_no_other(store: Store) -> None:
    """The fault names line and field; the history shows the others."""
    workspace_id = store.workspaces.save_workspace("w", False)
    found = take_over(store, workspace_id, to_file(to_line(), to_line(created_at=1e18), to_line()))
    assert (found.added, found.faults) == (2, [(2, "“created_at” is missing or not what it should be")])


@pytest.mark.parametrize(
    ("column", "value"),
    [(name, value) for name in (*MOMENTS, "due_at") for value in (1e18, -1e18, -1, NOW * 1000)]
    + [("status", "'gone'"), ("status", "''"), ("status", "7")],
)
def test_a_list_draws_whatever_a_row_holds(store: Store, column: str, value: object) -> None:
    """A bad row is named as such, in words; the rows beside it stay."""
    check_damage(store, column, value)


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("column", [*MOMENTS, "due_at"])
def test_a_list_draws_a_word_in_place_of_a_time(store: Store, column: str) -> None:
    """The same, where only SQLite accepts the value."""
    check_damage(store, column, "'soon'")


def check_damage(store: Store, column: str, value: object) -> None:
    """Put a value into a row behind the store's back, and check the row and the one beside it."""
    workspace_id = store.workspaces.save_workspace("w", False)
    store.transfer.insert_messages(workspace_id, [to_record(PLAIN, Status.FAILED), to_record(PLAIN)])
    with writing(store.engine) as connection:
        connection.exec_driver_sql(f"UPDATE message SET {column} = {value} WHERE id = 1")
    sound, bad = list_summaries(store, workspace_id)
    assert (sound.damage, bad.damage) == (None, column)
    about = StatusContext(NOW, True, None, lambda moment: time.ctime(moment))
    text = to_status_text(bad, about)
    assert (text.word, text.tone, text.actions) == ("Damaged", Tone.BAD, ())
    assert column in text.happened
    whole = store.history.get_message(bad.id, workspace_id)
    assert whole is not None
    assert write_all(Format.CSV, [whole])
    assert write_all(Format.MBOX, [whole])


# Files of other workspaces.

CONTENT = b"a secret of another workspace"


def name_file(sha256: str, name: str = "a.pdf") -> dict[str, Any]:
    """A line whose mail names a content."""
    return to_line(files=[FILE | {"sha256": sha256, "filename": name}], attachment_count=1)


def list_files(store: Store, workspace_id: int) -> list[Attachment]:
    """The files of all mails of a workspace."""
    return [file for each in store.iteration.iterate_messages(workspace_id, Query()) for file in each.mail.attachments]


@pytest.mark.parametrize("owner", ["mail", "draft", "nobody"])
def test_a_hash_gives_nobody_a_file_of_another_workspace(store: Store, owner: str) -> None:
    """A foreign content is answered exactly as one that does not exist."""
    theirs, mine = (store.workspaces.save_workspace(name, False) for name in ("theirs", "mine"))
    sha256 = store.blobs.save_blob([CONTENT])
    file = Attachment("s.pdf", "application/pdf", len(CONTENT), sha256)
    if owner == "mail":
        store.transfer.insert_messages(theirs, [to_record(replace(PLAIN, attachments=(file,)))])
    elif owner == "draft":
        store.drafts.save_draft(Draft(str(uuid.uuid4()), attachments=(file,)), theirs)
    foreign = take_over(store, mine, to_file(name_file(sha256)))
    unknown = take_over(store, mine, to_file(name_file("cd" * 32)))
    assert foreign.faults == unknown.faults != []
    assert [(each.sha256, each.size) for each in list_files(store, mine)] == [(None, 3), (None, 3)]


@pytest.mark.parametrize("owner", ["mail", "draft"])
def test_a_file_that_the_workspace_names_already_is_found(store: Store, owner: str) -> None:
    """A mail or a draft of the same workspace is right enough, and its size is the content's."""
    mine = store.workspaces.save_workspace("mine", False)
    sha256 = store.blobs.save_blob([CONTENT])
    file = Attachment("s.pdf", "application/pdf", len(CONTENT), sha256)
    if owner == "mail":
        store.transfer.insert_messages(mine, [to_record(replace(PLAIN, attachments=(file,)))])
    else:
        store.drafts.save_draft(Draft(str(uuid.uuid4()), attachments=(file,)), mine)
    assert take_over(store, mine, to_file(name_file(sha256))).faults == []
    assert list_files(store, mine)[-1] == Attachment("a.pdf", "application/pdf", len(CONTENT), sha256)


def test_a_file_name_follows_the_rules_of_attachments(store: Store) -> None:
    """No folders, no control characters, no marks that turn the direction."""
    mine = store.workspaces.save_workspace("mine", False)
    names = {
        "../../etc/passwd": "passwd",
        "..\\..\\boot.ini": "boot.ini",
        "/etc/passwd": "passwd",
        "invoice\u202efdp.exe": "invoicefdp.exe",
        "a\r\nb.pdf": "ab.pdf",
        "a.pdf. .": "a.pdf",
    }
    take_over(store, mine, to_file(*(name_file("cd" * 32, name) for name in names)))
    assert sorted(each.filename for each in list_files(store, mine)) == sorted(names.values())


def test_a_file_without_a_usable_name_is_a_fault(store: Store) -> None:
    """The line is named."""
    mine = store.workspaces.save_workspace("mine", False)
    names = ("", "..", "../", "/", ". ", "\u200b")
    found = take_over(store, mine, to_file(*(name_file("cd" * 32, name) for name in names)))
    assert (found.added, [line for line, _ in found.faults]) == (0, [*range(1, len(names) + 1)])


# Mails of other workspaces.


def test_here_already_is_said_of_the_own_workspace_only(store: Store) -> None:
    """A mail that another workspace has arrives all the same, once, and can never be sent twice under a new key."""
    theirs, mine = (store.workspaces.save_workspace(name, False) for name in ("theirs", "mine"))
    letters = [to_record(PLAIN), to_record(PLAIN, Status.UNKNOWN, first_attempt_at=NOW)]
    store.transfer.insert_messages(theirs, letters)
    content = export(store, theirs)
    for added in (2, 0):
        found = take_over(store, mine, content)
        assert (found.mails, found.added, found.faults) == (2, added, [])
    unknown, sent = list_summaries(store, mine)
    assert (sent.status, unknown.status, unknown.first_attempt_at) == (Status.SENT, Status.UNKNOWN, None)
    assert {sent.idempotency_key, unknown.idempotency_key}.isdisjoint(each.summary.idempotency_key for each in letters)
    assert len(list_summaries(store, theirs)) == 2
    assert take_over(store, theirs, content).added == 0


# HTML.


STYLES = [
    "position:fixed",
    "position:absolute;top:0",
    "display:none",
    "margin:-9999px",
    "margin:0 0 -10px 0",
    "z-index:9",
    "opacity:0",
    "color:red;position:fixed",
    "background:red",
    "transform:none",
    "COLOR:red",
    "float:left",
    "color:",
]


def test_styles_follow_the_rules_of_messages(store: Store) -> None:
    """Only the composer's properties stay; the body counts as cleaned."""
    mine = store.workspaces.save_workspace("mine", False)
    bodies = [PLAIN.html.replace("<p ", f'<p style="{style}"><p ', 1) for style in STYLES]
    mails = [to_record(replace(PLAIN, html=html)) for html in bodies]
    found = take_over(store, mine, write_all(Format.JSON_LINES, mails))
    letters = list(store.iteration.iterate_messages(mine, Query()))
    assert (found.added, found.cleaned, len(letters)) == (len(STYLES),) * 3
    assert [style for style in STYLES if any(style in letter.mail.html for letter in letters)] == []


@pytest.mark.parametrize(
    "html",
    [
        "<ul><li>" * 30_000,
        "<div>" * 100_000,
        "<blockquote>" * 20_000 + "x",
        "<b>x" * 50_000,
        "<p>a" * 300_000,
        "<table><tr><td>" * 20_000,
    ],
)
def test_costly_html_costs_seconds_at_most(store: Store, html: str) -> None:
    """It is rendered within the deadline of a message or is a fault on its line; the next line arrives."""
    mine = store.workspaces.save_workspace("mine", False)
    costly: OutgoingMail = replace(PLAIN, html=html)
    began = time.monotonic()
    found = take_over(store, mine, write_all(Format.JSON_LINES, [to_record(costly), to_record(PLAIN)]))
    assert time.monotonic() - began < 60
    assert (found.added, [line for line, _ in found.faults]) in ((1, [2]), (2, []))
    assert any(message.mail.html == PLAIN.html for message in store.iteration.iterate_messages(mine, Query()))


def test_the_old_rows_are_gone_by_erasing(store: Store) -> None:
    """A damaged row can be erased like any other."""
    workspace_id = store.workspaces.save_workspace("w", False)
    store.transfer.insert_messages(workspace_id, [to_record(PLAIN)])
    with writing(store.engine) as connection:
        connection.execute(sa.text("UPDATE message SET created_at = 1e18, settled_at = -5"))
    (bad,) = list_summaries(store, workspace_id)
    assert bad.damage == "created_at, settled_at"
