"""Where a run of the page draws."""

from __future__ import annotations

from streamlit.delta_generator_singletons import context_dg_stack, get_default_dg_stack_value


def draw_at_root() -> None:
    """Have a run of the whole page draw at its root, whatever ran before it in the same thread.

    Streamlit 1.67 leaves the place where a fragment draws behind. A run of the page that is asked for in the moment in
    which one ends follows in its thread (``runner.fastReruns = false``) and would draw the page inside the fragment's
    container; the browser then throws away everything else and, at the next fragment, the whole page.
    """
    context_dg_stack.set(get_default_dg_stack_value())
