"""Erasing one message, or all of a contact or to an address, after a typed confirmation."""

from __future__ import annotations

import streamlit as st

from components.crm import Kind
from components.errors import ComposerError
from components.mailer.permissions import Right
from components.model import Connection
from components.store import Message, MessageSummary
from components.store.maintenance.erasure import ErasureExtent, ErasureTarget, is_erasable
from components.ui.permitted import is_permitted
from components.ui.services import services
from components.ui.session import session
from components.ui.widgets.crm_names import find_name
from components.ui.widgets.escaped_text import escape_markdown
from components.ui.widgets.labels import format_mails, format_time

#: What has to be typed before anything is erased.
_WORD = "erase"


def render_removed(summary: MessageSummary) -> None:
    """Say which parts of a message retention has removed; nothing for a complete message."""
    if summary.body_dropped_at is not None:
        removed = format_time(summary.body_dropped_at)
        st.info(f"The text of this mail is not kept any more. It was removed {removed}.")
    if summary.files_dropped_at is not None:
        removed = format_time(summary.files_dropped_at)
        st.info(f"The files of this mail are not kept any more. They were removed {removed}.")


def render_erase_button(message: Message) -> None:
    """Draw the button that opens the dialog; only settled and damaged messages have one."""
    summary = message.summary
    if not is_erasable(summary) or not is_permitted(Right.ADMINISTER):
        return
    st.button("Erase…", key=f"erase-{summary.id}", type="tertiary", on_click=_set_target, args=(summary.id,))
    if session().history.erasing_id == summary.id:
        _ask(message)


def _set_target(message_id: int | None = None) -> None:
    # Stored, so that a rerun by the list's refresh does not close the dialog.
    session().history.erasing_id = message_id


@st.dialog("Erase for good", on_dismiss=_set_target)
def _ask(message: Message) -> None:
    connection = session().connection
    if connection is None:
        st.info("Connect first, in Settings.")
        return
    workspace = connection.workspace_id
    number = message.summary.id
    choices = _list_choices(message)
    chosen = st.radio("What", range(len(choices)), format_func=lambda at: choices[at][0], key=f"erase-what-{number}")
    target = choices[chosen][1]
    extent = services().store.erasures.measure(workspace, target)
    st.markdown(
        f"This erases **{format_mails(extent.mails)}** from this installation: text, files, recipients, and what "
        "LeadLex answered. It cannot be brought back. Settings records the erasure, not the content."
    )
    st.caption(_describe_limits(extent))
    typed = st.text_input(f"Type “{_WORD}” to confirm", key=f"erase-word-{number}", live="300ms", autocomplete="off")
    sure = typed.strip().casefold() == _WORD and extent.mails > 0
    # Each choice has its own button, so that a click erases what its label names and not what was chosen since.
    key = f"erase-now-{number}-{chosen}"
    if st.button(f"Erase {format_mails(extent.mails)}", key=key, type="primary", disabled=not sure):
        _erase(connection, target)
        _set_target(None)
        st.rerun()


def _list_choices(message: Message) -> list[tuple[str, ErasureTarget]]:
    summary, mail = message.summary, message.mail
    choices = [("This mail alone", ErasureTarget("mail", str(summary.id)))]
    if summary.contact_id:
        name = find_name(Kind.CONTACT, summary.contact_id) or f"contact {summary.contact_id}"
        label = escape_markdown(f"All mails linked to {name}")
        choices.append((label, ErasureTarget("contact", summary.contact_id)))
    addresses = dict.fromkeys(address.mailbox for address in (*mail.to, *mail.cc, *mail.bcc))
    choices += [(escape_markdown(f"All mails to {each}"), ErasureTarget("address", each)) for each in addresses]
    return choices


def _describe_limits(extent: ErasureExtent) -> str:
    texts = ["Copies in the mailbox's Sent folder, with the recipients, in your drafts, exports and backups stay."]
    if services().store.keeps_remains:
        texts.append("The database server keeps remains in its files until VACUUM, and in its log and backups.")
    if extent.unsettled:
        texts.append(f"{format_mails(extent.unsettled)} still to be settled stay too; erase again when they are.")
    return " ".join(texts)


def _erase(connection: Connection, target: ErasureTarget) -> None:
    # What is kept in memory of their conversations goes too, whether or not everything can be erased.
    services().conversations.forget(connection.workspace_id)
    try:
        erased = services().administration.erase_mails(connection, target)
    except ComposerError as error:
        session().say(f"Not everything was erased: {error}", bad=True)
        return
    session().say(f"{format_mails(erased).capitalize()} erased.")
