"""Caches results for short texts only: each keystroke in a long text would fill the cache with another copy of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Concatenate, ParamSpec, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")


def cache_short(make: Callable[Concatenate[str, P], T], entries: int, longest: int) -> Callable[Concatenate[str, P], T]:
    """Return ``make`` with a cache of at most ``entries`` results, for texts of at most ``longest`` characters."""
    fetch = cast("Callable[Concatenate[str, P], T]", lru_cache(entries)(make))

    def call(text: str, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return (fetch if len(text) <= longest else make)(text, *args, **kwargs)

    return call
