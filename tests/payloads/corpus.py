"""Hostile messages: payloads of public suites (``tests/data/xss``) embedded in every context of Markdown."""

from __future__ import annotations

import json
import random
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from components.errors import RenderError
from components.message.markdown.converter import to_html
from components.message.rendering.pipeline import render_in_process

DATA = Path(__file__).parents[1] / "data" / "xss"
ATTACKS = ("dompurify-expect", "owasp-filter-evasion", "markdown-specific")
PARSER_TESTS = "html5lib-tree-construction"

#: Name of a context → the message's source, with {} in place of the payload.
CONTEXTS = {
    "raw": "{}",
    "in text": "Hi {} there",
    "link target": "[a]({})",
    "link target in brackets": "[a](<{}>)",
    "link text": "[{}](https://a.test)",
    "link title": '[a](https://a.test "{}")',
    "reference": "[a][r]\n\n[r]: {}",
    "reference title": '[a][r]\n\n[r]: https://a.test "{}"',
    "picture": "![a]({})",
    "picture text": "![{}](https://a.test/i.png)",
    "picture title": '![a](https://a.test/i.png "{}")',
    "table cell": "| a | b |\n|---|---|\n| {} | x |",
    "list": "- a\n  - {}",
    "fence": "```{}\n{}\n```",
    "code": "`{}`",
    "quote": "> {}",
    "heading": "# {}",
    "autolink": "<{}>",
    "bare link": "https://a.test/{}",
    "attribute in double quotes": '<p title="{}">x</p>',
    "attribute in single quotes": "<a href='{}'>x</a>",
    "attribute without quotes": "<img src={} alt=x>",
    "block": "<div>{}</div>",
    "signature": "Hi\n\n-- \n{}",
}


def load(name: str) -> list[str]:
    """Read one list of payloads."""
    payloads = json.loads((DATA / f"{name}.json").read_text("utf-8"))
    assert len(payloads) >= 80
    return [str(payload) for payload in payloads]


def embed(context: str, payload: str) -> str:
    """Embed a payload in a context; gives the message's source."""
    return CONTEXTS[context].replace("{}", payload)


@dataclass(frozen=True, slots=True)
class Bodies:
    """Distinct sanitised HTML bodies, each with one Markdown source that renders to it."""

    clean: dict[str, str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)


def to_bodies(sources: Iterable[str]) -> Bodies:
    """Render messages; list the sources that the pipeline refuses (nested too deep) as ``refused``."""
    bodies = Bodies()
    for source in sources:
        try:
            bodies.clean.setdefault(render_in_process(source).html, source)
        except RenderError:
            bodies.refused.append(source)
    return bodies


def list_unsanitised(sources: Collection[str]) -> list[str]:
    """List distinct HTML that no sanitiser has seen: the sources as they are, and as the converter leaves them."""
    return list(dict.fromkeys([*sources, *map(to_html, sources)]))


def list_all() -> Iterator[str]:
    """List every payload of every list in every context."""
    for name in (*ATTACKS, PARSER_TESTS):
        for payload in load(name):
            yield from (embed(context, payload) for context in CONTEXTS)


def list_sample(seed: int, count: int) -> list[str]:
    """List every attack on its own, the Markdown attacks in every context, and ``count`` random ones of the rest."""
    attacks = [payload for name in ATTACKS for payload in load(name)]
    markdown = [embed(context, payload) for payload in load("markdown-specific") for context in CONTEXTS]
    chosen = dict.fromkeys([*attacks, *markdown])
    rest = [source for source in dict.fromkeys(list_all()) if source not in chosen]
    return [*chosen, *random.Random(seed).sample(rest, count)]
