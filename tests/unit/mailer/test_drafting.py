"""Comments and versions stay with the draft: nothing that leaves the app contains them."""

from __future__ import annotations

import mailbox
from contextlib import closing
from datetime import UTC
from pathlib import Path

import pytest

from components.mailer.draft_comments import DraftComments
from components.mailer.drafts import Drafts
from components.mailer.transfer.exports import Exports
from components.mailer.transfer.formats import Format
from components.model import Draft, Status
from components.store.search.query import Query
from tests.unit.mailer.rig import MAIL, Rig, await_true

DRAFT = "d" * 36
MARK = "between ourselves"


@pytest.fixture
def sent(rig: Rig) -> int:
    """A mail that went out, whose draft had a comment and a version."""
    drafts, comments = Drafts(rig.store, rig.permissions), DraftComments(rig.store, rig.permissions)
    drafts.save_draft(rig.connection, Draft(DRAFT, subject=MAIL.subject, markdown=MAIL.markdown))
    drafts.keep_version(rig.connection, Draft(DRAFT, subject=f"{MARK}, version", markdown=MARK))
    comments.add_comment(rig.connection, DRAFT, f"{MARK}: **12,500**")
    message_id = rig.send(draft_id=DRAFT)
    assert rig.settle(message_id).status is Status.SENT
    return message_id


def test_a_request_has_nothing_of_them(rig: Rig, sent: int) -> None:
    """Neither the body nor the stored message, of which every view and file of a mail is made."""
    ((_, body),) = rig.wire.seen
    message = rig.store.history.get_message(sent, rig.workspace_id)
    assert MAIL.html.encode() in body.replace(b"\\u003c", b"<").replace(b"\\u003e", b">")
    assert MARK.encode() not in body
    assert MARK not in repr(message)


@pytest.mark.usefixtures("sent")
@pytest.mark.parametrize("kind", Format)
def test_an_export_has_nothing_of_them(rig: Rig, tmp_path: Path, kind: Format) -> None:
    """In any format."""
    exports = Exports(rig.store, tmp_path / "exports")
    export = exports.start(rig.workspace_id, Query(), kind, "mails", UTC)
    await_true(lambda: export.ready)
    assert export.mails == (1, 1)
    content = export.path.read_bytes()
    decoded = content
    if kind is Format.MBOX:
        with closing(mailbox.mbox(export.path)) as box:
            parts = [part for mail in box for part in mail.walk()]
        decoded += b"".join(bytes(part.get_payload(decode=True) or b"") for part in parts if not part.is_multipart())
    assert b"jane@example.com" in content
    assert MARK.encode() not in decoded
    exports.close()
