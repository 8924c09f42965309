"""Choosing when a mail goes out, in the person's own time zone."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import streamlit as st

from components.mailer.schedule import list_choices, to_moment
from components.store import Entry
from components.ui.actions import reschedule, send
from components.ui.session import zone
from components.ui.words import when


def render_send_later(disabled: bool) -> None:
    """The menu beside Send."""
    with st.popover("Later", key="send-later", disabled=disabled):
        st.markdown("**Send later**")
        _render_choices("later", send)


def render_reschedule(entry: Entry) -> None:
    """The menu that moves a waiting mail."""
    with st.popover("Change time", key=f"move-{entry.id}"):
        _render_choices(f"move-{entry.id}", lambda moment: reschedule(entry.id, moment))


def _render_choices(prefix: str, choose: Callable[[float], None]) -> None:
    here = zone()
    now = datetime.fromtimestamp(time.time(), here)
    for choice in list_choices(now):
        moment = choice.at.timestamp()
        label = f"{choice.label} · {when(moment)}" if choice.label == "In an hour" else choice.label
        st.button(label, key=f"{prefix}-{choice.label}", on_click=choose, args=(moment,), width="stretch")
    st.divider()
    soon = now + timedelta(hours=2)
    day_key, time_key = f"{prefix}-day", f"{prefix}-time"
    day = st.date_input("Day", value=soon.date(), min_value=now.date(), key=day_key)
    clock = st.time_input("Time", value=soon.replace(minute=0, second=0, microsecond=0).time(), key=time_key)
    picked = to_moment(day, clock, here)
    st.button(
        "Schedule",
        key=f"{prefix}-picked",
        on_click=choose,
        args=(picked.timestamp(),),
        type="primary",
        width="stretch",
    )
    st.caption(f"Times are in {here.key}. The app must be running then.")
