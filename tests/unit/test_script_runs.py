"""Requests for runs that overlap: the browser gets where it went, and what each run drew."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime import Runtime, RuntimeConfig
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.script_data import ScriptData
from streamlit.runtime.scriptrunner import RerunData, script_runner
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequestType

from components.ui.script_runs import OrderedRequests, OrderedSession

#: Seconds after which a run that has not ended counts as hung.
_HUNG = 60.0


def fields(*names: str, value: str = "typed") -> WidgetStates:
    """Return what a browser reports of these fields, all of which hold the same value."""
    return WidgetStates(widgets=[WidgetState(id=name, string_value=value) for name in names])


#: A page of two fields, beside one that stands on every page.
HISTORY = RerunData(
    page_script_hash="history", query_string="mail=3", widget_states=fields("palette", "search", "sort")
)
#: A click on a link: the browser has put the fields of the page away.
TO_DRAFTS = RerunData(page_script_hash="drafts", widget_states=fields("palette"))
REFRESH = replace(HISTORY, fragment_id="list", is_auto_rerun=True)
CLICK_IN_PART = replace(HISTORY, fragment_id="list")
RERUN = RerunData(page_script_hash="history", query_string="mail=3")
#: The field that stands on every page reports a new value.
FIELD_OF_EVERY_PAGE = replace(HISTORY, widget_states=fields("palette", value="more"))
BACK = RerunData(page_script_hash="history", widget_states=fields("palette"))


def begin(first: RerunData = HISTORY) -> OrderedRequests:
    """Return the requests of a thread that runs its first one."""
    requests = OrderedRequests()
    assert requests.request_rerun(first)
    assert requests.on_scriptrunner_ready().rerun_data is not None
    return requests


LATECOMERS = pytest.mark.parametrize(
    "latecomer",
    [REFRESH, CLICK_IN_PART, HISTORY, FIELD_OF_EVERY_PAGE, RERUN],
    ids=["part", "click", "field", "field of every page", "rerun"],
)


@LATECOMERS
def test_a_latecomer_does_not_cancel_a_click_before_its_run_has_begun(latecomer: RerunData) -> None:
    """The click on Drafts has started a script thread, which has not taken its first request yet."""
    requests = OrderedRequests()
    requests.request_rerun(TO_DRAFTS)
    requests.come_from("history")
    requests.request_rerun(latecomer)
    assert requests.on_scriptrunner_ready().rerun_data.page_script_hash == "drafts"


@LATECOMERS
def test_a_latecomer_does_not_cancel_a_click_on_a_link(latecomer: RerunData) -> None:
    """Drafts is asked for while History runs; what comes from History then does not lead back there."""
    requests = begin()
    requests.request_rerun(TO_DRAFTS)
    requests.request_rerun(latecomer)
    run = requests.on_scriptrunner_ready().rerun_data
    assert (run.page_script_hash, run.query_string, run.fragment_id_queue) == ("drafts", "", [])


@pytest.mark.parametrize("is_new_thread", [False, True], ids=["same-thread", "new-thread"])
def test_a_part_that_refreshes_itself_does_not_run_once_its_page_is_left(is_new_thread: bool) -> None:
    """Streamlit would name History to the browser, find no such part, and leave the window blank."""
    if is_new_thread:
        requests = begin(TO_DRAFTS)
        requests.come_from("history")
    else:
        requests = begin()
        requests.request_rerun(TO_DRAFTS)
        assert requests.on_scriptrunner_yield() is not None
    assert requests.request_rerun(REFRESH)
    assert requests.on_scriptrunner_ready().type is ScriptRequestType.STOP


def test_a_field_that_reports_late_is_read_on_the_new_page() -> None:
    """The value arrives, and the page stays Drafts."""
    requests = begin(TO_DRAFTS)
    requests.come_from("history")
    requests.request_rerun(HISTORY)
    run = requests.on_scriptrunner_ready().rerun_data
    assert run.page_script_hash == "drafts"
    assert run.widget_states == HISTORY.widget_states


@pytest.mark.parametrize("is_under_way", [False, True], ids=["waiting", "under-way"])
def test_a_click_on_the_way_back_counts(is_under_way: bool) -> None:
    """Drafts, then History again, before Drafts has been drawn."""
    requests = begin()
    requests.request_rerun(TO_DRAFTS)
    if is_under_way:
        assert requests.on_scriptrunner_yield() is not None
    requests.request_rerun(BACK)
    assert requests.on_scriptrunner_ready().rerun_data.page_script_hash == "history"


def test_a_page_may_lead_back_to_the_one_before() -> None:
    """``st.switch_page`` in the script of the new page counts."""
    requests = begin()
    requests.request_rerun(TO_DRAFTS)
    assert requests.on_scriptrunner_yield() is not None
    requests.request_rerun(RERUN)
    run = requests.on_scriptrunner_yield()
    assert run is not None
    assert run.rerun_data.page_script_hash == "history"


@pytest.mark.parametrize("sign", [CLICK_IN_PART, HISTORY], ids=["part", "field"])
def test_a_page_that_reports_its_own_fields_is_left_by_a_link(sign: RerunData) -> None:
    """A field of History has reported, so the browser shows History, and a click on Compose leads there."""
    requests = begin(RerunData(page_script_hash="history", widget_states=fields("palette")))
    requests.come_from("compose")
    requests.request_rerun(sign)
    assert requests.on_scriptrunner_ready().rerun_data.page_script_hash == "history"
    requests.request_rerun(RerunData(page_script_hash="compose", widget_states=fields("palette", "account")))
    assert requests.on_scriptrunner_ready().rerun_data.page_script_hash == "compose"


def test_a_latecomer_does_not_cancel_the_first_click_of_a_session() -> None:
    """The session's first request names no page; the page is known once its run has begun."""
    requests = begin(RerunData())
    requests.name_page("history")
    requests.request_rerun(TO_DRAFTS)
    requests.request_rerun(HISTORY)
    assert requests.on_scriptrunner_ready().rerun_data.page_script_hash == "drafts"


