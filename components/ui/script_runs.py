"""Mends how Streamlit 1.67 orders the runs of a page's script, so that no click, page, dialog or part gets lost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from streamlit.delta_generator_singletons import context_dg_stack, get_default_dg_stack_value
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import websocket_session_manager
from streamlit.runtime.app_session import AppSession, AppSessionState
from streamlit.runtime.scriptrunner import RerunData, ScriptRunnerEvent, script_runner
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequest, ScriptRequests, ScriptRequestType


def draw_at_root() -> None:
    """Make this run of the whole page draw at its root.

    Streamlit sets the thread's stack of containers for a fragment and does not reset it. If somebody asks for a run of
    the page just as a fragment ends, that run follows in the same thread (``runner.fastReruns = false``) and would draw
    the page inside the fragment's container. The browser would then drop the rest of the page, and crash on the next
    fragment.
    """
    context_dg_stack.set(get_default_dg_stack_value())


class OrderedRequests(ScriptRequests):
    """The requests that wait for one script thread.

    The browser names its page in every request, and learns of a new page only when that page begins to run. Streamlit
    takes the page from the latest request, so a part of History that redraws itself, or a field that reports its value,
    would cancel the click on Drafts just before it. This class sends such a late request on to the new page.
    """

    def __init__(self) -> None:
        super().__init__()
        #: The latest run that was begun, and the page that was shown before it.
        self._run: RerunData | None = None
        self._page_before: str | None = None

    def come_from(self, page: str) -> None:
        """Record the hash of the page that the browser shows while this thread's first run begins."""
        with self._lock:
            if self._page_before is None:
                self._page_before = page or None

    def name_page(self, page: str) -> None:
        """Record the hash of the page that is running, unless its request named one: a session's first names none."""
        with self._lock:
            if self._run is not None and not self._run.page_script_hash:
                self._run = replace(self._run, page_script_hash=page)

    def on_scriptrunner_yield(self) -> ScriptRequest | None:
        """Return the request for which the present run has to stop, if there is one."""
        request = super().on_scriptrunner_yield()
        self._note_run(request)
        return request

    def on_scriptrunner_ready(self) -> ScriptRequest:
        """Return what the script thread does next."""
        request = super().on_scriptrunner_ready()
        self._note_run(request)
        return request

    def _note_run(self, request: ScriptRequest | None) -> None:
        if request is None or request.type is not ScriptRequestType.RERUN:
            return
        with self._lock:
            run = request.rerun_data
            if self._run is not None and self._run.page_script_hash != run.page_script_hash:
                # The first run of a session names no page.
                self._page_before = self._run.page_script_hash or None
            self._run = run

    def _request_rerun_locked(self, new_data: RerunData) -> bool:
        if self._run is not None and _is_sent_from(new_data, self._run):
            # The browser shows the new page by now. Whatever it sends next, it sends from there.
            self._page_before = None
        next_run, left = self._find_next_run()
        if self._state is ScriptRequestType.STOP or next_run is None:
            return super()._request_rerun_locked(new_data)
        if new_data.page_script_hash != left or new_data.page_script_hash == next_run.page_script_hash:
            return super()._request_rerun_locked(new_data)
        if new_data.is_auto_rerun:
            return True
        if not _goes_to_its_page(new_data, next_run, is_under_way=next_run is self._run):
            new_data = replace(
                new_data,
                page_script_hash=next_run.page_script_hash,
                page_name=next_run.page_name,
                query_string=next_run.query_string,
                fragment_id=None,
                fragment_id_queue=[],
                is_fragment_scoped_rerun=False,
            )
        return super()._request_rerun_locked(new_data)

    def _find_next_run(self) -> tuple[RerunData | None, str | None]:
        """Return the run that leads to the latest page, waiting or under way, and the page that it replaces."""
        running, left = self._run, self._page_before
        if self._state is not ScriptRequestType.RERUN:
            return running, left
        if running is None:
            return self._rerun_data, left
        if self._rerun_data.page_script_hash != running.page_script_hash:
            return self._rerun_data, running.page_script_hash or None
        return running, left


def _is_sent_from(request: RerunData, run: RerunData) -> bool:
    """Tell whether a request proves that the browser already shows the page of a run."""
    return request.page_script_hash == run.page_script_hash and not _goes_to_its_page(request, run)


