"""Outbox: what waits, what is under way, and what needs a person."""

import streamlit as st

from components.model import Status
from components.ui.address import View, opened_id, opened_view
from components.ui.browser import ask_to_connect, hide_other_side, render_entries, render_opened
from components.ui.progress import is_moving
from components.ui.services import services
from components.ui.session import current_workspace


def render_outbox(workspace: int) -> None:
    """Draw the list in three groups, and the mail that is open."""
    hide_other_side()
    left, right = st.columns([2, 3], gap="large")
    with left, st.container(key="mails"):
        opened = opened_id(), opened_view()
        moving = any(is_moving(entry) for entry in services().store.outbox.list_open(workspace))
        st.fragment(render_groups, run_every=2.0 if moving else None)(workspace, moving, opened)
    with right, st.container(key="mail"):
        render_opened()


def render_groups(workspace: int, was_moving: bool, opened: tuple[int | None, View | None]) -> None:
    """Draw the three groups; the whole page is drawn anew once nothing moves any more, or another mail is opened."""
    entries = services().store.outbox.list_open(workspace)
    settled = was_moving and not any(is_moving(entry) for entry in entries)
    if settled or (opened_id(), opened_view()) != opened:
        st.rerun()
    if not entries:
        st.info("Nothing waits and nothing needs you. What was sent is under History.")
        return
    needing = [entry for entry in entries if entry.needs_you]
    moving = [entry for entry in entries if not entry.needs_you and entry.status is not Status.HELD]
    waiting = [entry for entry in entries if not entry.needs_you and entry.status is Status.HELD]
    for title, group in (("Needs you", needing), ("Under way", moving), ("Waiting", waiting)):
        if group:
            st.markdown(f"**{title}** ({len(group)})")
            render_entries(title, group, key=f"outbox-{title}")


st.subheader("Outbox", anchor=False)
open_workspace = current_workspace()
if open_workspace is None:
    ask_to_connect("the outbox")
else:
    render_outbox(open_workspace)
