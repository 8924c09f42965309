"""Texts built to be slow to render, by the kind of Markdown that they abuse; the first of each kind is its worst."""

from __future__ import annotations

from collections.abc import Mapping

SLOW_TEXTS: Mapping[str, Mapping[str, str]] = {
    "brackets": {
        "opening brackets": "[" * 50_000,
        "pictures begun": "![" * 25_000,
        "links begun": "[a](" * 20_000,
        "references begun": "[a][" * 20_000,
        "nested brackets": "[" * 20_000 + "]" * 20_000,
        "links in titles": '[a](b "' * 10_000,
    },
    "lists": {
        "10,000 levels of list": "\n".join(f"{' ' * level}- x" for level in range(0, 400, 2)) * 2,
        "bullets on one line": "- " * 1_000,
        "numbers on one line": "1. " * 1_000,
        "marks of all lists on one line": "- 1. * + " * 500,
        "deep list": "\n".join(f"{'  ' * level}- x" for level in range(400)),
    },
    "quotes": {
        "quotes on many lines": "\n".join("> " * level + "x" for level in range(250)),
        "deep quote": ">" * 20_000 + " x",
    },
    "tags": {
        "tags begun": "<a " * 30_000,
        "nested tags": "<div>" * 10_000,
        "nested tags of many kinds": "<b><i><u><s>" * 8_000,
        "nested and closed tags": "<div>" * 8_000 + "</div>" * 8_000,
        "attributes": "<a " + "x=y " * 20_000 + ">",
        "end tags": "</a" * 25_000,
    },
    "comments": {
        "declarations begun": "<!" * 40_000,
        "comments begun": "<!--" * 20_000,
    },
    "code": {
        "backticks": "".join("`" * number + "x" for number in range(1, 400)),
        "one run of backticks": "`" * 50_000,
        "fences": "```\n" * 20_000,
    },
    "emphasis": {
        "mixed emphasis": "*a_b**c__d~~" * 6_000,
        "stars": "*a" * 30_000,
        "double stars": "**a" * 25_000,
        "emphasis run": "*" * 50_000,
        "underscores": "_a" * 30_000,
        "tildes": "~~a" * 25_000,
    },
    "tables": {
        "wide table": "|a" * 10_000 + "|\n" + "|-" * 10_000 + "|\n" + "|b" * 10_000 + "|",
        "rows of pipes": "a|b\n-|-\n" + "|" * 50_000,
    },
    "entities": {
        "ampersands": "&" * 90_000,
        "entities": "&amp;" * 15_000,
        "entities begun": "&#x" * 30_000,
    },
    "addresses": {
        "mail addresses": "a@" * 40_000,
        "addresses begun": "https://" * 12_000,
        "autolinks": "<https://a.test>" * 5_000,
        "bare links": "www.a.test " * 8_000,
        "dots of a host": "https://" + "a." * 40_000,
    },
    "blanks": {
        "blanks": " " * 90_000 + "x",
        "line ends": "\n" * 90_000,
        "tabs": "\t" * 90_000 + "x",
    },
    "blocks": {
        "underlines": "a\n===\n" * 15_000,
        "rules": "- - -\n" * 15_000,
        "headings": "# " * 40_000,
    },
    "references": {
        "references": "".join(f"[{number}]: x\n" for number in range(7_000)),
        "output bomb": "[r]: https://a.test/" + "x" * 40_000 + "\n\n" + "[a][r]\n" * 1_000,
    },
    "characters": {
        "combining marks": "a" + "\u0301" * 40_000,
        "backslashes": "\\" * 90_000,
        "one long word": "x" * 99_000,
    },
}
