"""The people of the workspace in Settings, for admins under a sign-in: roles, removals, the drafts of a leaver."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from components.errors import ComposerError
from components.model import Connection, Member, Role
from components.ui.services import services
from components.ui.session import session
from components.ui.widgets.escaped_text import render_section, render_text
from components.ui.widgets.labels import format_time, join_facts

_ABOUT = {
    Role.READER: "reads the history",
    Role.WRITER: "writes drafts",
    Role.SENDER: "writes and sends",
    Role.ADMIN: "looks after people and data too",
}


def render_people(connection: Connection) -> None:
    """Draw everybody with role and visits, and what an admin can change. Raises NotPermitted and StoreError."""
    known = services().members.list_members(connection)
    render_section("People")
    st.caption("Whoever signs in with a key of this workspace is listed here. A change counts at their next click.")
    for member in known:
        with st.container(border=True, key=f"member-{member.id}"):
            _render_member(connection, member, [each for each in known if each.is_admitted])


def _render_member(connection: Connection, member: Member, present: Sequence[Member]) -> None:
    visits = f"since {format_time(member.since)}", f"last seen {format_time(member.seen_at)}"
    removed = f"removed {format_time(member.removed_at)}" if member.removed_at is not None else ""
    render_text((member.name, "strong"), (join_facts(member.address, *visits, removed), "faint"))
    is_fixed = member.id == connection.member_id or services().members.is_set_by_operator(member)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if member.is_admitted:
            _render_role(connection, member, is_fixed)
        else:
            let_in = (connection, services().members.readmit, member.id)
            st.button("Let in again", key=f"readmit-{member.id}", on_click=_change, args=let_in)
        if not is_fixed:
            _render_leaving(connection, member, [each for each in present if each.id != member.id])


def _render_role(connection: Connection, member: Member, is_fixed: bool) -> None:
    key = f"role-{member.id}-{member.role}"
    st.selectbox(
        "Role",
        list(Role),
        list(Role).index(member.role),
        format_func=lambda role: f"{role.capitalize()}: {_ABOUT[role]}",
        key=key,
        disabled=is_fixed,
        help="Your own role, and that of the server's admins, cannot be changed here." if is_fixed else None,
        on_change=_change_role,
        args=(connection, member.id, key),
    )


def _render_leaving(connection: Connection, member: Member, heirs: Sequence[Member]) -> None:
    """Draw what is done when somebody leaves: the removal, the drafts, the address."""
    members = services().members
    with st.popover("Remove or hand over…", key=f"leaving-{member.id}"):
        if member.is_admitted:
            st.markdown(
                "Their mails that wait are held for an admin. What they wrote and sent stays. Their private drafts can "
                "be handed over once they are removed."
            )
            gone = (connection, _remove, member.id)
            st.button("Remove", key=f"danger-remove-{member.id}", on_click=_change, args=gone)
        elif member.address:
            st.markdown("Another sign-in with this address is refused until you release it.")
            free = (connection, members.release_address, member.id)
            st.button("Release the address", key=f"release-{member.id}", on_click=_change, args=free)
        names = {each.id: each.name for each in heirs}
        heir_key = f"heir-{member.id}"
        st.selectbox("Drafts go to", list(names), format_func=names.__getitem__, key=heir_key)
        given = (connection, member.id, heir_key)
        st.button("Hand over the drafts", key=f"hand-over-{member.id}", on_click=_hand_over, args=given)


def _change(connection: Connection, change: Callable[[Connection, int], None], member_id: int) -> None:
    try:
        change(connection, member_id)
    except ComposerError as error:
        session().say(str(error), bad=True)


def _remove(connection: Connection, member_id: int) -> None:
    services().members.remove(connection, member_id)
    # Other processes notice at the next click; the pages of this one at once, in whatever part of them runs.
    services().browser_sessions.end_member(member_id, "You were removed from this workspace.")


def _change_role(connection: Connection, member_id: int, key: str) -> None:
    role = Role(st.session_state[key])
    _change(connection, lambda who, number: services().members.change_role(who, number, role), member_id)


def _hand_over(connection: Connection, member_id: int, heir_key: str) -> None:
    state = session()
    try:
        count = services().members.hand_over_drafts(connection, member_id, st.session_state[heir_key])
    except ComposerError as error:
        state.say(str(error), bad=True)
        return
    state.say(f"{count:,} drafts handed over." if count != 1 else "1 draft handed over.")
