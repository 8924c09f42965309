"""The house rules that a reader of the design relies on: which room may import what, and what lies at the top."""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
TOP = {
    *("app.py", "pages", "components", "tests", "requirements.txt", ".streamlit", "README.md"),
    *("pyproject.toml", ".ci", ".gitignore", "LICENSE", "CHANGELOG.md", "docs"),
}
#: Each room with the rooms of ours that it may import, itself aside.
OURS = {
    "app": {"pages", "ui", "mailer", "store", "message", "gateway", "base"},
    "pages": {"ui", "mailer", "store", "message", "gateway", "base"},
    "ui": {"mailer", "store", "message", "gateway", "base"},
    "mailer": {"store", "message", "gateway", "base"},
    "store": {"base"},
    "message": {"base"},
    "gateway": {"base"},
    "base": set(),
}
#: Packages of the outside world that only some rooms may import.
OUTSIDE = {
    "streamlit": {"app", "pages", "ui"},
    "sqlalchemy": {"store"},
    "alembic": {"store"},
    "sqlite3": {"store", "gateway"},
    "markdown": {"message"},
    "pymdownx": {"message"},
    "bleach": {"message"},
    "nh3": {"message"},
    "email_validator": {"message"},
    "httpx": {"gateway"},
    "uvicorn": {"gateway"},
    "starlette": {"app", "ui", "gateway"},
    "psutil": {"mailer"},
}


def list_modules() -> list[Path]:
    """Every module of the product."""
    return [ROOT / "app.py", *sorted((ROOT / "pages").rglob("*.py")), *sorted((ROOT / "components").rglob("*.py"))]


def to_room(module: str) -> str:
    """The room that a module's dotted name lies in."""
    parts = module.split(".")
    if parts[0] != "components":
        return parts[0]
    return parts[1] if len(parts) > 1 and parts[1] in OURS else "base"


def list_imports(path: Path) -> Iterator[str]:
    """The dotted names that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""


@pytest.mark.parametrize("path", list_modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_one_way(path: Path) -> None:
    """Each room imports only the rooms below it, never a sibling, and only the packages it is there for."""
    room = to_room(".".join(path.relative_to(ROOT).with_suffix("").parts))
    for name in list_imports(path):
        package = name.split(".")[0]
        if package in ("components", "pages", "app"):
            assert to_room(name) in {room, *OURS[room]}, f"{room} must not import {name}"
        else:
            assert room in OUTSIDE.get(package, {room}), f"{room} must not import {name}"


def test_top_level_is_the_design() -> None:
    """Nothing lies at the top level but what the design names."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert {name.split("/")[0] for name in listed} <= TOP


def test_modules_stay_small() -> None:
    """A page is at most 150 lines, the entry 60, a module of a room 250."""
    limits = {"app": 60, "pages": 150}
    for path in list_modules():
        room = to_room(".".join(path.relative_to(ROOT).with_suffix("").parts))
        lines = len(path.read_text("utf-8").splitlines())
        if room != "base":
            assert lines <= limits.get(room, 250), f"{path.relative_to(ROOT)} has {lines} lines"


def test_every_public_name_is_documented() -> None:
    """Modules, public classes and public functions have docstrings (ruff's D1 holds the details)."""
    for path in list_modules():
        assert ast.get_docstring(ast.parse(path.read_text("utf-8"))), f"{path}: no module docstring"
