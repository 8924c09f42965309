"""The server's log: every line with time, level and module, and nothing of what people write."""

from __future__ import annotations

import logging
import threading
import traceback
from typing import Any

import streamlit as st
from streamlit.logger import setup_formatter

#: What reports the server's errors; Streamlit and uvicorn together leave it without a handler.
_SERVER = ("uvicorn", "uvicorn.asgi", "uvicorn.error", "websockets")


def set_up_logging() -> None:
    """Write whatever this process logs to standard error, in the format of ``logger.messageFormat``.

    Our own modules log from ``logger.level`` on, libraries from WARNING on: at INFO httpx names the addresses of
    look-ups, and at DEBUG websockets shows what people type. Streamlit's own loggers have its handlers already, with
    the same format. Of an exception, only class and place are logged, since its text may quote a mail.
    """
    setup_formatter(logging.getLogger())
    logging.getLogger("components").setLevel(str(st.get_option("logger.level")).upper())
    for name in _SERVER:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(logging.WARNING)
    # It would log the addresses of pages, which hold searches.
    logging.getLogger("uvicorn.access").disabled = True
    logging.setLogRecordFactory(_make_record)
    logging.captureWarnings(True)
    threading.excepthook = _log_thread_end


def _make_record(*arguments: Any, **values: Any) -> logging.LogRecord:
    """Make a log record that shows of its exception what ``render_places`` does."""
    record = logging.LogRecord(*arguments, **values)
    if record.exc_info and record.exc_info[1] is not None:
        # Formatters use this in place of the exception itself.
        record.exc_text = render_places(record.exc_info[1])
    return record


def render_places(error: BaseException) -> str:
    """Render an exception and those that led to it: their classes and the lines of code, not their texts."""
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    before = f"{render_places(earlier)}\n\nwhich led to\n\n" if earlier is not None else ""
    places = "".join(traceback.format_tb(error.__traceback__))
    kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    return f"{before}Traceback (most recent call last):\n{places}{kind}"


def _log_thread_end(end: threading.ExceptHookArgs) -> None:
    """Log that an error has ended a thread."""
    name = end.thread.name if end.thread is not None else "unknown"
    error = end.exc_value or end.exc_type()
    logging.getLogger(__name__).error("An error ended the thread %r.", name, exc_info=error)
