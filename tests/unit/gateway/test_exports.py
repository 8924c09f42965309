"""Exports are read row by row; hostile tables are refused or bounded, and never cost more memory than a line."""

from __future__ import annotations

import contextlib
import csv
import io
from collections.abc import Callable, Iterator

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components import errors
from components.crm import Contact, Deal
from components.gateway import Client
from components.gateway.exports import read_contacts, read_deals
from components.model import ApiKey

HEADER = "id,full_name,email,phone,job_title,company_name,linkedin_url,tags,created_at"


def read(table: str | bytes, size: int = 7) -> list[Contact]:
    """Read a table that arrives in small pieces."""
    content = table.encode() if isinstance(table, str) else table
    return list(read_contacts(content[start : start + size] for start in range(0, len(content), size)))


def test_every_column() -> None:
    """All documented columns; tags in one quoted cell; a quoted line break, comma and quotation mark."""
    row = 'c-1,"Doe, ""Jane""\r\nDr",j@x.example,+49,GC,"X, Inc.",https://l,"a, b,,c",2026-01-01T00:00:00Z'
    assert read(f"{HEADER}\r\n{row}\r\n") == [
        Contact(
            *("c-1", 'Doe, "Jane"\r\nDr', "j@x.example", "+49", "GC", "X, Inc.", "https://l", "2026-01-01T00:00:00Z"),
            tags=("a", "b", "c"),
        )
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_byte_order_marks_line_ends_and_empty_lines(start: str, end: str) -> None:
    """All of them are no part of the table; so is the case and order of names."""
    lines = [f"{start}Company, Full_Name ,ID", "X,Jörg,1", "", "Y,Łuk,2", ""]
    found = read(end.join(lines))
    assert found == [Contact("1", "Jörg", company_name="X"), Contact("2", "Łuk", company_name="Y")]


def test_optional_columns_may_be_missing() -> None:
    """Only the id and something to call a person by are needed; rows without an id are left out."""
    assert read("id,email\n1,a@x.example\n ,b@x.example\n") == [Contact("1", "", "a@x.example")]
    assert list(read_deals([b"name,id\nSale,d\n"])) == [Deal("d", "Sale")]


def test_texts_stay_what_they_are() -> None:
    """Formulas are texts, NUL and broken UTF-8 are replaced, and the values of both tables are bounded."""
    found = read(b"id,full_name,phone\n1,\"=cmd|' /C calc'!A0\",+49\n2,A\0B,-1\n3,J\xfcrg,@x\n")
    assert [each.full_name for each in found] == ["=cmd|' /C calc'!A0", "A\ufffdB", "J\ufffdrg"]
    assert [each.phone for each in found] == ["+49", "-1", "@x"]
    (long,) = read(f'{HEADER}\n1,{"n" * 1001},{"e" * 513},p,,,,"{"t," * 500}{"x" * 2000}",\n')
    assert (long.full_name, long.email, long.phone) == ("", "", "p")
    assert long.tags == ("t",) * 100
    assert read(f"id,full_name\n{'i' * 513},A\n") == []


@pytest.mark.parametrize(
    ("value", "amount"),
    [("12.5", 12.5), ("", None), ("much", None), ("nan", None), ("inf", None), ("1e400", None), ("1e15", 1e15),
     ("-3", -3.0), ("١٢", None)],
)  # fmt: skip
def test_amounts(value: str, amount: float | None) -> None:
    """Finite numbers of a size that is exact."""
    (deal,) = read_deals([f"id,name,value\nd,n,{value}\n".encode()])
    assert deal.estimated_value == amount


def test_every_column_of_deals() -> None:
    """Stages by id are kept where the id says something, and left out where it is a UUID."""
    header = "id,name,pipeline_id,stage_id,status,value,currency,company_name,owner_email,created_at,closed_at"
    rows = "d,n,e8817b54-c0a8-434c-9098-72b1359168de,Proposal,active,1,EUR,X,o@x.example,2026,2027"
    assert list(read_deals([f"{header}\n{rows}\n".encode()])) == [
        Deal(
            *("d", "n", "Proposal", "active", "", 1.0, "EUR"),
            company_name="X",
            owner_email="o@x.example",
            created_at="2026",
            closed_at="2027",
        )
    ]


@pytest.mark.parametrize(
    ("table", "why"),
    [
        (b"", "no column id"),
        (b"\xef\xbb\xbf", "no column id"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "no column id"),
        (b'{"data": {"contacts": []}}', "no column id"),
        (b"id;full_name\n1;A\n", "no column id"),
        (b"id,colour\n1,red\n", "no column full_name"),
        (b"id,full_name\n1,A,extra\n", "3 cells"),
        (b"id,full_name\n1\n", "1 cells"),
        (b'id,full_name\n1,"A\n', "unexpected end"),
        (b'id,full_name\n1,"A"B\n', "expected after"),
        (b"id,full_name\n1," + b"x" * 10_000_000 + b"\n", "too long"),
        (b'id,full_name\n1,"' + b"x\n" * 5_000_000 + b'"\n', "field larger"),
        (b"x" * 10_000_000, "too long"),
        (bytes(10_000_000), "too long"),
    ],
    ids=["empty", "mark", "page", "json", "semicolons", "columns", "more", "less", "open", "quote", "cell", "lines",
         "line", "zeros"],
)  # fmt: skip
def test_what_is_no_table_is_refused(table: bytes, why: str) -> None:
    """With a reason, also after rows that could be read."""
    with pytest.raises(ValueError, match=why):
        read(table, 65_536)


def test_a_line_is_all_that_is_in_memory() -> None:
    """The reader asks for the next pieces only when it needs them."""
    given = 0

    def generate() -> Iterator[bytes]:
        nonlocal given
        yield b"id,full_name\n"
        while True:
            given += 1
            yield b"1,A\n" * 1000

    rows = read_contacts(generate())
    for _ in range(2000):
        next(rows)
    assert given < 70


@given(st.lists(st.lists(st.text(max_size=20), min_size=2, max_size=2), max_size=5), st.integers(1, 50))
def test_any_texts_come_back(rows: list[list[str]], size: int) -> None:
    """Whatever a correct writer makes of any texts, in pieces of any size."""
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerows([["id", "full_name"], *rows])
    content = table.getvalue().encode("utf-8", "replace")
    texts = [[cell.encode("utf-8", "replace").decode().strip() for cell in row] for row in rows]
    expected = [[cell.replace("\0", "\ufffd") for cell in row] for row in texts if row[0]]
    assert [[each.id, each.full_name] for each in read(content, size)] == expected


@given(st.binary(max_size=300))
def test_any_bytes(content: bytes) -> None:
    """They are a table or raise ValueError."""
    for reader in (read_contacts, read_deals):
        with contextlib.suppress(ValueError):
            assert all(each.id for each in reader([b"id,name\n", content]))


def open_client(answer: Callable[[httpx.Request], httpx.Response]) -> Client:
    """A client whose wire is a function."""
    return Client("https://leadlex.example/api", transport=httpx.MockTransport(answer))


class Breaking(httpx.SyncByteStream):
    """A body whose connection breaks after the first pieces."""

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        """Yield the pieces, then break."""
        yield from self._pieces
        raise httpx.ReadError("gone")


def test_the_request(key: ApiKey) -> None:
    """One GET that asks for CSV and for as many rows as LeadLex gives."""
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, content=b"id,name\n1,A\n", headers={"X-RateLimit-Remaining": "7"})

    client = open_client(answer)
    found = client.export_deals(key, list, created_before="2026-01-01T00:00:00Z")
    assert found.data == [Deal("1", "A")]
    assert found.rate_limit is not None
    assert found.rate_limit.remaining == 7
    client.export_contacts(key, list)
    assert [request.headers["Accept"] for request in seen] == ["text/csv"] * 2
    assert [request.url.path for request in seen] == ["/api/v1/deals/export", "/api/v1/contacts/export"]
    assert [dict(request.url.params) for request in seen] == [
        {"limit": "50000", "created_before": "2026-01-01T00:00:00Z"},
        {"limit": "50000"},
    ]
    assert seen[0].headers["Authorization"] == f"Bearer {key.reveal()}"


