"""The first words that a list shows of a mail."""

from __future__ import annotations

from dataclasses import replace

from components.store import Store
from tests.unit.store.samples import insert, to_message


def test_a_mails_first_words_are_kept_with_it(store: Store) -> None:
    """Without marks and tags, 120 characters at most."""
    workspace_id = store.workspaces.save_workspace("w", practice=False)
    mail = replace(to_message(workspace_id).mail, html="<p>Dear <strong>Jane</strong>!</p>" + "<p>word</p>" * 100)
    message_id = insert(store, workspace_id, mail=mail)
    summary = store.history.get_summary(message_id, workspace_id)
    assert summary is not None
    assert summary.preview == ("Dear Jane! " + "word " * 100)[:120]
