"""Choosing when a message is sent, in the person's time zone."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import streamlit as st
from streamlit.runtime.scriptrunner import RerunException

from components.mailer.send_times import list_choices, to_moment
from components.ui.widgets.labels import format_time, zone


def render_send_times(prefix: str, choose: Callable[[float], None]) -> None:
    """Draw the suggested times and a day and time of one's own; ``choose`` is called with the moment (epoch seconds).

    ``prefix`` begins the widget keys.
    """
    here = zone()
    now = datetime.fromtimestamp(time.time(), here)
    for choice in list_choices(now):
        moment = choice.at.timestamp()
        beside = f"{choice.at:%a} {choice.at.day} {choice.at:%b}"
        label = f"{choice.label} · {format_time(moment) if choice.label == 'In an hour' else beside}"
        st.button(label, key=f"{prefix}-{choice.label}", on_click=choose, args=(moment,), width="stretch")
    st.divider()
    soon = now + timedelta(hours=2)
    day_key, time_key = f"{prefix}-day", f"{prefix}-time"
    st.date_input("Day", value=soon.date(), min_value=now.date(), key=day_key)
    st.time_input("Time", value=soon.replace(minute=0, second=0, microsecond=0).time(), key=time_key)

    def choose_picked() -> None:
        # The click can come before the page is drawn with the latest choice, so it reads the fields itself. An
        # interruption repeats the reading (``components.ui.callbacks``), but never ``choose``, which sends.
        try:
            picked = to_moment(st.session_state[day_key], st.session_state[time_key], here)
        except RerunException:
            choose_picked()
            raise
        choose(picked.timestamp())

    st.button("Schedule", key=f"{prefix}-picked", on_click=choose_picked, type="primary", width="stretch")
    st.caption(f"Times are in {here.key}. Keep the app running until then.")