@pytest.mark.parametrize(
    ("response", "kind"),
    [
        (httpx.Response(403, json={"error": {"code": "insufficient_permissions"}}), errors.InsufficientPermissions),
        (httpx.Response(404), errors.RequestRefused),
        (httpx.Response(429, headers={"Retry-After": "9"}), errors.RateLimited),
        (httpx.Response(503, content=b"x" * 10_000_000), errors.ServerFailure),
        (httpx.Response(302, headers={"Location": "https://x"}), errors.RequestRefused),
        (httpx.Response(200, html="<p>Sign in"), errors.UnreadableAnswer),
        (httpx.Response(200, stream=Breaking(b"id,full_name\n1,A\n")), errors.ConnectionBroken),
        (httpx.Response(200, stream=Breaking()), errors.ConnectionBroken),
    ],
)
def test_failures(response: httpx.Response, kind: type[errors.GatewayError], key: ApiKey) -> None:
    """Whatever comes is an error of the tree, without the key in it."""
    client = open_client(lambda _: response)
    with pytest.raises(kind) as caught:
        client.export_contacts(key, list)
    assert key.reveal() not in repr(caught.value) + repr(caught.value.__context__)


def test_an_export_without_an_end_is_refused(key: ApiKey) -> None:
    """It is given up at a size that no workspace has; its rows were given one by one."""

    class Endless(httpx.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            yield b"id,full_name,unknown\n"
            # Wide cells, which are read quickest.
            rows = (b",no id," + b"x" * 100_000 + b"\n") * 100
            while True:
                yield rows

    client = open_client(lambda _: httpx.Response(200, stream=Endless()))
    with pytest.raises(errors.UnreadableAnswer, match="too long"):
        client.export_contacts(key, lambda rows: sum(1 for _ in rows))


def test_what_the_reader_raises_is_passed_on(key: ApiKey) -> None:
    """A database that refuses is no fault of LeadLex's answer."""

    def refuse(rows: Iterator[Contact]) -> None:
        next(rows)
        raise errors.StoreFull("The disk is full.")

    client = open_client(lambda _: httpx.Response(200, content=b"id,full_name\n1,A\n"))
    with pytest.raises(errors.StoreFull):
        client.export_contacts(key, refuse)
