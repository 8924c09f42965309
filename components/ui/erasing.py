"""Erasing one mail, or all of a contact or to an address, after a confirmation in words."""

from __future__ import annotations

import time

import streamlit as st

from components.errors import ComposerError
from components.store import Entry, Message
from components.store.erasing import SETTLED, Extent, Target
from components.ui.services import services
from components.ui.session import current_workspace, session
from components.ui.words import literal, when

#: What has to be typed before anything is erased.
_WORD = "erase"


def render_losses(entry: Entry) -> None:
    """Say what of a mail is not kept any more; nothing for a mail that is whole."""
    if entry.body_dropped_at is not None:
        st.info(f"The text of this mail is not kept any more. It was removed {when(entry.body_dropped_at)}.")
    if entry.files_dropped_at is not None:
        st.info(f"The files of this mail are not kept any more. They were removed {when(entry.files_dropped_at)}.")


def render_erasing(letter: Message) -> None:
    """Draw the control that erases a mail that is settled, or others with it."""
    entry = letter.entry
    if entry.status not in SETTLED:
        return
    st.button("Erase…", key=f"erase-{entry.id}", type="tertiary", on_click=_begin, args=(entry.id,))
    if session().history.erasing_id == entry.id:
        _ask(letter)


def _begin(number: int | None = None) -> None:
    # Kept, so that the list beside it, which draws the page anew by itself, does not close the question.
    session().history.erasing_id = number


@st.dialog("Erase for good", on_dismiss=_begin)
def _ask(letter: Message) -> None:
    workspace = current_workspace()
    if workspace is None:
        st.info("Connect first, in Settings.")
        return
    number = letter.entry.id
    choices = _list_choices(letter)
    chosen = st.radio("What", range(len(choices)), format_func=lambda at: choices[at][0], key=f"erase-what-{number}")
    target = choices[chosen][1]
    extent = services().store.erasures.measure(workspace, target)
    st.markdown(
        f"This erases **{_count(extent.mails)}** from this installation: text, files, recipients, and what LeadLex "
        "answered. It cannot be brought back. That something was erased is noted in Settings, without any of it."
    )
    st.caption(_to_limits(extent))
    typed = st.text_input(f"Type “{_WORD}” to confirm", key=f"erase-word-{number}", live="300ms", autocomplete="off")
    sure = typed.strip().casefold() == _WORD and extent.mails > 0
    if st.button(f"Erase {_count(extent.mails)}", key=f"erase-now-{number}", type="primary", disabled=not sure):
        _erase(workspace, target)
        _begin(None)
        st.rerun()


def _list_choices(letter: Message) -> list[tuple[str, Target]]:
    entry, mail = letter.entry, letter.mail
    choices = [("This mail alone", Target("mail", str(entry.id)))]
    if entry.contact_id:
        choices.append(
            (literal(f"All mails linked to contact {entry.contact_id}"), Target("contact", entry.contact_id))
        )
    addresses = dict.fromkeys(address.mailbox for address in (*mail.to, *mail.cc, *mail.bcc))
    choices += [(literal(f"All mails to {each}"), Target("address", each)) for each in addresses]
    return choices


def _to_limits(extent: Extent) -> str:
    texts = ["Copies in the mailbox's Sent folder, with the recipients, in your drafts, exports and backups stay."]
    if extent.unsettled:
        texts.append(f"{_count(extent.unsettled)} still to be settled stay too; erase again when they are.")
    return " ".join(texts)


def _erase(workspace: int, target: Target) -> None:
    try:
        erased = services().store.erasures.erase_mails(workspace, target, time.time())
    except ComposerError as error:
        session().say(f"Not everything was erased: {error}", bad=True)
        return
    session().say(f"{_count(erased).capitalize()} erased.")


def _count(mails: int) -> str:
    return "1 mail" if mails == 1 else f"{mails:,} mails"