def _goes_to_its_page(request: RerunData, next_run: RerunData, *, is_under_way: bool = True) -> bool:
    """Tell whether a request asks for the page it names, rather than only coming from that page.

    A click on a link reports no new value: the browser leaves out the page's own fields, and the fields of every page
    have not changed. ``st.rerun`` and ``st.switch_page`` report no fields at all, and count once the page whose script
    called them is running.
    """
    if request.fragment_id or request.fragment_id_queue:
        return False
    if request.widget_states is None:
        return is_under_way
    return request.is_history_navigation or _list_values(request) <= _list_values(next_run)


def _list_values(request: RerunData) -> set[bytes]:
    """Return the fields of a request, each serialised with its value."""
    fields = request.widget_states.widgets if request.widget_states is not None else ()
    return {field.SerializeToString(deterministic=True) for field in fields}


class OrderedSession(AppSession):
    """A browser's session, in which a script thread begins once everything that the one before drew is on its way.

    Streamlit drops the messages of a thread as soon as the next one begins. A request that comes while a thread ends,
    with its last messages still in the queue, would cost a part of the page, and leave a dialog open that had ended.

    While the page runs, the browser shows no dialog of an earlier run: it removes an open one, with what is being typed
    there, and builds it anew once the run has drawn it. So the browser learns that the page runs after the dialog is
    drawn, or not at all where this run draws none.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._waiting: list[RerunData] = []
        #: Whether the browser shows a dialog, and whether the latest run of the whole page has drawn one.
        self._shows_dialog = self._draws_dialog = False
        self._is_page_run = False
        #: The message that the page runs, until this run has drawn the dialog.
        self._held: ForwardMsg | None = None

    @property
    def _requests(self) -> OrderedRequests | None:
        requests = self._scriptrunner._requests if self._scriptrunner is not None else None
        return requests if isinstance(requests, OrderedRequests) else None

    def _create_scriptrunner(self, initial_rerun_data: RerunData) -> None:
        if self._scriptrunner is not None:
            self._waiting.append(initial_rerun_data)
            return
        super()._create_scriptrunner(initial_rerun_data)
        if (requests := self._requests) is not None:
            requests.come_from(self.page_script_hash)

    def _handle_scriptrunner_event_on_event_loop(self, sender: Any, event: ScriptRunnerEvent, *args: Any) -> None:
        super()._handle_scriptrunner_event_on_event_loop(sender, event, *args)
        if event is ScriptRunnerEvent.ENQUEUE_FORWARD_MSG:
            self._note_page(args[0])
        if event is not ScriptRunnerEvent.SHUTDOWN or self._state is AppSessionState.SHUTDOWN_REQUESTED:
            return
        waiting, self._waiting = self._waiting, []
        for request in waiting:
            if self._scriptrunner is None or not self._scriptrunner.request_rerun(request):
                self._create_scriptrunner(request)

    def _enqueue_forward_msg(self, msg: ForwardMsg) -> None:
        kind = msg.WhichOneof("type")
        if kind == "new_session":
            self._is_page_run = not msg.metadata.run.fragment_ids
            self._draws_dialog = self._draws_dialog and not self._is_page_run
        elif kind == "session_status_changed":
            self._held = None
            if msg.session_status_changed.script_is_running and self._is_page_run and self._shows_dialog:
                self._held = msg
                return
        elif kind == "script_finished" and msg.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
            self._shows_dialog = self._draws_dialog
        super()._enqueue_forward_msg(msg)
        if msg.delta.add_block.HasField("dialog"):
            self._shows_dialog = self._draws_dialog = True
            if self._held is not None:
                super()._enqueue_forward_msg(self._held)
                self._held = None

    def _note_page(self, message: ForwardMsg) -> None:
        """Record the page that ``st.navigation`` names to the browser."""
        if message.HasField("navigation") and (requests := self._requests) is not None:
            requests.name_page(message.navigation.page_script_hash)


def order_script_runs() -> None:
    """Make Streamlit use both classes for sessions that begin from now on."""
    script_runner.ScriptRequests = OrderedRequests  # type: ignore[attr-defined]
    websocket_session_manager.AppSession = OrderedSession  # type: ignore[attr-defined]
