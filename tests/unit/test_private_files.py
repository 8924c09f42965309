"""Files that only the server's account may read, whatever its umask, and those that were open before."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from components.gateway.practice import PracticeGateway
from components.private_files import create_private_file, make_private_folder, tighten
from components.store import Store
from components.store.maintenance.backup import back_up
from components.ui.services import list_private_files

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the rights of files are no modes on this system")


@pytest.fixture(autouse=True)
def open_umask() -> Iterator[None]:
    """A umask that takes no right from anybody."""
    before = os.umask(0)
    yield
    os.umask(before)


def list_open(folder: Path) -> list[Path]:
    """List what others than the owner may use."""
    return [path for path in (folder, *folder.rglob("*")) if path.stat().st_mode & 0o077]


def test_everything_that_is_created_is_private(tmp_path: Path) -> None:
    """The data folder, the database with its log, a backup, the practice gateway's mails and database."""
    data = tmp_path / "new" / "data"
    store = Store(f"sqlite:///{data / 'composer.db'}")
    store.workspaces.save_workspace("workspace", practice=True)
    gateway = PracticeGateway(data / "practice")
    gateway.start()
    back_up(data / "composer.db", data / "backup.db")
    assert {path.name for path in data.iterdir()} >= {"composer.db", "composer.db-wal", "backup.db", "practice"}
    assert list_open(tmp_path / "new") == []
    gateway.stop()
    store.close()


def test_a_folder_that_exists_keeps_its_rights(tmp_path: Path) -> None:
    """Only what is created is made private: the parent may be anybody's."""
    shared = tmp_path / "shared"
    shared.mkdir(mode=0o755)
    make_private_folder(shared / "a" / "b")
    assert list_open(shared) == [shared]


def test_a_file_is_never_overwritten(tmp_path: Path) -> None:
    """Creating raises FileExistsError and leaves the content."""
    (tmp_path / "file").write_text("content")
    with pytest.raises(FileExistsError):
        create_private_file(tmp_path / "file")
    assert (tmp_path / "file").read_text() == "content"


def test_what_was_open_is_tightened_once(tmp_path: Path) -> None:
    """Files of the app in its folder, and nothing else there; links are not followed, missing files no error."""
    data = tmp_path / "data"
    (data / "practice" / "sent").mkdir(parents=True)
    for name in ("composer.db", "composer.db-wal", "composer.db-shm", "practice/practice.db", "practice/sent/1.eml"):
        (data / name).write_bytes(b"x")
    other = data / "notes.txt"
    other.write_bytes(b"x")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"x")
    (data / "practice" / "link").symlink_to(elsewhere)
    assert tighten([*list_private_files(data), data / "gone"]) == 8
    assert {path.name for path in list_open(data)} == {"notes.txt", "link"}
    assert tighten(list_private_files(data)) == 0
    assert elsewhere.stat().st_mode & 0o077
