"""The first words that a list shows of a mail."""

from __future__ import annotations

from dataclasses import replace

import pytest

from components.store import Store
from tests.unit.store.samples import insert, to_message


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p>Dear <strong>Jane</strong>!</p>", "Dear Jane!"),
        ("<p>One</p><p>two<br>three</p>", "One two three"),
        ('<div style="x"><table><tr><td>a</td><td>b &amp; c</td></tr></table></div>', "a b & c"),
        ("<p>" + "word " * 100 + "</p>", ("word " * 24).strip()[:120]),
    ],
    ids=["inline", "blocks", "table", "long"],
)
def test_the_first_words_are_read_as_text(store: Store, html: str, words: str) -> None:
    """Without marks and tags, words apart where a reader sees them apart."""
    workspace_id = store.workspaces.save_workspace("w", practice=False)
    mail = replace(to_message(workspace_id).mail, html=html)
    message_id = insert(store, workspace_id, mail=mail)
    entry = store.history.get_entry(message_id, workspace_id)
    assert entry is not None
    assert entry.preview.strip() == words
