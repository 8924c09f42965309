"""What was exported arrives whole and once; what cannot be read is told by its line and costs nothing else."""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from components.errors import InputError
from components.mailer.transfer.formats import Format
from components.mailer.transfer.imports import Import, Progress
from components.message.html.imported_html import is_own_html
from components.message.rendering.imports import sanitise_in_process
from components.message.rendering.pipeline import render_in_process
from components.model import Address, Attachment, OutgoingMail
from components.store import Message, Store
from components.store.search.query import Query
from tests.unit.mailer.handover import LETTER, write_all
from tests.unit.store.samples import to_record

pytestmark = pytest.mark.databases("sqlite", "postgresql")

PLAIN = OutgoingMail(
    to=(Address("Jane", "jane@example.com"),), subject="Hi", html=render_in_process("Hi").html, text="Hi"
)


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Store]:
    """Another installation."""
    opened = Store(f"sqlite:///{tmp_path / 'other' / 'composer.db'}")
    yield opened
    opened.close()


def export(store: Store, workspace_id: int) -> bytes:
    """All that a workspace has."""
    letters = list(store.iteration.iterate_messages(workspace_id, Query()))
    return write_all(Format.JSON_LINES, letters, store.blobs.read_blob)


def take_over(store: Store, workspace_id: int, content: bytes) -> Progress:
    """Import a file."""
    return Import(store, workspace_id).run(io.BytesIO(content))


def strip(letters: list[Message]) -> list[Message]:
    """Without what only one database knows."""
    return [replace(each, summary=replace(each.summary, id=0, workspace_id=0)) for each in letters]


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(letters=st.lists(LETTER, max_size=4))
def test_an_export_arrives_whole_and_once(store: Store, other: Store, letters: list[Message]) -> None:
    """Every mail is the same there as here; a second import adds nothing."""
    mine, theirs = (each.workspaces.save_workspace(uuid.uuid4().hex, False) for each in (store, other))
    letters = [replace(each, mail=replace(each.mail, html=sanitise_in_process(each.mail.html))) for each in letters]
    store.transfer.insert_messages(mine, letters)
    content = export(store, mine)
    found = take_over(other, theirs, content)
    assert (found.mails, found.added, found.faults, found.done) == (len(letters), len(letters), [], len(content))
    assert strip(list(other.iteration.iterate_messages(theirs, Query()))) == strip(
        list(store.iteration.iterate_messages(mine, Query()))
    )
    again = take_over(other, theirs, content)
    assert (again.mails, again.added) == (len(letters), 0)


def test_files_come_along_and_are_kept_once(store: Store, other: Store) -> None:
    """A file of several pieces, in two mails; what was let go stays let go."""
    mine, theirs = (each.workspaces.save_workspace("w", False) for each in (store, other))
    content = b"".join(number.to_bytes(4, "big") for number in range(130_000))
    large = Attachment("a.pdf", "application/pdf", len(content), store.blobs.save_blob([content]))
    gone = Attachment("b.pdf", "application/pdf", 3)
    letters = [to_record(replace(PLAIN, attachments=(large, gone))), to_record(replace(PLAIN, attachments=(large,)))]
    store.transfer.insert_messages(mine, letters)
    found = take_over(other, theirs, export(store, mine))
    assert (found.added, found.faults) == (2, [])
    arrived = list(other.iteration.iterate_messages(theirs, Query()))
    assert [each.mail.attachments for each in arrived] == [(large, gone), (large,)]
    assert b"".join(other.blobs.read_blob(str(large.sha256))) == content


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "it is not JSON"),
        (b"[" * 100_000, "it is not JSON"),
        (b"\xff\xfe", "it is not JSON"),
        (b"[]", "it is no JSON object"),
        (b"{}", "it is neither a mail nor a piece of a file"),
        (b'{"type":"mail"}', "“draft_id” is missing"),
        (b'{"type":"file","sha256":"ab","number":1,"data":""}', "does not follow the one before"),
        (b'{"type":"file","sha256":"ab","number":0,"data":"YQ=="}', "is not whole, or has been changed"),
        (b'{"type":"file","sha256":"ab","number":0,"data":"?"}', ""),
        (b'{"type":"file","sha256":"ab","number":0}', "is not whole"),
        (b'"' + b"x" * (17 << 20) + b'"', "longer than 16 MB"),
    ],
)
def test_a_faulty_line_is_told_and_costs_no_other(store: Store, line: bytes, reason: str) -> None:
    """By its number and reason; the mails before and after it arrive."""
    workspace_id = store.workspaces.save_workspace("w", False)
    lines = write_all(Format.JSON_LINES, [to_record(PLAIN), to_record(PLAIN)]).splitlines()
    found = take_over(store, workspace_id, b"\n".join([*lines[:2], line, b"", *lines[2:]]))
    assert found.added == 2
    assert found.fault_count >= 1
    assert found.faults[0][0] == 3
    assert reason in found.faults[0][1]


