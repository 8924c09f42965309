"""The field "Link": chips for the linked contact and deal, and a search by name, id or LeadLex address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import streamlit as st

from components.crm import Kind
from components.mailer.crm.linking import Link
from components.ui.modules import write_import
from components.ui.widgets.labels import join_facts

_FOLDER = Path(__file__).parent
_COMPOSE, _WIDGETS = _FOLDER.parent, _FOLDER.parents[1] / "widgets"
#: The field of ``Draft`` with the id of each kind.
FIELDS = {Kind.CONTACT: "contact_id", Kind.DEAL: "deal_id"}
#: Maximum characters of a text that is looked for.
_LENGTH = 2000
_WORDS = {Kind.CONTACT: "Contact", Kind.DEAL: "Deal"}

_mount = st.components.v2.component(
    "composer_links",
    html=(_FOLDER / "link_field.html").read_text("utf-8"),
    css="\n".join(
        sheet.read_text("utf-8")
        for sheet in (
            _WIDGETS / "suggestions.css",
            _COMPOSE / "recipients" / "recipients.css",
            _FOLDER / "hover_card.css",
            _FOLDER / "link_field.css",
        )
    ),
    js=write_import("compose/link_field/link_field.js"),
)


def render_link_field(
    links: Sequence[Link],
    card: Mapping[str, Sequence[str]],
    offers: Sequence[Link],
    can_search: bool,
    note: str,
    key: str,
) -> None:
    """Draw the field with what is linked, and ``offers`` for what is being typed into it.

    ``card`` tells of the linked contact, lines by their titles, which hovering over its chip shows. ``can_search``
    offers a search in LeadLex, which ``read_searched`` returns; ``note`` stands below, "" for none.
    """
    typed = read_link_typing(key)
    data = {
        "links": [_to_data(link) for link in links],
        "card": [[title, list(lines)] for title, lines in card.items()],
        "found": {"typed": typed, "offers": [_to_offer(link) for link in offers], "searches": can_search},
        "answered": _count(read_choice(key)),
        "note": note,
    }
    # Streamlit reports a state or trigger only if it has a callback; the functions below read them.
    _mount(
        key=key,
        data=data,
        on_choice_change=lambda: None,
        on_typed_change=lambda: None,
        on_search_change=lambda: None,
    )


def read_choice(key: str) -> object:
    """Return what the field has reported of a person's last choice or removal; None before the first."""
    state = st.session_state.get(key)
    return state.get("choice") if state else None


def read_link_changes(key: str, taken: object) -> Mapping[str, str]:
    """Return the ids that a person has chosen, "" for a removed one, by fields of ``Draft``.

    Nothing where the report is ``taken``: Python has gone beyond it.
    """
    choice = read_choice(key)
    if not isinstance(choice, Mapping) or choice == taken:
        return {}
    changes = choice.get("changes")
    if not isinstance(changes, Mapping):
        return {}
    return {name: changes[name] for name in FIELDS.values() if isinstance(changes.get(name), str)}


def read_link_typing(key: str) -> str:
    """Return the text that is being typed into the field."""
    state = st.session_state.get(key)
    return str(state.get("typed") or "")[:_LENGTH] if state else ""


def read_searched(key: str) -> str:
    """Return the text for which somebody has asked LeadLex to be searched, in the run of that; else ""."""
    state = st.session_state.get(key)
    return str(state.get("search") or "").strip()[:_LENGTH] if state else ""


def _count(choice: object) -> int:
    turn = choice.get("turn") if isinstance(choice, Mapping) else 0
    return turn if isinstance(turn, int) else 0


def _to_data(link: Link) -> dict[str, str]:
    return {"kind": link.kind, "id": link.id, "name": link.name, "note": link.note}


def _to_offer(link: Link) -> dict[str, str]:
    """Write an offer with a note that says what it is; where no name is ``known``, the id stands for it."""
    word = _WORDS[link.kind]
    note = join_facts(word, link.note) if link.name else f"{word} ID as typed"
    return {"kind": link.kind, "id": link.id, "known": link.name, "name": link.name or link.id, "note": note}
