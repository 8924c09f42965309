"""The versions of the open draft of the last week: looking at one, comparing it with the draft, restoring it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from itertools import islice

import streamlit as st

from components.model import Draft
from components.store import DraftVersion
from components.ui.compose.draft_sync import change_draft, keep_typed, read_fields, save_draft
from components.ui.services import services
from components.ui.session import session
from components.ui.widgets.labels import format_time

#: The fields that a comparison names, by their names in ``Draft``.
_FIELDS = {"to": "To", "cc": "Cc", "bcc": "Bcc", "reply_to": "Reply-To", "subject": "Subject"}
#: The fields that a version brings back.
_RESTORED = (*_FIELDS, "markdown", "plain_text", "contact_id", "deal_id", "thread_id", "attachments")


def render_versions() -> None:
    """Draw the button that shows the versions of a saved draft. Raises StoreError."""
    state = session()
    connection, composer = state.connection, state.composer
    if connection is None or composer.saving.draft is None:
        return
    st.button("Versions…", key="versions", type="tertiary", icon=":material/history:", on_click=_toggle, args=(True,))
    if composer.shows_versions:
        _show(services().drafts.list_versions(connection, composer.draft.id))


def _toggle(is_shown: bool = False) -> None:
    # Stored, so that a run of the page does not close the dialog.
    session().composer.shows_versions = is_shown


@st.dialog("Versions", width="large", on_dismiss=_toggle)
def _show(versions: tuple[DraftVersion, ...]) -> None:
    composer = session().composer
    if not composer.shows_versions:
        st.rerun()
    if not versions:
        st.markdown("None yet. The draft is kept every few minutes, and when somebody else goes on writing.")
        return
    st.caption("What the draft held before, kept for a week. Lines with - were there then, lines with + are there now.")
    times = [format_time(version.kept_at) for version in versions]
    names = [f"{at}, {version.name}" if version.name else at for at, version in zip(times, versions, strict=True)]
    key = f"version-{composer.draft.id}"
    chosen = st.selectbox("Version", range(len(versions)), format_func=names.__getitem__, key=key)
    version = versions[chosen]
    difference = "\n".join(compare(version.draft, composer.draft))
    if not composer.reads_along:
        st.button(
            "Restore this version",
            key=f"restore-{version.id}",
            type="primary",
            disabled=not difference,
            on_click=_restore,
            args=(version.draft,),
        )
    # Last: it grows once the browser has loaded what draws code, and would push the button away.
    st.code(difference or "The draft says the same.", language="diff" if difference else None, wrap_lines=True)


def compare(before: Draft, after: Draft) -> Iterator[str]:
    """Yield the lines that differ between two versions, ``-`` before and ``+`` after, with those around them."""
    lines = difflib.unified_diff(_to_lines(before), _to_lines(after), lineterm="", n=2)
    # Without the two lines that name files, and those with numbers of lines.
    return (line for line in islice(lines, 2, None) if not line.startswith("@"))


def _restore(version: Draft) -> None:
    """Have the open draft say what a version says; what it says now is kept as a version too."""
    _toggle(False)
    if keep_typed(read_fields()):
        change_draft(**{name: getattr(version, name) for name in _RESTORED})
        save_draft()


def _to_lines(draft: Draft) -> list[str]:
    """Write a draft as lines of text: its fields, its files, its message."""
    fields = [f"{label}: {getattr(draft, name)}" for name, label in _FIELDS.items() if getattr(draft, name)]
    files = [f"File: {file.filename}" for file in draft.attachments]
    plain = ["Plain text:", *draft.plain_text.splitlines()] if draft.plain_text else []
    return [*fields, *files, "", *draft.markdown.splitlines(), *plain]
