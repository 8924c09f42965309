"""The browser's modules: served below the version of their contents, to be cached for ever, and nothing else beside."""

from __future__ import annotations

import re

import httpx
import pytest
from starlette.applications import Starlette

from components.ui import modules
from components.ui.modules import VERSION, modules_route, write_import
from tests.asgi import request


def get(path: str) -> httpx.Response:
    """Ask the route alone."""
    return request(Starlette(routes=[modules_route]), "GET", path)


def test_a_component_imports_what_is_served() -> None:
    """The path in the component's script leads to the module, as JavaScript, cacheable without an end."""
    found = re.search(r'import\(location\.origin \+ "(.+?)"\)', write_import("compose/editor/editor.js"))
    assert found
    answer = get(found[1])
    assert answer.status_code == 200
    assert answer.text == (modules.FOLDER / "compose" / "editor" / "editor.js").read_text("utf-8")
    assert re.match(r"(text|application)/javascript", answer.headers["content-type"])
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(
    "path",
    [
        "0123456789abcdef/compose/editor/editor.js",
        f"{VERSION}/compose/editor/nothing.js",
        f"{VERSION}/compose/editor/component.py",
        f"{VERSION}/package.json",
        f"{VERSION}/editor",
        f"{VERSION}/../session.py",
        f"{VERSION}/..%2f..%2f..%2fapp.py",
        f"{VERSION}/..%2f..%2f..%2ftests%2fjavascript%2feslint.config.js",
        VERSION,
        "compose/editor/editor.js",
        ".js",
        "",
    ],
)
def test_nothing_else_is_served(path: str) -> None:
    """Neither another version nor any other file of the folder, nor one outside of it."""
    assert get(f"/modules/{path}").status_code == 404


def test_the_script_of_a_component_names_an_existing_module() -> None:
    """A wrong name is noticed at the start, not in the browser."""
    with pytest.raises(FileNotFoundError):
        write_import("compose/editor/nothing.js")
