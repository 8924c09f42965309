r"""Windows paths stay as they were typed: ``\\server\share``, ``C:\_neu``, ``%APPDATA%\_x``, ``D:\Files (x86)\_x``."""

from __future__ import annotations

import re

from markdown import Markdown
from markdown.inlinepatterns import SimpleTextInlineProcessor

# No character that ends a link, a cell or code, and of asterisks those alone that stand for the name of a file.
_SIGN = r"[^\\\s*|<>\"`()\[\]\x02\x03\ufdd0]"
_ATOM = rf"(?:{_SIGN}|\({_SIGN}*\)|\[{_SIGN}*\](?![(\[:])|\*(?=\.?\w))"
_NAME = rf"{_ATOM}++"
# A name with blanks in it is one only where a backslash follows. A double backslash further on is a Markdown escape, so
# that the author, or the paste, has written all of the path in Markdown.
_START = r"(?:[A-Za-z]:|%\w+%|HK(?:LM|CU|CR|CC|U|EY_[A-Z_]+)|(?<!\.)\.\.?)\\(?=[^\s\\])"
_PATH = rf"(?:{_START}|\\\\(?=[\w.?$-]))(?:{_NAME}(?:[ ]{_NAME}){{0,4}}+\\(?!\\))*+(?:{_NAME})?+(?!\\)"
_PATTERN = rf"((?<![\\\w]){_PATH})"
_ENDS_WITH_PATH = re.compile(rf"(?<![\\\w]){_PATH}$")


def register_paths(md: Markdown) -> None:
    """Register the pattern: after code (190), before backslash escapes (180)."""
    md.inlinePatterns.register(SimpleTextInlineProcessor(_PATTERN, md), "path", 185)


def ends_with_path(line: str) -> bool:
    """Tell whether the end of a line is the end of a path."""
    return _ENDS_WITH_PATH.search(line) is not None
