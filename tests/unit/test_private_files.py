"""Files that only the server's account may read, whatever its umask, and those that were open before."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from components.config import Settings, to_settings
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
    back_up(f"sqlite:///{data / 'composer.db'}", data / "backup.db")
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


def test_a_folder_is_private_from_the_first_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is made with its mode, under a umask that takes nothing, and its rights are never changed afterwards."""
    with monkeypatch.context() as patch:
        patch.delattr(os, "chmod")
        make_private_folder(tmp_path / "a" / "b")
        create_private_file(tmp_path / "a" / "b" / "file")
    assert list_open(tmp_path / "a") == []


def to_chosen(data: Path, database_url: str = "") -> Settings:
    """Build the settings of a data folder."""
    url = {"LEADLEX_DATABASE_URL": database_url} if database_url else {}
    return to_settings({"LEADLEX_DATA_DIR": str(data), **url})


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
    chosen = to_chosen(data)
    assert tighten([*list_private_files(chosen), data / "gone"]) == 8
    assert {path.name for path in list_open(data)} == {"notes.txt", "link"}
    assert tighten(list_private_files(chosen)) == 0
    assert elsewhere.stat().st_mode & 0o077


@pytest.mark.parametrize("is_link", [False, True])
def test_a_database_elsewhere_is_tightened_with_its_log(tmp_path: Path, is_link: bool) -> None:
    """Wherever it lies, also behind a link; the folder there, and what else lies in it, is not the app's."""
    folder = tmp_path / "elsewhere"
    folder.mkdir(mode=0o755)
    for name in ("x.db", "x.db-wal", "x.db-shm", "other.db"):
        (folder / name).write_bytes(b"x")
    path = folder / "x.db"
    if is_link:
        path = tmp_path / "link.db"
        path.symlink_to(folder / "x.db")
    assert tighten(list_private_files(to_chosen(tmp_path / "data", f"sqlite:///{path}"))) == 3
    assert list_open(folder) == [folder, folder / "other.db"]


@pytest.mark.parametrize("url", ["postgresql://host/name", "sqlite://", "nonsense"])
def test_no_other_database_has_files(tmp_path: Path, url: str) -> None:
    """Only what SQLite keeps lies in files that the app knows."""
    assert tighten(list_private_files(to_chosen(tmp_path / "data", url))) == 0


@pytest.mark.parametrize(("before", "after"), [(0o444, 0o400), (0o666, 0o600), (0o755, 0o700), (0o040, 0o000)])
def test_tightening_gives_nobody_a_right(tmp_path: Path, before: int, after: int) -> None:
    """The owner's rights stay as they were: a file that nobody may write stays so."""
    path = tmp_path / "file"
    path.touch()
    path.chmod(before)
    assert tighten([path]) == 1
    assert path.stat().st_mode & 0o777 == after
