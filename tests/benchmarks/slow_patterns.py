"""Find regular expressions that take longer than linear time: ``python -m tests.benchmarks.slow_patterns``.

Rendering runs in a process that is killed at its deadline; every other pattern of the product must take time in
proportion to the text. Each pattern runs on texts that repeat pieces of the pattern itself, in a forked process that
the kernel ends where a text takes far longer than its eighth part did (eight times would be linear).

``--quick``, the form that the tests run, repeats fewer pieces, fewer times. With patterns as arguments, only those run.
Ends with status 1 if a pattern is slow.
"""

from __future__ import annotations

import argparse
import importlib
import inspect
import os
import pkgutil
import re
import signal
import sys
import time
from collections import deque
from collections.abc import Collection, Iterator
from itertools import pairwise

#: Modules that run in the rendering process, which is killed when it takes too long.
KILLABLE = tuple(
    f"components.message.{name}"
    for name in (
        *("markdown.", "rendering.", "text."),
        *("html.inline_styles", "html.removed_content", "html.sanitiser", "html.tokens", "html.tree"),
    )
)
#: Characters of a whole text, in the full and the quick form, and which part of it is timed first.
SIZE, QUICK_SIZE, PART = 60_000, 40_000, 8
#: The CPU time that a text may always take, in seconds: the clock cannot measure less reliably.
ALLOWED = 0.15
#: How many times as long as its part a whole text may take: a quadratic pattern takes 64 times as long.
MAX_RATIO = 3 * PART
#: A pattern's name, itself, and the methods to call.
NamedPattern = tuple[str, re.Pattern[str], Collection[str]]
METHODS = ("search", "match", "fullmatch", "sub", "findall", "finditer", "split")


def list_patterns() -> Iterator[NamedPattern]:
    """List every compiled text pattern of the product: its name, itself, and the methods that its module calls."""
    import components

    for module in pkgutil.walk_packages(components.__path__, "components."):
        if module.name.endswith("__main__") or "migrations" in module.name or module.name.startswith(KILLABLE):
            continue
        loaded = importlib.import_module(module.name)
        for name, value in vars(loaded).items():
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                used = set(re.findall(rf"\b{name}\.({'|'.join(METHODS)})\b", inspect.getsource(loaded)))
                yield f"{module.name}.{name}", value, used or METHODS


def to_units(pattern: str, quick: bool) -> list[str]:
    """List what to repeat: blanks, letters, the pattern's first words and signs, their pairs, and each with a blank.

    In the quick form there are fewer, and none with a blank.
    """
    count = 4 if quick else 24
    found = re.findall(r"[A-Za-z0-9]+|[^\w\s]", pattern)
    pieces = list(dict.fromkeys(found))[:count]
    pairs = list(dict.fromkeys(a + b for a, b in pairwise(found)))[:count]
    blanks = (piece + " " for piece in pieces) if not quick else ()
    return sorted({" ", "\n", "\t", "a", "0", "a ", "é", *pieces, *pairs, *blanks})


def is_slow(pattern: re.Pattern[str], methods: Collection[str], quick: bool) -> bool:
    """Run a pattern on its texts in a forked process; tell whether the kernel had to end it."""
    child = os.fork()
    if child == 0:
        run_all(pattern, methods, quick)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGVTALRM


def run_all(pattern: re.Pattern[str], methods: Collection[str], quick: bool) -> None:
    """Run a pattern on all its texts; the kernel ends this process if one takes too long."""
    openings = ("", '"') if '"' in pattern.pattern else ("",)
    full = QUICK_SIZE if quick else SIZE
    for unit in to_units(pattern.pattern, quick):
        for opening in openings:
            part, whole = (opening + unit * (size // len(unit)) + "\x00" for size in (full // PART, full))
            for method in methods:
                spent = run_once(pattern, method, part, ALLOWED)
                run_once(pattern, method, whole, max(ALLOWED, MAX_RATIO * spent))


def run_once(pattern: re.Pattern[str], method: str, text: str, allowed: float) -> float:
    """Run a pattern on one text within a limit of CPU time; give the seconds that it took."""
    began = time.process_time()
    signal.setitimer(signal.ITIMER_VIRTUAL, allowed)
    if method == "sub":
        pattern.sub("", text)
    elif method == "finditer":
        deque(pattern.finditer(text), maxlen=0)
    else:
        getattr(pattern, method)(text)
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return time.process_time() - began


def main(arguments: list[str]) -> int:
    """Run the given patterns, or all of the product; print the slow ones and the number of all."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.slow_patterns")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("pattern", nargs="*")
    options = parser.parse_args(arguments)
    given: list[NamedPattern] = [(pattern, re.compile(pattern), ("search", "fullmatch")) for pattern in options.pattern]
    patterns = given or list(list_patterns())
    slow = [name for name, pattern, methods in patterns if is_slow(pattern, methods, options.quick)]
    for name in slow:
        print("slow:", name)
    print(f"{len(patterns)} patterns, {len(slow)} slow")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
