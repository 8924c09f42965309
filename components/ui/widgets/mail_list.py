"""The list of mails or drafts: who, and when or what became of it; subject, first words, author. A click opens one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import streamlit as st

from components.ui.modules import write_import

_FOLDER = Path(__file__).parent
_mount = st.components.v2.component(
    "composer_mail_list",
    html='<div class="list" role="group"></div>\n',
    css=(_FOLDER / "mail_list.css").read_text("utf-8"),
    js=write_import("widgets/mail_list.js"),
)


@dataclass(frozen=True, slots=True)
class MailRow:
    """One row of the list; ``tone`` is one of good, calm, doubt, bad.

    ``word`` is shown in place of ``when``; ``by`` names the author, ``mark`` says what is known of an answer. ``title``
    is the row's tooltip. ``heading`` is shown above the row, where a new section of the list begins.
    Ranges are highlighted in the subject and the preview, ``[start, end)`` in characters (code points).
    """

    id: str
    who: str
    when: str
    subject: str
    preview: str
    word: str = ""
    tone: str = "calm"
    subject_ranges: tuple[tuple[int, int], ...] = ()
    preview_ranges: tuple[tuple[int, int], ...] = ()
    heading: str = ""
    by: str = ""
    mark: str = ""
    title: str = ""


#: Characters of a text that a row can show; a damaged record may have megabytes.
_SHOWN = 300


def _to_data(row: MailRow) -> dict[str, object]:
    shown = {name: getattr(row, name)[:_SHOWN] for name in ("who", "subject", "preview")}
    return {field.name: getattr(row, field.name) for field in fields(row)} | shown


_NO_ACTIONS: Mapping[str, Callable[[str], None]] = {}


def render_mail_list(
    label: str,
    rows: Sequence[MailRow],
    open_id: str,
    key: str,
    on_open: Callable[[str], None],
    actions: Mapping[str, Callable[[str], None]] = _NO_ACTIONS,
    search_key: str = "",
    on_close: Callable[[], None] | None = None,
) -> None:
    """Draw the list, the row ``open_id`` marked, with a button for each of ``actions`` (label → callback) in each row.

    ``on_open`` or the action is called with the row's id before the next run. With ``on_close`` the keys "j" and "k"
    open the next mail and the one before, "u" closes it, and Enter leads into it. With the key of a search field in
    ``search_key``, "/" focuses that field, and the keys work from anywhere on the page.
    """

    def opened() -> None:
        chosen = st.session_state[key].get("open")
        if isinstance(chosen, str):
            on_open(chosen)

    def acted() -> None:
        chosen = st.session_state[key].get("act") or {}
        action = actions.get(str(chosen.get("action")))
        if action is not None:
            action(str(chosen.get("id")))

    def closed() -> None:
        if on_close is not None:
            on_close()

    data = {
        "label": label,
        "rows": [_to_data(row) for row in rows],
        "open": open_id,
        "actions": list(actions),
        "search": search_key,
        "reads": on_close is not None,
    }
    _mount(key=key, data=data, on_open_change=opened, on_act_change=acted, on_close_change=closed)
