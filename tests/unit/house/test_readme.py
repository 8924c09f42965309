"""The README names whatever a person can set, open or try."""

import re
from pathlib import Path

from components.config import SETTINGS
from components.gateway.practice import SPECIAL_RECIPIENTS

ROOT = Path(__file__).resolve().parents[3]
README = (ROOT / "README.md").read_text("utf-8")


def to_canonical(package: str) -> str:
    """Write a package's name as the index compares it."""
    return re.sub(r"[-_.]+", "-", package).lower()


def test_every_setting_is_listed() -> None:
    """Each setting stands in the README with its name."""
    missing = [name for name in SETTINGS if f"`{name}`" not in README]
    assert SETTINGS
    assert not missing


def test_every_page_is_listed() -> None:
    """Each page of the navigation stands in the README with its title."""
    shell = (ROOT / "pages" / "shell.py").read_text("utf-8")
    titles = re.findall(r'st\.Page\(Page\.\w+, title="(\w+)"|title=f"(\w+) \(', shell)
    names = {first or second for first, second in titles}
    assert {"Compose", "Outbox", "History", "Settings"} <= names
    assert not [name for name in names if f"**{name}**" not in README]


def test_every_special_recipient_is_listed() -> None:
    """Each address that provokes a failure of the practice gateway stands in the README."""
    missing = [address for address in SPECIAL_RECIPIENTS if f"`{address}`" not in README]
    assert SPECIAL_RECIPIENTS
    assert not missing


def test_the_test_command_is_the_one_of_ci() -> None:
    """CI runs exactly the test command that the README gives."""
    command = next(line for line in README.splitlines() if "python -m tests" in line and "pip install" in line)
    assert command in (ROOT / ".ci" / "run").read_text("utf-8").splitlines()


def test_the_lock_covers_every_requirement() -> None:
    """Each package that the requirements name has one exact version in the lock, which names no host."""
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    pinned = set(re.findall(r"^([\w.-]+)==[\w.]+$", lock, re.MULTILINE))
    named = set()
    for name in ("requirements.txt", "tests/requirements.txt"):
        named |= set(re.findall(r"^([\w.-]+)(?:\[\w+\])?[><=]", (ROOT / name).read_text("utf-8"), re.MULTILINE))
    assert named
    assert {to_canonical(name) for name in named} <= {to_canonical(name) for name in pinned}
    assert "://" not in lock


def test_every_picture_exists() -> None:
    """The screenshots that the README shows are in the repository."""
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README)
    assert pictures
    assert all((ROOT / picture).is_file() for picture in pictures)
