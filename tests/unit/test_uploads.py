"""The receipts of uploads."""

from __future__ import annotations

from components.model import ApiKey, Attachment, Connection
from components.ui.browser_sessions import BrowserSession, BrowserSessions
from components.ui.uploads import RECEIPT_SECONDS, Uploads

FILE = Attachment("fees.pdf", "application/pdf", 4, "a" * 64)


def open_session() -> BrowserSession:
    """Begin the session of a browser."""
    return BrowserSessions().open(Connection(1, ApiKey("wbk_secret"), "https://leadlex.example"))


def test_a_receipt_is_good_for_its_session_and_for_an_hour() -> None:
    """That session may redeem it repeatedly; other sessions, and pages without one, get nothing."""
    now = 0.0
    uploads, mine = Uploads(lambda: now), open_session()
    receipt = uploads.add(FILE, mine)
    assert uploads.find(receipt, mine) == uploads.find(receipt, mine) == FILE
    assert uploads.find(receipt, open_session()) is None
    assert uploads.find(receipt, None) is None
    now = RECEIPT_SECONDS - 1
    assert uploads.find(receipt, mine) == FILE
    now = RECEIPT_SECONDS
    assert uploads.find(receipt, mine) is None


def test_equal_files_have_different_receipts() -> None:
    """Two uploads of the same content get different receipts."""
    uploads, mine = Uploads(), open_session()
    assert uploads.add(FILE, mine) != uploads.add(FILE, mine)
