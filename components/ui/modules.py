"""Serve the browser's ES modules below a versioned path, and write the script by which a component imports its own.

Streamlit loads the script of a component as a blob, in which no relative import can be resolved. So that script is one
dynamic import of a module that the app itself serves; from there on modules import each other by relative paths.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

import streamlit as st
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

if TYPE_CHECKING:
    from starlette.responses import Response

#: Where the modules lie, and what their paths are relative to.
FOLDER = Path(__file__).parent
# One import for all calls of the component: those that wait for it go on in their order. Of several imports of a module
# that is still loading the browser ends any one first, and the widget would keep the data of an older call.
_IMPORT = """const loading = import(location.origin + "{path}")
export default async function (component) {{
  const module = await loading
  return module.default(component)
}}
"""


def get_base_path() -> str:
    """Return the path that the whole app is served below: empty, or as ``/mail``."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}" if base else ""


def _hash_modules() -> str:
    """Return a digest of the names and contents of all modules."""
    digest = hashlib.sha256()
    for path in sorted(FOLDER.rglob("*.js")):
        digest.update(path.relative_to(FOLDER).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


#: A part of every module's address: no cache answers with the modules of another version.
VERSION = _hash_modules()


class _ModuleFiles(StaticFiles):
    """The JavaScript files of this version, below its name, to be cached for ever; nothing else is found."""

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        version, *parts = PurePath(path).parts or ("",)
        if version != VERSION or not path.endswith(".js"):
            return "", None
        return super().lookup_path(str(PurePath(*parts)))

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def write_import(module: str) -> str:
    """Write the script of a component whose code is a module.

    ``module`` is its path below this folder, such as ``compose/editor/editor.js``; its default export is what
    Streamlit calls with the component. Raises ``FileNotFoundError`` where there is no such file.
    """
    if not (FOLDER / module).is_file():
        raise FileNotFoundError(module)
    return _IMPORT.format(path=f"{get_base_path()}/modules/{VERSION}/{module}")


#: For the server, beside its own routes.
modules_route = Mount(f"{get_base_path()}/modules", _ModuleFiles(directory=FOLDER))
