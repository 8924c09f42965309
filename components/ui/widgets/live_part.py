"""Draws a part of a page that refreshes itself while its content changes."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st


def render_live(draw: Callable[[], None], seconds: float | None) -> None:
    """Draw a part of the page and redraw it every ``seconds``; None redraws it only with the page.

    The part is a fragment in both cases. After a click Streamlit reruns the fragment that drew the button. If a run of
    the page had meanwhile drawn the part without a fragment, Streamlit would rerun nothing and the click would be lost.
    """
    page_runs = [True]

    def draw_part() -> None:
        is_page_run = bool(page_runs)
        page_runs.clear()
        if not is_page_run and seconds is None:
            # Somebody clicked, and the click may have changed any part of the page.
            st.rerun()
        draw()

    st.fragment(draw_part, run_every=seconds)()
