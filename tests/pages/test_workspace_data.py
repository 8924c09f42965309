"""Retention, import, export and erasure, in process: what is said before, what is done, what is said after."""

from __future__ import annotations

import asyncio
import time
from collections.abc import MutableMapping
from dataclasses import replace
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from streamlit.testing.v1 import AppTest

from components.mailer.__main__ import main
from components.mailer.transfer.formats import Format
from components.model import Address, Attachment, OutgoingMail, Status
from components.store.maintenance.retention import Retention
from components.ui.services import services
from components.ui.widgets.downloads import routes
from tests.asgi import request
from tests.pages.driver import connect_browser, insert_messages, list_summaries, open_page, texts, to_session
from tests.unit.mailer.handover import write_all
from tests.unit.mailer.rig import await_true
from tests.unit.store.samples import to_record

MAIL = OutgoingMail(
    to=(Address("Jane", "jane@example.com"),), subject="Offer", html="<p>Hi</p>", text="Hi", contact_id="con_1"
)
YEAR = 365 * 86_400.0


def fill(app: AppTest, *mails: OutgoingMail, status: Status = Status.SENT, years: float = 0) -> int:
    """Insert messages; return the workspace."""
    return insert_messages(app, [to_record(mail, status, time.time() - years * YEAR) for mail in mails])


def said(app: AppTest) -> str:
    """Return the page's text, without escapes."""
    return texts(app).replace("\\", "").replace("\u2060", "")


def open_mail(app: AppTest, number: int) -> AppTest:
    """Open a message of the history."""
    app.query_params["mail"] = str(number)
    return open_page(app, "history")


def test_a_limit_says_what_it_frees_before_it_is_set(practising: AppTest) -> None:
    """Nothing is removed until the button is clicked; then retention removes it and logs that."""
    app = practising
    content = services().store.blobs.save_blob([b"x" * 2_000_000])
    file = Attachment("a.pdf", "application/pdf", 2_000_000, content)
    workspace = fill(app, *[replace(MAIL, attachments=(file,))] * 3, years=3)
    fill(app, MAIL)
    open_page(app, "settings").selectbox(key=f"keep-bodies-{workspace}-None").set_value(12).run()
    app.selectbox(key=f"keep-files-{workspace}-None").set_value(24).run()
    assert "removes the texts of 3 mails (about 1 KB) and the files of 3 mails (2.0 MB) for good" in said(app)
    assert services().store.retention.get_retention(workspace) == Retention()
    app.button(key="keep").click().run()
    assert services().store.retention.get_retention(workspace) == Retention(12, 24)
    store = services().store
    await_true(
        lambda: [summary.body_dropped_at is None for summary in list_summaries(app)] == [True, False, False, False]
    )
    await_true(lambda: store.keeps_remains or all(each.scrubbed_at for each in store.erasures.list_erasures(workspace)))
    open_page(app, "settings")
    assert {row["What"] for row in app.table[0].value.to_dict("records")} == {
        "Message text past its time",
        "Attachments past their time",
    }
    old = list_summaries(app)[1].id
    open_mail(app, old)
    assert "The text of this mail is not kept any more" in said(app)
    assert "The exact request" not in said(app)
    assert not {f"copy-{old}", f"follow-{old}"} & {button.key for button in app.button}


def test_a_mail_without_its_files_is_written_anew_without_them(practising: AppTest) -> None:
    """The notice asks to attach them again."""
    app = practising
    content = services().store.blobs.save_blob([b"x" * 2_000])
    workspace = fill(app, replace(MAIL, attachments=(Attachment("a.pdf", "application/pdf", 2_000, content),)), years=3)
    open_page(app, "settings").selectbox(key=f"keep-files-{workspace}-None").set_value(24).run()
    app.button(key="keep").click().run()
    await_true(lambda: list_summaries(app)[0].files_dropped_at is not None)
    number = list_summaries(app)[0].id
    open_mail(app, number)
    app.button(key=f"copy-{number}").click().run()
    assert "Attach them again." in said(app)
    assert to_session(app).composer.draft.attachments == ()


def test_a_mail_is_erased_after_a_word(practising: AppTest) -> None:
    """The button waits for the typed word; afterwards the mail is gone, and Settings has it in the log."""
    app = practising
    fill(app, MAIL, replace(MAIL, subject="Other", contact_id=""))
    number = list_summaries(app)[1].id
    open_mail(app, number)
    app.button(key=f"erase-{number}").click().run()
    assert "This erases **1 mail**" in texts(app)
    assert app.button(key=f"erase-now-{number}-0").disabled
    app.text_input(key=f"erase-word-{number}").set_value("Erase ").run()
    app.button(key=f"erase-now-{number}-0").click().run()
    assert [summary.subject for summary in list_summaries(app)] == ["Other"]
    assert "1 mail erased." in said(app)
    open_page(app, "settings")
    assert app.table[0].value.to_dict("records")[0]["What"] == "One mail, on request"


