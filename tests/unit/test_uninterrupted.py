"""A click is finished although a run that is asked for meanwhile interrupts it."""

from __future__ import annotations

import pytest
import streamlit as st
from streamlit.runtime.scriptrunner import RerunData, RerunException

from components.ui.callbacks import uninterrupted


def test_an_interrupted_click_is_finished_before_the_next_run() -> None:
    """However often it is interrupted; the work is done once, and the run that was asked for last begins."""
    interruptions = [RerunData(page_script_hash="first"), RerunData(page_script_hash="last")]
    done: list[str] = []

    @uninterrupted
    def act(word: str, *, times: int) -> None:
        if interruptions:
            raise RerunException(interruptions.pop(0))
        done.extend([word] * times)

    with pytest.raises(RerunException) as raised:
        act("sent", times=1)
    assert done == ["sent"]
    assert raised.value.rerun_data.page_script_hash == "last"
    act("again", times=2)
    assert done == ["sent", "again", "again"]


def test_other_failures_are_not_repeated() -> None:
    """They are the callback's own."""
    calls: list[int] = []

    @uninterrupted
    def fail() -> None:
        calls.append(1)
        raise ValueError("not my fault")

    with pytest.raises(ValueError, match="not my fault"):
        fail()
    assert calls == [1]


def test_a_run_that_is_asked_for_meanwhile_does_not_stop_the_callback_for_good() -> None:
    """Streamlit's default stops the thread of the callback, so that repeating it is impossible."""
    assert st.get_option("runner.fastReruns") is False
