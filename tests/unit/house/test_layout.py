"""The rules of the repository's layout; import-linter checks the layers (see ``pyproject.toml``)."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
TOP_LEVEL = {
    *("app.py", "pages", "components", "tests", "requirements.txt", ".streamlit", "README.md"),
    *("pyproject.toml", ".ci", ".gitignore", "LICENSE", "CHANGELOG.md", "docs"),
    *("requirements.lock", ".pre-commit-config.yaml"),
}
#: The most lines that a module below each of these may have.
MAX_LINES = {"app.py": 60, "pages": 150, "components": 400}


def test_top_level_is_the_design() -> None:
    """Only the names of the design lie at the top level."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert {name.split("/")[0] for name in listed} <= TOP_LEVEL


@pytest.mark.parametrize("name", MAX_LINES)
def test_modules_stay_small(name: str) -> None:
    """Each module is short enough to read in one sitting."""
    path = ROOT / name
    modules = [path] if path.is_file() else sorted(path.rglob("*.py"))
    lengths = {str(each.relative_to(ROOT)): len(each.read_text("utf-8").splitlines()) for each in modules}
    assert lengths
    assert {each: lines for each, lines in lengths.items() if lines > MAX_LINES[name]} == {}
