"""The unit tests of the browser's modules: each ``*.test.js`` of this folder is one case, run by ``node``.

Without ``--test``, which starts a second process for every file.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
FILES = sorted(path.name for path in FOLDER.glob("*.test.js"))


@pytest.mark.parametrize("name", FILES)
def test_node_passes(node: str, name: str) -> None:
    """Every test of the file passes; a failure shows what Node printed."""
    done = subprocess.run([node, name], cwd=FOLDER, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
