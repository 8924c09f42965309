"""Compare the time of rendering with that of its two libraries: ``python -m tests.benchmarks.rendering``.

Renders messages of 2, 20 and 200 KB through the pool, as the app does (cold: a new source; key: a source that differs
by a keystroke; warm: a cached source), and with only ``markdown.markdown`` and ``bleach.clean`` for comparison. Prints
minima, which a busy machine affects least. 200 KB is over the limit, so the time until the error is printed.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import bleach
import markdown

from components.errors import RenderError
from components.message import Pool
from components.message.html.sanitiser import TAGS
from components.message.markdown.converter import CONFIGS, EXTENSIONS
from components.message.rendering.limits import SOURCE_LIMIT

# No two parts share a section, nor do two messages with different marks.
_PART = """Dear Jane, thank you for **your time** on Tuesday (part {0}{1}). As promised, [our terms](https://example.org/{0}):

| Phase | Fee |
|---|--:|
| Review | 1,200 |
| Negotiation | ~~3,400~~ 3,000 |

- first we read *everything* that you sent us
- then we write to you

> Could you also look at the parking spaces behind the building, and tell us what they cost a year?

We can, and we shall do so before the end of week {0}{1}, as we said on the phone. See https://example.org/parking too.

"""


def to_mail(size: int, mark: str = "") -> str:
    """Make a realistic message of ``size`` bytes; another ``mark`` changes every section."""
    parts: list[str] = []
    while sum(map(len, parts)) < size:
        parts.append(_PART.format(len(parts), mark))
    return "".join(parts)[:size]


def to_milliseconds(work: Callable[[], object], rounds: int) -> float:
    """Measure the shortest time of ``work`` in milliseconds."""
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times) * 1000


def to_html(source: str) -> str:
    """Convert with Python-Markdown and the product's extensions only."""
    return markdown.markdown(source, extensions=list(EXTENSIONS), extension_configs=dict(CONFIGS))


def measure(pool: Pool, kilobytes: int, rounds: int) -> None:
    """Print one line of the table."""
    size = kilobytes * 1000
    source = to_mail(size)
    html = to_html(source)
    fresh = iter([to_mail(size, f", mail {number}") for number in range(rounds)])
    bare = to_milliseconds(lambda: to_html(source), rounds)
    clean = to_milliseconds(lambda: bleach.clean(html, tags=TAGS, attributes=["href", "align"]), rounds)
    if size > SOURCE_LIMIT:
        refusal = to_milliseconds(lambda: refuse(pool, source), rounds)
        print(f"{kilobytes:5} KB {bare:12.1f} {clean:12.1f}   refused in {refusal:.3f} ms: over {SOURCE_LIMIT:,} bytes")
        return
    cold = to_milliseconds(lambda: pool.render(next(fresh)), rounds)
    pool.render(source)
    warm = to_milliseconds(lambda: pool.render(source), rounds)
    typed = iter([source + "x" * number for number in range(1, rounds + 1)])
    key = to_milliseconds(lambda: pool.render(next(typed)), rounds)
    ratio = cold / (bare + clean)
    print(f"{kilobytes:5} KB {bare:12.1f} {clean:12.1f} {cold:12.1f} {key:12.1f} {warm:12.3f} {ratio:14.2f}")


def refuse(pool: Pool, source: str) -> None:
    """Ask for a message over the limit."""
    try:
        pool.render(source)
    except RenderError:
        return
    raise AssertionError("the message was rendered")


def main() -> None:
    """Print the table."""
    # A long deadline, so that other programs on the machine do not end the measurement.
    pool = Pool(deadline=60)
    pool.render("start the process")
    print("ms, best of each markdown       bleach    pool cold     pool key    pool warm   cold/(md+bl)")
    for kilobytes, rounds in ((2, 15), (20, 7), (200, 2)):
        measure(pool, kilobytes, rounds)
    pool.close()


if __name__ == "__main__":
    main()
