"""A part of a page that is drawn again while something in it changes."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st


def render_live(draw: Callable[[], None], seconds: float | None) -> None:
    """Draw a part of the page, and again every so many seconds; None leaves it to the runs of the page.

    It is a fragment in both cases. After a click Streamlit redraws the fragment in which the button was drawn: nothing,
    where a run of the page has drawn the same part without a fragment meanwhile.
    """
    page_runs = [True]

    def draw_part() -> None:
        is_page_run = bool(page_runs)
        page_runs.clear()
        if not is_page_run and seconds is None:
            # A click, and the whole page may show what it has changed.
            st.rerun()
        draw()

    st.fragment(draw_part, run_every=seconds)()
