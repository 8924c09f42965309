"""Callbacks that finish what a click has begun."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec

from streamlit.runtime.scriptrunner import RerunException

P = ParamSpec("P")


def uninterrupted(callback: Callable[P, None]) -> Callable[P, None]:
    """Make a callback finish although something typed or drawn meanwhile interrupts it.

    Streamlit interrupts a callback at any look at its state, and forgets the click. So the callback begins again before
    the interruption takes its course; it must leave nothing half done that a second time would do twice. This needs
    ``runner.fastReruns = false``: otherwise Streamlit stops the run for good instead of asking for another.
    """

    @functools.wraps(callback)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            callback(*args, **kwargs)
        except RerunException:
            run(*args, **kwargs)
            raise

    return run
