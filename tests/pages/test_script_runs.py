"""A page run that follows a fragment run in the same thread draws at the root."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.runtime.scriptrunner import RerunData, ScriptRunnerEvent
from streamlit.testing.v1 import AppTest, app_test
from streamlit.testing.v1.element_tree import ElementTree
from streamlit.testing.v1.local_script_runner import LocalScriptRunner


class FragmentBetween(LocalScriptRunner):
    """Runs the page, a fragment of it, and the page again, which it requests at the moment the fragment ends."""

    def run(self, *args: Any, **kwargs: Any) -> ElementTree:
        """Run all three and return what the last one drew."""
        self.on_event.connect(self.ask_for_the_next, weak=False)
        return super().run(*args, **kwargs)

    def ask_for_the_next(self, _sender: object, event: ScriptRunnerEvent, **_: object) -> None:
        """Request the fragment after the first run, and the page after the fragment."""
        if event is ScriptRunnerEvent.FRAGMENT_STOPPED_WITH_SUCCESS:
            self.request_rerun(RerunData())
        elif event is ScriptRunnerEvent.SCRIPT_STOPPED_WITH_SUCCESS and self.events.count(event) == 1:
            fragments = [message.delta.fragment_id for message in self.forward_msgs()]
            self.request_rerun(RerunData(fragment_id=next(filter(None, fragments))))


def test_a_page_asked_for_when_a_fragment_ends_is_drawn_at_its_root(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page has the same blocks at its root as before, and nothing is drawn inside the fragment."""
    before = [child.type for child in app.main.children.values()]
    monkeypatch.setattr(app_test, "LocalScriptRunner", FragmentBetween)
    app.run()
    assert [child.type for child in app.main.children.values()] == before
