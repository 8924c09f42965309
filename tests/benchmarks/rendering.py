"""Compare rendering with its two libraries alone: ``python -m tests.benchmarks.rendering``.

Renders a mail of 2, 20 and 200 KB through the pool, as the app does (cold: a source it has not seen; key: one that
differs from the last by a keystroke; warm: one it has), and beside it with bare ``markdown.markdown`` and bare
``bleach.clean``, in one run. Minima, as they are what a busy machine disturbs least. 200 KB is over the product's cap:
there the time of its refusal is printed.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import bleach
import markdown

from components.errors import RenderError
from components.message import SOURCE_LIMIT, Pool
from components.message.dialect import CONFIGS, EXTENSIONS
from components.message.sanitiser import TAGS

# No two parts share a section, nor do two mails with different marks.
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
    """Build a realistic mail of about so many bytes; another ``mark`` changes every part of it, at the same cost."""
    parts: list[str] = []
    while sum(map(len, parts)) < size:
        parts.append(_PART.format(len(parts), mark))
    return "".join(parts)[:size]


def to_milliseconds(work: Callable[[], object], rounds: int) -> float:
    """Return the shortest time of a function, in milliseconds."""
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times) * 1000


def to_html(source: str) -> str:
    """Render with bare Python-Markdown and the extensions of the product."""
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
    """Render a text that the product refuses."""
    try:
        pool.render(source)
    except RenderError:
        return
    raise AssertionError("it was rendered")


def main() -> None:
    """Print the table."""
    # A long deadline: other programs on the machine must not end the measurement.
    pool = Pool(deadline=60)
    pool.render("start the process")
    print("ms, best of each markdown       bleach    pool cold     pool key    pool warm   cold/(md+bl)")
    for kilobytes, rounds in ((2, 15), (20, 7), (200, 2)):
        measure(pool, kilobytes, rounds)
    pool.close()


if __name__ == "__main__":
    main()
