"""Resets the container that a run of the page draws into."""

from __future__ import annotations

from streamlit.delta_generator_singletons import context_dg_stack, get_default_dg_stack_value


def draw_at_root() -> None:
    """Make this run of the whole page draw at its root.

    Streamlit 1.67 sets the thread's stack of containers for a fragment and does not reset it. If somebody asks for a
    run of the page just as a fragment ends, that run follows in the same thread (``runner.fastReruns = false``) and
    would draw the page inside the fragment's container. The browser would then drop the rest of the page, and crash on
    the next fragment.
    """
    context_dg_stack.set(get_default_dg_stack_value())