@pytest.mark.parametrize("is_begun", [False, True], ids=["waiting", "under-way"])
def test_a_link_leads_away_from_the_first_page(is_begun: bool) -> None:
    """The browser's first request names no page; a rerun that it leads to reports no fields."""
    requests = begin(RerunData())
    requests.request_rerun(RERUN)
    if is_begun:
        assert requests.on_scriptrunner_yield() is not None
    requests.request_rerun(TO_DRAFTS)
    assert requests.on_scriptrunner_ready().rerun_data.page_script_hash == "drafts"


def test_a_stopped_thread_takes_no_request() -> None:
    """The session then begins a new one."""
    requests = begin()
    requests.request_stop()
    assert not requests.request_rerun(REFRESH)


def wait_for_script_threads() -> None:
    """Wait until every thread that runs a page has ended."""
    for thread in threading.enumerate():
        if thread.name.startswith("ScriptRunner"):
            thread.join(_HUNG)


def make_session(script: Path, monkeypatch: pytest.MonkeyPatch) -> OrderedSession:
    """Return a browser's session of a script. The event loop must be running."""
    monkeypatch.setattr(Runtime, "_instance", None)
    storage, files = MemoryMediaFileStorage("/media"), MemoryUploadedFileManager("/files")
    Runtime(RuntimeConfig(str(script), media_file_storage=storage, uploaded_file_manager=files))
    return OrderedSession(
        script_data=ScriptData(str(script), is_hello=False),
        uploaded_file_manager=files,
        script_cache=ScriptCache(),
        message_enqueued_callback=None,
        user_info={},
    )


def list_kinds(messages: list[ForwardMsg]) -> list[str]:
    """Return the kind of each message."""
    return [str(message.WhichOneof("type")) for message in messages]


async def read_until(session: OrderedSession, kind: str, count: int = 1) -> list[ForwardMsg]:
    """Read messages to the browser until the ``count``-th of a kind has come."""
    sent: list[ForwardMsg] = []
    async with asyncio.timeout(_HUNG):
        while list_kinds(sent).count(kind) < count:
            await asyncio.sleep(0)
            sent += session.flush_browser_queue()
    return sent


