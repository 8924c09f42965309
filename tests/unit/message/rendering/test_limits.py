"""The limits on rendering."""

from __future__ import annotations

import time

import pytest
from markdown import Markdown

from components.errors import RenderError
from components.message import Pool, render
from components.message.markdown.converter import to_html
from components.message.markdown.preprocessor import MailPreprocessor
from components.message.rendering.limits import DEPTH_LIMIT, SOURCE_LIMIT
from components.message.rendering.pipeline import measure_depth, render_in_process

COMPLEX = "^This message is too complex to render"


def test_source_limit() -> None:
    """The limit is in bytes, and the error says what to do."""
    render_in_process(("x" * 999 + "\n") * (SOURCE_LIMIT // 1000))
    for source in ("x" * (SOURCE_LIMIT + 1), "ä" * (SOURCE_LIMIT // 2 + 1)):
        for renderer in (render_in_process, render):
            with pytest.raises(RenderError, match=r"100\.0 KB of text and the limit is 100 KB\. Shorten") as caught:
                renderer(source)
            assert caught.value.field == "Message"


def test_html_limit() -> None:
    """A small source with huge HTML is rejected before it is sanitised."""
    bomb = "[r]: https://a.test/" + "x" * 20_000 + "\n\n" + "[r] " * 100
    with pytest.raises(RenderError, match=COMPLEX):
        render_in_process(bomb)


@pytest.mark.parametrize("tag", ["div", "blockquote", "b", "span", "ul><li", "table><tr><td"])
def test_depth_limit(tag: str) -> None:
    """Nesting over the limit is rejected; below the limit it is rendered, and what is not closed is text."""
    ending = "".join(f"</{name}>" for name in reversed(tag.split("><")))
    assert "x" in render_in_process(f"<{tag}>" * 20 + "x" + ending * 20).text
    assert render_in_process(f"<{tag}>" * 2_000 + "x").text.count("<") == 2_000 * len(tag.split("><"))
    begin = time.process_time()
    with pytest.raises(RenderError, match=COMPLEX):
        render_in_process(f"<{tag}>" * 2_000 + "x" + ending * 2_000)
    assert time.process_time() - begin < 3


def test_depth_counts_what_nests() -> None:
    """Siblings, optional end tags, unknown tags and text do not count; other elements' end tags do not help."""
    assert measure_depth("<div></div>" * 500) == 1
    assert measure_depth("<p>" * 500 + "<br>" * 500 + "<name>" * 500 + "< div>" * 500) == 0
    assert measure_depth("<div></b>" * 150) == 150
    assert measure_depth("<DIV\n>" * 150) == 150
    assert measure_depth("<div><b></b></div>") == 2


@pytest.mark.parametrize(
    "source", ["- " * 1_000 + "x", "> " * 1_000 + "x", "".join(" " * 4 * n + "- x\n" for n in range(200))]
)
def test_recursion(source: str) -> None:
    """Reaching the recursion limit gives an error, not a crash."""
    pool = Pool(size=1, deadline=20)
    try:
        rendered = pool.render(source).text
    except RenderError as error:
        rendered = error.message
    finally:
        pool.close()
    assert rendered.startswith("This message is too complex to render") or "x" in rendered


def test_habits_are_linear() -> None:
    """The preprocessor takes only a small share of the time for a long message."""
    for line in (
        "> ",
        "- a\n",
        "  " * 40 + "- a\n",
        "| a ",
        "|---",
        "```\n",
        "\\",
        "1) ",
        "-- \n",
        "[ ] ",
        ": - |",
        " " * 50_000 + "x|\n",
    ):
        begin = time.process_time()
        run_habits((line * (100_000 // len(line) + 1))[:100_000])
        assert time.process_time() - begin < 3


def run_habits(source: str) -> None:
    """Run only the preprocessor."""
    MailPreprocessor(Markdown()).run(source.split("\n"))


def test_depth_limit_is_generous() -> None:
    """Thirty quotes in one another, a long thread, are fine."""
    assert DEPTH_LIMIT == 100
    assert to_html("> " * 30 + "x").count("<blockquote>") == 30
    assert render_in_process("> " * 30 + "x").text == "> " * 30 + "x\n"
