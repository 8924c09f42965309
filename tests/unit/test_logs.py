"""What the server logs, tried in a process of its own, as the server is."""

from __future__ import annotations

import re
import subprocess
import sys

from components.config import ROOT

LINE = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} (INFO|WARNING|ERROR) [\w.]+: ")
PROGRAM = """
import logging, threading, warnings
import streamlit.config, uvicorn
from streamlit.logger import init_uvicorn_logs
streamlit.config.get_config_options(force_reparse=True)
from components.ui.logs import set_up_logging
# As Streamlit starts its server, which then imports the app.
init_uvicorn_logs()
uvicorn.Config("app:app")
set_up_logging()
logging.getLogger("components.mailer.dispatcher").info("Message %d: sent.", 7)
logging.getLogger("httpx").info("GET /v1/contacts?search=SECRET")
logging.getLogger("uvicorn.access").info("GET /history?q=SECRET")
logging.getLogger("uvicorn.error").debug("< TEXT SECRET")
warnings.warn("An old function")
def fail():
    try:
        int("SECRET")
    except ValueError as error:
        raise RuntimeError("SECRET as well") from error
for name in ("components.ui.services", "uvicorn.error", "streamlit.error_util"):
    try:
        fail()
    except RuntimeError:
        logging.getLogger(name).exception("It failed.")
thread = threading.Thread(target=fail, name="worker")
thread.start()
thread.join()
"""


def test_every_line_has_time_and_level_and_quotes_nobody() -> None:
    """Our own lines, those of libraries and exceptions: where they arose is said, what they were about is not."""
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout == ""
    assert "SECRET" not in done.stderr
    lines = [line for line in done.stderr.splitlines() if LINE.match(line)]
    assert [line.split(" ", 3)[3] for line in lines if "py.warnings" not in line] == [
        "components.mailer.dispatcher: Message 7: sent.",
        "components.ui.services: It failed.",
        "uvicorn.error: It failed.",
        "streamlit.error_util: It failed.",
        "components.ui.logs: An error ended the thread 'worker'.",
    ]
    assert any("An old function" in line for line in lines)
    assert done.stderr.count("Traceback (most recent call last):") == 2 * 4
    assert done.stderr.count("\nRuntimeError\n") == 4
