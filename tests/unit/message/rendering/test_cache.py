"""A message is rendered once: repeated and concurrent requests get the cached outcome, errors included."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from components.errors import RenderError
from components.message import Pool, Rendered
from components.message.rendering.cache import cache_outcomes

HOSTILE = "[" * 8_000


@pytest.fixture
def pool() -> Iterator[Pool]:
    """A pool of real processes with a short deadline."""
    pool = Pool(size=2, deadline=1.0)
    yield pool
    pool.close()


def render_at_once(pool: Pool, sources: list[str]) -> list[Rendered | str]:
    """Render all sources from as many threads at the same time; errors are returned as their messages."""
    barrier = threading.Barrier(len(sources))
    outcomes: list[Rendered | str] = ["nothing"] * len(sources)

    def ask(place: int) -> None:
        barrier.wait()
        try:
            outcomes[place] = pool.render(sources[place])
        except RenderError as error:
            outcomes[place] = error.message

    threads = [threading.Thread(target=ask, args=(place,)) for place in range(len(sources))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_the_same_source_asks_a_process_once(pool: Pool) -> None:
    """Repeated requests come from the cache; another source does not."""
    first = pool.render("a")
    assert all(pool.render("a") is first for _ in range(5))
    assert pool.calls == 1
    pool.render("b")
    assert pool.calls == 2


def test_the_same_source_at_the_same_time_is_rendered_once(pool: Pool) -> None:
    """Concurrent requests wait for the rendering in progress."""
    long = "Dear **Jane**, " * 2_000
    outcomes = render_at_once(pool, [long] * 8)
    assert pool.calls == 1
    assert all(outcome is outcomes[0] for outcome in outcomes)
    assert isinstance(outcomes[0], Rendered)


def test_a_burning_text_burns_once(pool: Pool) -> None:
    """A message that missed its deadline is not rendered again for waiting or later requests."""
    outcomes = render_at_once(pool, [HOSTILE] * 4)
    assert {str(outcome)[:38] for outcome in outcomes} == {"This message is too complex to render."}
    with pytest.raises(RenderError, match="too complex"):
        pool.render(HOSTILE)
    assert pool.calls == 1


def test_a_refusal_of_the_pipeline_is_kept(pool: Pool) -> None:
    """The error for nesting is cached."""
    for _ in range(3):
        with pytest.raises(RenderError, match="too complex"):
            pool.render("<div>" * 200 + "</div>" * 200)
    assert pool.calls == 1


def test_least_recently_used_outcomes_are_evicted_first() -> None:
    """The cache stays within its size in bytes."""
    calls: list[str] = []

    def render(source: str) -> Rendered:
        calls.append(source)
        return Rendered("h" * 10_000, "t" * 10_000)

    fetch = cache_outcomes(render, size=50_000)
    for source in ("a", "b", "a", "c"):
        fetch(source)
    assert calls == ["a", "b", "c"]
    fetch("a")
    assert calls == ["a", "b", "c"]
    fetch("b")
    assert calls == ["a", "b", "c", "b"]


def test_an_outcome_larger_than_the_cache() -> None:
    """It is returned and not cached."""
    calls: list[str] = []

    def render(source: str) -> Rendered:
        calls.append(source)
        return Rendered("h" * 10_000, "")

    fetch = cache_outcomes(render, size=5_000)
    assert fetch("a") == fetch("a") == Rendered("h" * 10_000, "")
    assert calls == ["a", "a"]


def test_errors_expire() -> None:
    """A harmless message that missed its deadline on a busy machine is rendered when it is asked for again."""
    outcomes: list[Rendered | str] = [Rendered("a", "a"), "too complex"]
    fetch = cache_outcomes(lambda _: outcomes.pop(), error_seconds=0)
    assert fetch("a") == "too complex"
    assert fetch("a") == fetch("a") == Rendered("a", "a")
    outcomes = ["too complex"]
    fetch = cache_outcomes(lambda _: outcomes.pop())
    assert fetch("a") == fetch("a") == "too complex"


def test_waiting_threads_try_again_after_an_exception() -> None:
    """The exception goes to the thread that met it; one of the others renders for all of them."""
    begun, fail = threading.Event(), threading.Event()
    calls: list[str] = []

    def render(source: str) -> Rendered:
        calls.append(source)
        if len(calls) == 1:
            begun.set()
            assert fail.wait(10)
            raise OSError("broken")
        return Rendered("a", "a")

    fetch = cache_outcomes(render)

    def ask() -> None:
        with pytest.raises(OSError, match="broken"):
            fetch("a")

    first = threading.Thread(target=ask)
    first.start()
    assert begun.wait(10)
    outcomes: list[object] = []
    others = [threading.Thread(target=lambda: outcomes.append(fetch("a"))) for _ in range(3)]
    for thread in others:
        thread.start()
    fail.set()
    for thread in [first, *others]:
        thread.join(10)
    assert outcomes == [Rendered("a", "a")] * 3
    assert outcomes[0] is outcomes[1] is outcomes[2]
    assert len(calls) == 2