def test_a_request_at_the_end_of_a_thread_loses_nothing_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both runs begin, draw and end, one after the other: Streamlit drops what the first one has not delivered."""
    script = tmp_path / "page.py"
    script.write_text("import streamlit as st\nst.text('Hello')\n")

    async def ask_twice() -> list[ForwardMsg]:
        session = make_session(script, monkeypatch)
        for _ in range(2):
            session.request_rerun(None)
            # This blocks the event loop, so that it handles no message of the thread.
            wait_for_script_threads()
        sent = await read_until(session, "script_finished", 2)
        wait_for_script_threads()
        session.shutdown()
        return sent

    kinds = list_kinds(asyncio.run(ask_twice()))
    ends = [each for each in kinds if each in {"new_session", "script_finished"}]
    assert ends == ["new_session", "script_finished"] * 2


_QUESTION = """
import pathlib
import streamlit as st
@st.dialog("Who are you?")
def ask():
    st.text_input("Your name")
if pathlib.Path({marker!r}).exists():
    ask()
st.text("The page behind")
"""


def describe_dialogs(messages: list[ForwardMsg]) -> list[str]:
    """Return the messages by which the browser decides whether to show a dialog, from the start of a run on."""
    said = []
    for message in messages:
        if message.HasField("session_status_changed"):
            said.append("running" if message.session_status_changed.script_is_running else "at rest")
        elif message.HasField("new_session"):
            said.append("run")
        elif message.delta.add_block.HasField("dialog"):
            said.append("dialog")
    return said


def test_a_run_does_not_take_an_open_dialog_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once the browser knows that the page runs, it drops a dialog of an earlier run, with what is typed in it."""
    script, marker = tmp_path / "page.py", tmp_path / "marker"
    script.write_text(_QUESTION.format(marker=str(marker)))

    async def run(session: OrderedSession) -> list[str]:
        session.request_rerun(None)
        sent = await read_until(session, "script_finished")
        wait_for_script_threads()
        while session._scriptrunner is not None:
            await asyncio.sleep(0)
        return describe_dialogs(sent + session.flush_browser_queue())

    async def run_often() -> list[list[str]]:
        session = make_session(script, monkeypatch)
        marker.touch()
        runs = [await run(session), await run(session)]
        marker.unlink()
        runs += [await run(session), await run(session)]
        session.shutdown()
        return runs

    # A dialog is named twice: when it is made, and when it is opened.
    assert asyncio.run(run_often()) == [
        ["run", "running", "dialog", "dialog", "at rest"],
        ["run", "dialog", "running", "dialog", "at rest"],
        ["run", "at rest"],
        ["run", "running", "at rest"],
    ]


_TWO_PAGES = """
import pathlib, time
import streamlit as st
def first():
    while not pathlib.Path({gate!r}).exists():
        time.sleep(0.01)
def second():
    st.text("Second")
st.navigation([st.Page(first, default=True), st.Page(second)], position="hidden").run()
"""


def test_the_first_click_of_a_session_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody clicks a link during the first run, and after it a field of the first page reports its value."""
    monkeypatch.setattr(script_runner, "ScriptRequests", OrderedRequests)
    script, gate = tmp_path / "page.py", tmp_path / "gate"
    script.write_text(_TWO_PAGES.format(gate=str(gate)))

    async def click() -> str:
        session = make_session(script, monkeypatch)
        session.request_rerun(None)
        pages = (await read_until(session, "navigation"))[-1].navigation.app_pages
        hashes = {page.url_pathname or "first": page.page_script_hash for page in pages}
        session.request_rerun(ClientState(page_script_hash=hashes["second"]))
        session.request_rerun(ClientState(page_script_hash=hashes["first"], widget_states=fields("editor")))
        gate.touch()
        sent = await read_until(session, "script_finished", 2)
        wait_for_script_threads()
        session.shutdown()
        shown = [message.new_session.page_script_hash for message in sent if message.HasField("new_session")]
        return next(name for name, each in hashes.items() if each == shown[-1])

    assert asyncio.run(click()) == "second"