def test_a_mail_comes_without_the_file_that_is_missing(store: Store) -> None:
    """Its text is worth more than a refusal; what is missing is told."""
    workspace_id = store.workspaces.save_workspace("w", False)
    letter = to_record(replace(PLAIN, attachments=(Attachment("a.pdf", "a/b", 1, "ab" * 32),)))
    content = write_all(Format.JSON_LINES, [letter], lambda _: iter(()))
    found = take_over(store, workspace_id, content)
    assert (found.added, found.faults[0][1]) == (
        1,
        "its file “a.pdf” is missing; the mail was taken over without it",
    )


def test_what_is_not_at_rest_is_refused(store: Store) -> None:
    """Taking it over must never send it."""
    workspace_id = store.workspaces.save_workspace("w", False)
    lines = write_all(Format.JSON_LINES, [to_record(PLAIN)]).replace(b'"status":"sent"', b'"status":"held"')
    found = take_over(store, workspace_id, lines)
    assert (found.added, found.faults) == (0, [(2, "the mail has not come to rest")])


def test_a_file_of_a_newer_version_is_refused(store: Store) -> None:
    """Before anything is taken over, saying what to do."""
    with pytest.raises(InputError, match=r"newer version.*Update the app"):
        take_over(store, 1, json.dumps({"type": "leadlex-composer", "version": 2}).encode())


def test_cancelling_keeps_what_has_arrived(store: Store) -> None:
    """Nothing is half there, and importing again adds the rest."""
    workspace_id = store.workspaces.save_workspace("w", False)
    content = write_all(Format.JSON_LINES, [to_record(PLAIN) for _ in range(250)])
    progress = Progress()

    class Paper(io.BytesIO):
        def readline(self, size: int | None = -1, /) -> bytes:
            if progress.added:
                progress.cancelled.set()
            return super().readline(size)

    Import(store, workspace_id, progress).run(Paper(content))
    assert 0 < progress.added < 250
    assert take_over(store, workspace_id, content).added == 250 - progress.added


FOREIGN = [
    "<script>alert(1)</script>", '<img src="https://x.org/a.png" onerror="alert(1)">',
    '<a href="javascript:1">x</a>',
    '<p style="background:url(https://x.org)">x</p>', '<iframe src="https://x.org"></iframe>',
    "<p>a < b</p>", "<!-- x -->",
    '<p style="width:expression(1)">x</p>', "<svg><p>x</p></svg>", "<p title='a'>x</p>",
    '<p style="a:\\75rl">x</p>',
]  # fmt: skip


def test_foreign_html_is_sanitised(store: Store) -> None:
    """Nothing is stored that the composer would not write; that it was changed is counted."""
    workspace_id = store.workspaces.save_workspace("w", False)
    mails = [to_record(replace(PLAIN, html=html)) for html in FOREIGN]
    found = take_over(store, workspace_id, write_all(Format.JSON_LINES, mails))
    letters = list(store.iteration.iterate_messages(workspace_id, Query()))
    assert (found.added, found.cleaned, len(letters)) == (len(FOREIGN),) * 3
    for letter in letters:
        assert is_own_html(letter.mail.html)
        assert not any(
            word in letter.mail.html for word in ("<script", "onerror", "javascript:", "url(", "<iframe", "<!--")
        )


@given(st.text(st.sampled_from("ab \n*_`#>|-[]()!<&\"'\xa0éش1.:/@"), max_size=80))
def test_what_the_composer_writes_is_left_as_it_is(markdown: str) -> None:
    """Byte for byte: the digest of what was sent must stay true."""
    html = render_in_process(
        markdown + "\n\n| a | b |\n|--|--:|\n| 1 | [x](https://x.org/?a=1&b=2) |\n\n```\nx\n```"
    ).html
    assert sanitise_in_process(html) == html
