"""Figures, columns and lists as plain elements: each is a button that opens its mails, and a table repeats them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from components.store.search.indexer import AT_REST
from components.ui.insights.spans import Bar, Span, format_days, to_line, to_scale_end
from components.ui.modules import write_import
from components.ui.url_state import SEARCH, Page, go_to
from components.ui.widgets.labels import format_mails

_FOLDER = Path(__file__).parent
_TONES = {"sent": "good", "queued": "calm", "failed": "bad", "unknown": "doubt"}

_mount = st.components.v2.component(
    "composer_insights",
    html='<div class="insights"></div>\n',
    css=(_FOLDER / "insights.css").read_text("utf-8"),
    js=write_import("insights/insights.js"),
)


@dataclass(frozen=True, slots=True)
class ChartRow:
    """One row of a list; ``line`` is the search that finds its mails."""

    name: str
    mails: int
    line: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in large type, with its name above and a note below; ``tone`` is "bad" or empty."""

    name: str
    value: str
    note: str = ""
    tone: str = ""


def render_figures(figures: Sequence[Figure], key: str) -> None:
    """Draw figures side by side."""
    _render({"kind": "figures", "figures": [asdict(figure) for figure in figures]}, key)


def render_columns(span: Span, bars: Sequence[Bar], key: str) -> None:
    """Draw mails over time, by status, with a table of the same numbers; ``bars`` are those of ``span``."""
    top = to_scale_end(max(sum(bar.mails) for bar in bars))
    totals = [sum(column) for column in zip(*(bar.mails for bar in bars), strict=True)]
    shown = [number for number, total in enumerate(totals) if total]
    label = f"Mails a {span.unit}, {format_days(span.first, span.last)}"
    data = {
        "kind": "columns",
        "label": label,
        "hint": f"Choose a {span.unit} to see its mails.",
        "unit": span.unit.capitalize(),
        "top": top,
        "scale": [f"{top:,}", "" if top % 2 else f"{top // 2:,}", "0"],
        "ends": [format_days(bar.first, bar.last) for bar in (bars[0], bars[-1])],
        "series": [
            {
                "name": AT_REST[number].capitalize(),
                "tone": _TONES[AT_REST[number]],
                "mails": f"{totals[number]:,}",
                "filter": f"status:{AT_REST[number]}",
                "line": f"{to_line(span.first, span.last)} status:{AT_REST[number]}",
            }
            for number in shown
        ],
        "bars": [
            {
                "name": format_days(bar.first, bar.last),
                "label": _describe(bar),
                "line": to_line(bar.first, bar.last),
                "total": sum(bar.mails),
                "mails": [bar.mails[number] for number in shown],
            }
            for bar in bars
        ],
    }
    _render(data, key)


def render_rows(label: str, column: str, rows: Sequence[ChartRow], key: str) -> None:
    """Draw a list of names with numbers; ``column`` is the heading of the names."""
    data = {"kind": "rows", "label": label, "column": column, "rows": [asdict(row) for row in rows]}
    _render(data, key)


def _render(data: dict[str, Any], key: str) -> None:
    def picked() -> None:
        line = st.session_state[key].get("pick")
        if isinstance(line, str):
            go_to(Page.HISTORY, **{SEARCH: line})

    _mount(key=key, data=data, on_pick_change=picked)


def _describe(bar: Bar) -> str:
    """Describe a bar: ``Mon 5 Oct 2026: 14 mails (12 sent, 2 failed)``."""
    total = sum(bar.mails)
    mails = format_mails(total) if total else "no mails"
    parts = ", ".join(f"{number:,} {status}" for number, status in zip(bar.mails, AT_REST, strict=True) if number)
    return f"{format_days(bar.first, bar.last)}: {mails}{f' ({parts})' if parts else ''}"
