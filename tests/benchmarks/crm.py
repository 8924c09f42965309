"""Measure the copy of the CRM: ``python -m tests.benchmarks.crm [CONTACTS DEALS]`` (50,000 and 20,000).

A refresh over HTTP from a server in a process of its own, its memory over rest, and finding people as they are typed.
The baselines are the least that does the same: the answers through ``csv`` into a table of raw sqlite3, in one
transaction, and ``LIKE`` over the same texts there.
"""

from __future__ import annotations

import csv
import io
import json
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil

from components.crm import Kind
from components.gateway.client import Client
from components.mailer.connection import open_workspace
from components.mailer.crm import CrmCopies
from components.model import ApiKey, Connection
from components.store import Store
from tests.benchmarks.bench import timed

_MEGABYTE = 1024 * 1024
_KEY = ApiKey("wbk_benchmark")
_FIRST = ("Anna", "Jörg", "Claire", "Søren", "Priya", "Marcus", "Łukasz", "Isabel", "Günther", "Hannah", "Aiko", "Zoë")
_PARTS = (
    "berg",
    "mann",
    "hauser",
    "müller",
    "stein",
    "feld",
    "brandt",
    "kamp",
    "dorf",
    "witz",
    "son",
    "ström",
    "quist",
)
_PLAIN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "o", "ł": "l", "ë": "e"})
_FORMS = ("GmbH", "AG", "SE", "plc", "SA", "Ltd", "A/S", "Holding KG")


def main(contacts: int, deals: int) -> None:
    """Serve, refresh in a process of its own, and print."""
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen(
            [sys.executable, "-m", __spec__.name, "serve", str(contacts), str(deals)], stdout=subprocess.PIPE, text=True
        )
        try:
            assert server.stdout is not None
            base_url = server.stdout.readline().strip()
            command = [sys.executable, "-m", __spec__.name, "measure", base_url, folder]
            answer = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True, timeout=580)
        finally:
            server.kill()
            server.wait()
    print(f"\ncopy of {contacts:,} contacts and {deals:,} deals")
    for name, value in json.loads(answer.stdout).items():
        print(f"  {name:48} {value:10.2f}")


def measure(base_url: str, folder: Path) -> dict[str, float]:
    """Refresh twice, find people, and do the same by raw sqlite3."""
    store, client = Store(f"sqlite:///{folder / 'app.db'}"), Client(base_url)
    connection = open_workspace(store, _KEY, base_url)
    copies = CrmCopies(store, lambda _: client)
    figures: dict[str, float] = {}
    # What is loaded and allocated only once counts as rest.
    with closing(Store(f"sqlite:///{folder / 'small.db'}")) as small:
        warm, few = CrmCopies(small, lambda _: Client(f"{base_url}/few")), open_workspace(small, _KEY, base_url)
        warm.refresh(few)
        assert warm.wait(few.workspace_id, 60)
    rest = psutil.Process().memory_info().rss
    for name in ("first refresh, s", "refresh over a copy, s"):
        Path("/proc/self/clear_refs").write_text("5")
        began, worked = timed(), time.process_time()
        copies.refresh(connection)
        assert copies.wait(connection.workspace_id, 500)
        figures[name] = timed() - began
        figures[name.replace(", s", ", s of one core")] = time.process_time() - worked
        figures[name.replace(", s", ", MB over rest")] = (_read_peak() - rest) / _MEGABYTE
    states = store.crm.list_copies(connection.workspace_id)
    assert not any(state.problem for state in states.values()), states
    assert store.crm.open_view(connection.workspace_id, "").kinds == frozenset()
    figures["rows shown"] = sum(state.rows for state in states.values())
    figures |= measure_finding(copies, connection)
    figures["rest after finding, MB over rest"] = (psutil.Process().memory_info().rss - rest) / _MEGABYTE
    figures |= measure_raw(base_url, folder)
    figures["first refresh, times the raw one"] = figures["first refresh, s"] / figures["raw refresh, s"]
    figures["find p95, times the raw one"] = figures["find p95, ms"] / figures["raw find p95, ms"]
    store.close()
    return figures


def list_typed() -> list[str]:
    """What people type: beginnings and middles of names, addresses and companies, two words, and what is not there."""
    chance = random.Random(7)
    typed = []
    for number in range(300):
        first, last, company = _to_name(chance.randrange(50_000))
        word = chance.choice((last, first, company, f"{first} {last[:3]}", last.replace("ü", "ue")))
        start = chance.choice((0, 0, 1))
        typed.append(word[start : start + chance.randint(2, 9)] if number % 10 else f"qx{number}")
    return typed


def measure_finding(copies: CrmCopies, connection: Connection) -> dict[str, float]:
    """Time each typed text, with the opening of the view that a page makes; the first reads the lines."""
    times, worked = time_each(list_typed(), lambda text: copies.open_view(connection).find_contacts(text))
    return {
        "find, the first, ms": times[0],
        "find p50, ms": to_percentile(times, 0.5),
        "find p95, ms": to_percentile(times, 0.95),
        "find p95, ms of one core": to_percentile(worked, 0.95),
        "find, the longest but the first, ms": max(times[1:]),
    }


