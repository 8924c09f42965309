"""A complete export in as many calls as it takes: 50,000 rows each, newest first, and on with ``created_before``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Protocol, TypeVar

from components.crm import Contact, Deal, Kind, to_moment
from components.errors import UnreadableAnswer
from components.gateway.exports import EXPORT_ROWS
from components.model import ApiKey, ApiResponse

T = TypeVar("T", Contact, Deal)

#: The calls for one kind: for both together the ten that LeadLex allows a workspace in an hour.
MAX_PAGES = 5
#: Rows written a transaction: others wait so long at most, and each portion changes all pages of the index of ids.
_PORTION = 2500

#: Writes a portion of rows, and returns how many of them the load did not have.
Add = Callable[[Sequence[Contact] | Sequence[Deal]], int]


@dataclass(frozen=True, slots=True)
class Page:
    """What one call brought: its rows, those that no call before had brought, and how it can go on.

    ``oldest`` is None unless all rows have a time, and come newest first.
    """

    rows: int
    new: int
    oldest: datetime | None


class ExportClient(Protocol):
    """The client methods that an export calls."""

    def export_contacts(
        self, key: ApiKey, consume: Callable[[Iterator[Contact]], Page], *, created_before: str = ""
    ) -> ApiResponse[Page]:
        """Export contacts. Raises GatewayError."""

    def export_deals(
        self, key: ApiKey, consume: Callable[[Iterator[Deal]], Page], *, created_before: str = ""
    ) -> ApiResponse[Page]:
        """Export deals. Raises GatewayError."""


def export_all(client: ExportClient, key: ApiKey, kind: Kind, add: Add) -> Iterator[ApiResponse[Page]]:
    """Export everything of a kind and yield the answer to each call; it is complete when the last one is yielded.

    Raises GatewayError, UnreadableAnswer also where there is more than the calls can bring; what ``add`` raises is
    passed on.
    """
    created_before = ""
    for _ in range(MAX_PAGES):
        if kind is Kind.CONTACT:
            answer = client.export_contacts(key, lambda rows: _read_page(rows, add), created_before=created_before)
        else:
            answer = client.export_deals(key, lambda rows: _read_page(rows, add), created_before=created_before)
        yield answer
        if answer.data.rows < EXPORT_ROWS:
            return
        created_before = _to_edge(answer.data)
    raise UnreadableAnswer(f"LeadLex has more than {MAX_PAGES * EXPORT_ROWS:,} {kind}s.")


def _read_page(rows: Iterator[T], add: Add) -> Page:
    count = new = 0
    oldest: datetime | None = datetime.max.replace(tzinfo=UTC)
    while portion := list(islice(rows, _PORTION)):
        new += add(portion)
        count += len(portion)
        for row in portion:
            created = to_moment(row.created_at)
            oldest = created if oldest and created and created <= oldest else None
    return Page(count, new, oldest)


def _to_edge(page: Page) -> str:
    """Return where the next page begins. Raises UnreadableAnswer.

    A second later than the oldest row: others of that second may have been left out, and what comes again is known.
    """
    if page.oldest is None:
        raise UnreadableAnswer("LeadLex's export goes on after its last row, but is not ordered by created_at.")
    if not page.new:
        raise UnreadableAnswer("LeadLex's export goes on after its last row, but repeats the same rows.")
    return (page.oldest + timedelta(seconds=1)).isoformat(timespec="seconds").replace("+00:00", "Z")
