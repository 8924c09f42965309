"""Tell HTML from prose: ``<`` begins a tag only where the whole element is there.

An element counts where it is one of the sanitiser's, its attributes look like attributes, and its end tag follows (or
it is void). Everything else, as in ``a<b``, ``<name>`` or ``<small print>``, is shown as it was typed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor

from components.message.html.sanitiser import TAGS
from components.message.html.tokens import VOID
from components.message.html.tree import BLOCKS

#: Stands for a ``<`` of prose until the HTML is written; a noncharacter, which ``normalise_source`` removes from texts.
LESS_THAN = "\ufdd0"

# Tags and autolinks as in CommonMark 0.31, 6.5 and 6.6; possessive, so that no position is tried twice.
_TOKEN = re.compile(
    r"""
    (?P<code>`+)
    | \\[\\`]
    | (?<![\w:])(?P<escape>\\)<
    | (?P<blank>\n[ ]*\n)
    | (?P<comment><!--)
    | <(?P<slash>/?)(?P<name>[A-Za-z][A-Za-z0-9]*+)
      (?P<attributes>(?:\s++[A-Za-z_:][\w:.-]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'=<>`]++))?+)*+)\s*+/?>
    | <(?:[A-Za-z][A-Za-z0-9+.-]*+:[^\s<>]*+|[^\s<>@]++@[^\s<>@]++)>
    | (?P<prose><)
    """,
    re.VERBOSE,
)
_ATTRIBUTE = re.compile(r"\s+([\w:.-]+)(\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"']+))?")
#: Attributes that have no value in HTML; a word without a value is otherwise one of a sentence.
_BOOLEAN = frozenset({"hidden", "inert", "nowrap", "noshade", "compact", "reversed", "ismap", "itemscope", "download"})
_RUN_OR_BLANK = re.compile(r"`+|\n[ ]*\n")


@dataclass(slots=True)
class _Tag:
    """A tag of a known element, which counts as soon as its partner is found."""

    start: int
    is_whole: bool = False


class ProsePreprocessor(Preprocessor):
    """Replaces every ``<`` that is prose, so that neither raw HTML nor a browser sees it."""

    def run(self, lines: list[str]) -> list[str]:
        """Rewrite the lines of one message, in linear time."""
        source = "\n".join(lines)
        return (_mark_prose(source) if "<" in source else source).split("\n")


class ProsePostprocessor(Postprocessor):
    """Writes the marked characters as the entity of ``<``."""

    def run(self, text: str) -> str:
        """Rewrite the HTML of one message."""
        return text.replace(LESS_THAN, "&lt;")


def _mark_prose(source: str) -> str:
    prose: list[tuple[int, int]] = []
    tags: list[_Tag] = []
    opened: dict[str, list[_Tag]] = {}
    closings = _find_closings(source)
    position = 0
    while match := _TOKEN.search(source, position):
        position = match.end()
        if match["code"]:
            position = closings.get(match.start(), position)
            prose += [(at, at + 1) for at in range(match.end(), position) if source[at] == "<"]
        elif match["blank"]:
            # The line break may begin another empty line; inline elements end with their paragraph.
            position -= 1
            opened = {name: open_tags for name, open_tags in opened.items() if name in BLOCKS}
        elif match["comment"]:
            end = source.find("-->", position)
            if end < 0:
                prose.append((match.start(), match.start() + 1))
                # Without an end none of the comments that follow has one.
                source = source[:position] + source[position:].replace("<!--", f"{LESS_THAN}!--")
            else:
                position = end + 3
        elif match["prose"] or match["escape"]:
            prose.append(match.span())
        elif name := match["name"]:
            tags.append(_Tag(match.start()))
            if _is_tag(match):
                _pair(tags[-1], name.lower(), bool(match["slash"]), opened)
    prose += [(tag.start, tag.start + 1) for tag in tags if not tag.is_whole]
    return _replace(source, sorted(prose))


def _is_tag(match: re.Match[str]) -> bool:
    if match["name"].lower() not in TAGS or "\n\n" in match[0]:
        return False
    attributes = _ATTRIBUTE.findall(match["attributes"])
    if match["name"].lower() == "img" and not any(name.lower() in ("src", "alt") for name, _ in attributes):
        return False
    return all(value or name.lower() in _BOOLEAN for name, value in attributes)


def _pair(tag: _Tag, name: str, closing: bool, opened: dict[str, list[_Tag]]) -> None:
    if name in VOID:
        tag.is_whole = not closing
    elif not closing:
        opened.setdefault(name, []).append(tag)
    elif opened.get(name):
        opened[name].pop().is_whole = tag.is_whole = True


def _find_closings(source: str) -> dict[int, int]:
    """Map the start of every code span to its end: a run of as many backticks, in the same paragraph."""
    closings: dict[int, int] = {}
    following: dict[int, int] = {}
    for match in reversed(list(_RUN_OR_BLANK.finditer(source))):
        if match[0][0] == "\n":
            following.clear()
            continue
        length = match.end() - match.start()
        if length in following:
            closings[match.start()] = following[length]
        following[length] = match.end()
    return closings


def _replace(source: str, spans: list[tuple[int, int]]) -> str:
    pieces: list[str] = []
    position = 0
    for start, end in spans:
        pieces += [source[position:start], LESS_THAN]
        position = end
    return "".join([*pieces, source[position:]])
