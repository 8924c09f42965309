"""Search for texts that take longest to render: ``python -m tests.benchmarks.slow_inputs [seconds] [seed]``.

Renders the known slow texts first. Then it combines small pieces of Markdown and HTML, repeats them to a few kilobytes
and renders them in a process that is killed at the deadline; the slowest are varied and grown. Prints the worst, by
seconds per kilobyte and by how little text reaches the deadline, and how late the latest one was ended.
"""

from __future__ import annotations

import random
import sys
import time
from dataclasses import dataclass

from components.errors import RenderError
from components.message import DEADLINE, SOURCE_LIMIT, Pool
from tests.benchmarks.slow_texts import SLOW_TEXTS

PIECES = (
    *(
        "[",
        "]",
        "(",
        ")",
        "![",
        "](",
        "][",
        "[a]",
        "[a]: b",
        "[^",
        "<",
        ">",
        "<a ",
        "<b>",
        "</b>",
        "<div>",
        "<!--",
        "<!",
        "<?",
    ),
    *(
        "*",
        "**",
        "_",
        "__",
        "~~",
        "`",
        "``",
        "```\n",
        "~~~\n",
        "\\",
        '"',
        "'",
        "=",
        "-",
        "- ",
        "* ",
        "1. ",
        "# ",
        "> ",
        ">",
    ),
    *(
        "|",
        "|-",
        "| ",
        "-|-\n",
        "\n",
        "\n\n",
        "\n    ",
        "\n  ",
        " ",
        "  \n",
        "\t",
        "a",
        "x=y ",
        "&",
        "&#",
        "&amp;",
        ";",
        ":",
    ),
    *(
        "http://",
        "https://a.",
        "www.",
        "@",
        "a@b.",
        "mailto:",
        "/",
        ".",
        ",",
        "{",
        "}",
        "{:",
        "é",
        "\u0301",
        "😀",
        "\x02",
        "\xa0",
    ),
)
START, KEPT = 2_000, 12


@dataclass(frozen=True, slots=True)
class Shape:
    """A text of any size: ``opening``, then ``unit`` repeated, then ``ending``."""

    opening: str
    unit: str
    ending: str

    def to_text(self, size: int) -> str:
        """Write it with about ``size`` characters."""
        return self.opening + self.unit * max(1, size // len(self.unit)) + self.ending


@dataclass(frozen=True, slots=True)
class Found:
    """The time to render a shape of ``size``; ``ended`` names the deadline or limit that ended it."""

    shape: Shape
    size: int
    seconds: float
    ended: str

    @property
    def per_kilobyte(self) -> float:
        """Seconds for each 1,000 characters."""
        return self.seconds * 1000 / self.size


def measure(pool: Pool, shape: Shape, size: int) -> Found:
    """Render once, in a process that is already running."""
    text = shape.to_text(size)
    # A different text each time, so that no cache answers and a killed process is replaced first.
    pool.render(f"warm {time.monotonic_ns()}")
    began = time.perf_counter()
    ended = ""
    try:
        pool.render(text)
    except RenderError as error:
        ended = error.message.partition(".")[0]
    return Found(shape, len(text), time.perf_counter() - began, ended)


def render_known(pool: Pool) -> None:
    """Render each known slow text; print its time and whether it was refused. Any other error ends the program."""
    for kind, texts in SLOW_TEXTS.items():
        for name, text in texts.items():
            began = time.perf_counter()
            try:
                pool.render(text)
                ended = ""
            except RenderError as error:
                ended = error.message.partition(".")[0]
            print(f"{kind:12} {name:32} {time.perf_counter() - began:5.2f} s  {ended}")
            assert pool.render(f"after {name}").text == f"after {name}\n"


def invent(chance: random.Random) -> Shape:
    """Return a random shape."""
    part = ["".join(chance.choices(PIECES, k=chance.randint(low, high))) for low, high in ((0, 2), (1, 4), (0, 2))]
    return Shape(*part)


def vary(chance: random.Random, shape: Shape) -> Shape:
    """Return a shape with one more piece or one part replaced."""
    piece = chance.choice(PIECES)
    return chance.choice(
        [
            Shape(shape.opening + piece, shape.unit, shape.ending),
            Shape(shape.opening, shape.unit + piece, shape.ending),
            Shape(shape.opening, piece + shape.unit, shape.ending),
            Shape(shape.opening, shape.unit, piece + shape.ending),
            Shape("", shape.unit, ""),
            Shape(shape.opening, shape.unit[: len(shape.unit) // 2] or piece, shape.ending),
        ]
    )


def search(pool: Pool, seconds: float, chance: random.Random) -> tuple[list[Found], int]:
    """Try new shapes and variations of the worst; give the worst at ``START`` and the number of tries."""
    until = time.monotonic() + seconds
    worst: dict[str, Found] = {}
    tries = 0
    while time.monotonic() < until:
        tries += 1
        best = list(worst.values())
        shape = vary(chance, chance.choice(best).shape) if best and chance.random() < 0.5 else invent(chance)
        found = measure(pool, shape, START)
        # One per set of characters, so that the list does not fill with variations of one.
        idea = "".join(sorted(set(shape.unit)))
        if idea not in worst or found.seconds > worst[idea].seconds:
            worst[idea] = found
        worst = dict(sorted(worst.items(), key=lambda item: -item[1].seconds)[:KEPT])
    return list(worst.values()), tries


def grow(pool: Pool, first: Found) -> list[Found]:
    """Double a shape until the pipeline refuses it or the deadline ends it."""
    steps, size = [first], START * 2
    while not steps[-1].ended and size < SOURCE_LIMIT:
        steps.append(measure(pool, first.shape, size))
        size *= 2
    return steps


def main(seconds: float, seed: int) -> None:
    """Render the known slow texts, search for others, grow the worst, and print."""
    pool = Pool(size=1, deadline=DEADLINE)
    render_known(pool)
    worst, tries = search(pool, seconds, random.Random(seed))
    print(f"{tries} tried in {seconds:.0f} s (seed {seed}), the worst at {START} characters, then doubled:\n")
    everything: list[Found] = []
    for found in worst:
        steps = grow(pool, found)
        everything += steps
        times = "  ".join(f"{step.size / 1000:.0f}k {step.seconds:.2f} s" for step in steps)
        print(
            f"{found.shape.opening!r} + {found.shape.unit!r}… + {found.shape.ending!r}\n    {times}  {steps[-1].ended}"
        )
    pool.close()
    whole = [found for found in everything if not found.ended]
    if whole:
        slowest = max(whole, key=lambda found: found.per_kilobyte)
        what = f"{slowest.size} characters of {slowest.shape.unit!r}"
        print(f"\nslowest rendered: {slowest.per_kilobyte:.2f} s per KB, {what}")
    ended = [found for found in everything if found.ended]
    if ended:
        print(f"smallest ended: {min(found.size for found in ended)} characters")
    print(f"latest end: {max(found.seconds for found in everything):.2f} s at a deadline of {DEADLINE:.1f} s")


if __name__ == "__main__":
    numbers = sys.argv[1:]
    main(float(numbers[0]) if numbers else 60.0, int(numbers[1]) if len(numbers) > 1 else 1)