def measure_raw(base_url: str, folder: Path) -> dict[str, float]:
    """Load and find by raw sqlite3."""
    with closing(sqlite3.connect(folder / "raw.db", isolation_level=None)) as database:
        for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "BEGIN"):
            database.execute(statement)
        began = timed()
        for kind in Kind:
            with urllib.request.urlopen(f"{base_url}/v1/{kind}s/export?limit=50000") as answer:
                rows = csv.reader(io.TextIOWrapper(answer, encoding="utf-8", newline=""))
                header = next(rows)
                database.execute(f"CREATE TABLE {kind} ({', '.join(header)}, found_by)")
                marks = ", ".join("?" * (len(header) + 1))
                lines = ([*row, " ".join(row).lower()] for row in rows)
                database.executemany(f"INSERT INTO {kind} VALUES ({marks})", lines)
        database.execute("COMMIT")
        seconds = timed() - began
        find = partial(_find_raw, database)
        times, _ = time_each(list_typed(), find)
    return {
        "raw refresh, s": seconds,
        "raw find p50, ms": to_percentile(times, 0.5),
        "raw find p95, ms": to_percentile(times, 0.95),
    }


def _find_raw(database: sqlite3.Connection, text: str) -> list[tuple[str, ...]]:
    query = "SELECT * FROM contact WHERE found_by LIKE ? LIMIT 8"
    return database.execute(query, (f"%{text.lower()}%",)).fetchall()


def time_each(texts: list[str], find: Callable[[str], object]) -> tuple[list[float], list[float]]:
    """The milliseconds that finding each text takes, by the clock and of one core."""
    times, worked = [], []
    for text in texts:
        began, core = timed(), time.process_time()
        find(text)
        times.append((timed() - began) * 1000)
        worked.append((time.process_time() - core) * 1000)
    return times, worked


def to_percentile(times: list[float], share: float) -> float:
    """The time that a share of them does not exceed."""
    return sorted(times)[int(len(times) * share)]


def _read_peak() -> int:
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


def _to_name(number: int) -> tuple[str, str, str]:
    chance = random.Random(number)
    last = (chance.choice(_PARTS) + chance.choice(_PARTS) + chance.choice(("", "", "er", "-Lüdenscheid"))).title()
    company = f"{chance.choice(_PARTS).title()}{chance.choice(_PARTS)} {chance.randrange(3000)} {chance.choice(_FORMS)}"
    return chance.choice(_FIRST), last, company


def to_contacts(rows: int) -> Iterator[list[str]]:
    """The export of contacts, newest first."""
    yield ["id", "full_name", "email", "phone", "job_title", "company_name", "linkedin_url", "tags", "created_at"]
    for number in range(rows):
        first, last, company = _to_name(number)
        address = f"{first}.{last}{number}@{company.split()[0]}.example".lower().translate(_PLAIN)
        created = datetime(2026, 6, 1, tzinfo=UTC) - timedelta(minutes=number)
        yield [
            str(uuid.UUID(int=random.Random(number).getrandbits(128))), f"{first} {last}", address, f"+49 {number:05}",
            "General Counsel", company, f"https://linkedin.example/in/{number}", "key client,energy",
            created.isoformat(),
        ]  # fmt: skip


def to_deals(rows: int) -> Iterator[list[str]]:
    """The export of deals, newest first."""
    header = "id,name,pipeline_id,stage_id,status,value,currency,company_name,owner_email,created_at,closed_at"
    yield header.split(",")
    for number in range(rows):
        company = _to_name(number)[2]
        created = (datetime(2026, 6, 1, tzinfo=UTC) - timedelta(minutes=number)).isoformat()
        place = ["corporate", "proposal", "open", "120000", "EUR"]
        yield [f"deal-{number}", f"{company}: matter {number}", *place, company, "alex@firm.example", created, ""]


def serve(contacts: int, deals: int) -> None:
    """Answer exports until the process is killed; below ``/few`` with ten rows."""

    def render(rows: Iterator[list[str]]) -> bytes:
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        return text.getvalue().encode()

    bodies = {
        "/v1/contacts/export": render(to_contacts(contacts)),
        "/v1/deals/export": render(to_deals(deals)),
        "/few/v1/contacts/export": render(to_contacts(10)),
        "/few/v1/deals/export": render(to_deals(10)),
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Answer an export."""
            # The second page of a full one: what is older than its last row.
            path, _, query = self.path.partition("?")
            body = bodies[path] if "created_before" not in query else bodies[path].splitlines(keepends=True)[0]
            self.send_response(200)
            self.send_header("Content-Type", "text/csv; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["serve", contacts, deals]:
            serve(int(contacts), int(deals))
        case ["measure", base_url, folder]:
            print(json.dumps(measure(base_url, Path(folder))))
        case [contacts, deals]:
            main(int(contacts), int(deals))
        case _:
            main(50_000, 20_000)