@pytest.mark.parametrize(("choice", "left"), [(1, ["Cc", "Elsewhere"]), (2, ["Elsewhere", "Linked"])])
def test_a_persons_mails_are_erased_together(practising: AppTest, choice: int, left: list[str]) -> None:
    """Messages are erased by their contact, or by their address in any recipient field."""
    app = practising
    other = (Address("", "sam@x.org"),)
    fill(
        app,
        replace(MAIL, subject="Linked", to=other),
        replace(MAIL, subject="Cc", to=other, cc=MAIL.to, contact_id=""),
        replace(MAIL, subject="Elsewhere", to=other, contact_id=""),
        MAIL,
    )
    number = list_summaries(app)[0].id
    open_mail(app, number).button(key=f"erase-{number}").click().run()
    app.radio(key=f"erase-what-{number}").set_value(choice).run()
    app.text_input(key=f"erase-word-{number}").set_value("erase").run()
    app.button(key=f"erase-now-{number}-{choice}").click().run()
    assert sorted(summary.subject for summary in list_summaries(app)) == left


def test_what_is_not_settled_has_no_such_button(practising: AppTest) -> None:
    """An unknown message has to be settled first."""
    fill(practising, MAIL, status=Status.UNKNOWN)
    number = list_summaries(practising)[0].id
    open_mail(practising, number)
    assert not [button for button in practising.button if button.key == f"erase-{number}"]


def test_an_upload_is_imported_and_its_faults_named(practising: AppTest) -> None:
    """The first import adds the messages, the second adds none; a faulty line is named."""
    app = practising
    content = write_all(Format.JSON_LINES, [to_record(MAIL), to_record(MAIL)]) + b"not JSON\n"
    for words in ("2 mails were imported, 0 were here already", "0 mails were imported, 2 were here already"):
        open_page(app, "settings").file_uploader(key="import-file").upload("mails.jsonl", content).run()
        app.button(key="import-start").click().run()
        progress = to_session(app).transfer.imported
        assert progress is not None
        await_true(lambda found=progress: found.ended)  # type: ignore[misc]
        app.run()
        assert words in said(app)
        assert app.table[0].value.to_dict("records")[0]["What was wrong"].replace("\\", "") == "it is not JSON"
        app.button(key="import-close").click().run()
    assert len(list_summaries(app)) == 2


def test_a_large_file_is_imported_by_a_command(
    practising: AppTest, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command is the one that Settings shows; it works while the server runs."""
    path = tmp_path_factory.mktemp("elsewhere") / "mails.jsonl"
    path.write_bytes(write_all(Format.JSON_LINES, [to_record(MAIL)]))
    workspace = fill(practising)
    assert f"--workspace {workspace}" in open_page(practising, "settings").code[0].value
    assert main(["import", str(path), "--workspace", str(workspace)]) == 0
    assert "1 mails taken over" in capsys.readouterr().out
    path.write_bytes(b"nonsense\n")
    assert main(["import", str(path), "--workspace", str(workspace)]) == 1
    assert main(["import", str(path), "--workspace", "99"]) == 2
    assert main(["import", str(path) + "x", "--workspace", str(workspace)]) == 2
    assert len(list_summaries(practising)) == 1


def test_an_export_ends_with_its_workspace(practising: AppTest) -> None:
    """The export contains what the list shows; disconnecting deletes it."""
    app = practising
    fill(app, MAIL)
    open_page(app, "history").button(key="export").click().run()
    export = to_session(app).transfer.export
    assert export is not None
    await_true(lambda: export.ready)
    assert "is ready: 1 mail" in said(app.run())
    open_page(app, "settings").button(key="disconnect").click().run()
    assert to_session(app).transfer.export is None
    assert not export.path.exists()
    assert services().exports.find(export.token) is None


def test_a_download_that_breaks_off_can_be_had_again(practising: AppTest) -> None:
    """Neither that, a look at the headers, a part nor a second request removes the file; a whole download does."""
    workspace = fill(practising, MAIL)
    open_page(practising, "history").button(key="export").click().run()
    export = to_session(practising).transfer.export
    assert export is not None
    await_true(lambda: export.ready)
    served = Starlette(routes=routes)
    (_, mine), (_, theirs) = connect_browser(workspace), connect_browser(workspace + 1)

    def fetch(path: str, method: str = "GET", **headers: str) -> httpx.Response:
        return request(served, method, path, headers={"Cookie": mine, **headers})

    path = f"/exports/{export.token}"
    asked: dict[str, Any] = {"type": "http", "method": "GET", "path": path, "query_string": b""}
    asked["headers"] = [(b"cookie", mine.encode())]

    async def receive() -> dict[str, Any]:
        await asyncio.Event().wait()
        return {}

    async def send(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.body":
            raise OSError("the browser is gone")

    with pytest.raises(BaseException, match=r"gone|unhandled errors"):
        asyncio.run(served(asked, receive, send))
    assert [fetch(path, Cookie=cookie).status_code for cookie in ("", "composer_session=forged", theirs)] == [
        403,
        403,
        404,
    ]
    assert fetch(path, "HEAD").status_code == 200
    part = fetch(path, Range="bytes=0-9")
    assert (part.status_code, len(part.content)) == (206, 10)
    assert fetch(path, Range="bytes=0-999999").status_code == 206
    assert fetch(path, Range="bytes=99999999-").status_code == 416
    whole = fetch(path)
    assert {whole.headers["cache-control"], part.headers["cache-control"]} == {"no-store"}
    assert whole.content.startswith(b"\xef\xbb\xbf")
    assert whole.headers["content-disposition"].startswith("attachment; filename=")
    assert not export.path.exists()
    gone = fetch(path)
    assert (gone.status_code, gone.headers["cache-control"]) == (404, "no-store")
