"""Serve ES modules and style sheets below a versioned path, and write the script by which a component imports its own.

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

#: Where the files lie, and what their paths are relative to.
FOLDER = Path(__file__).parent
_SUFFIXES = (".js", ".css")
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


def _hash_files() -> str:
    """Return a digest of the names and contents of all files."""
    digest = hashlib.sha256()
    for path in sorted(path for path in FOLDER.rglob("*") if path.suffix in _SUFFIXES):
        digest.update(path.relative_to(FOLDER).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


#: A part of every file's address: no cache answers with the files of another version.
VERSION = _hash_files()


class _ModuleFiles(StaticFiles):
    """The scripts and style sheets of this version, below its name, to be cached for ever; nothing else is found."""

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        version, *parts = PurePath(path).parts or ("",)
        if version != VERSION or not path.endswith(_SUFFIXES):
            return "", None
        return super().lookup_path(str(PurePath(*parts)))

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def to_address(file: str) -> str:
    """Return the address of a file.

    ``file`` is its path below this folder, such as ``compose/editor/editor.js``. Raises FileNotFoundError.
    """
    if not (FOLDER / file).is_file():
        raise FileNotFoundError(file)
    return f"{get_base_path()}/modules/{VERSION}/{file}"


def write_import(module: str) -> str:
    """Write the script of a component.

    ``module`` is the path of its code below this folder. Streamlit calls the module's default export with the
    component. Raises FileNotFoundError.
    """
    return _IMPORT.format(path=to_address(module))


#: For the server, beside its own routes.
modules_route = Mount(f"{get_base_path()}/modules", _ModuleFiles(directory=FOLDER))
