"""Refreshes of the copy of the CRM that are killed and repeated (row 14 of the matrix)."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import sqlalchemy as sa

from components.crm import Kind
from components.mailer.connection import to_fingerprint
from components.model import ApiKey
from components.store import Store
from components.store.crm.lookups import TABLES
from components.store.engine import reading
from components.store.maintenance.integrity import check
from tests.faults.environment import Environment
from tests.faults.plan import Plan, Point, Role
from tests.faults.result import Result

#: The rows of every version: contacts in two portions, deals in one.
ROWS = {Kind.CONTACT: 3000, Kind.DEAL: 500}
#: The first transactions of a refresh: the last of them removes what the version before leaves.
_COMMITS = 18
#: Seconds after which a process is killed at the latest that is killed at random.
_LIFETIME = 0.8
_HEADERS = {Kind.CONTACT: "id,full_name,created_at", Kind.DEAL: "id,name,created_at"}


class Crm:
    """LeadLex's exports on loopback: every row carries the ``version`` of the moment in its name."""

    def __init__(self) -> None:
        self.version = 1
        crm = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                """Answer an export."""
                kind = Kind.CONTACT if "contacts" in self.path else Kind.DEAL
                lines = (f"{kind}-{number},Row {number} of version {crm.version},2026" for number in range(ROWS[kind]))
                body = "\n".join((_HEADERS[kind], *lines, "")).encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/csv; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Stay quiet."""

            def handle_one_request(self) -> None:
                """Survive a client that was killed."""
                try:
                    super().handle_one_request()
                except ConnectionError:
                    self.close_connection = True

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base_url = f"http://127.0.0.1:{self._server.server_port}"

    @contextmanager
    def serving(self) -> Iterator[Crm]:
        """Serve until the block ends."""
        thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        thread.start()
        yield self
        self._server.shutdown()
        self._server.server_close()
        thread.join(10)


def kill_refreshes(env: Environment, kills: int, chance: random.Random, role: Role = Role.REFRESH) -> Result:
    """Kill refreshes at random steps or moments; before each one LeadLex has another version.

    After every kill the copy shown must be one complete version, no older than the one before; the last refresh is not
    killed, shows the newest, and leaves nothing else. ``damage`` of the result names what was broken.
    """
    problems: list[str] = []
    shown = dict.fromkeys(Kind, 1)
    with Crm().serving() as crm:
        env.run(Role.REFRESH, base_url=crm.base_url)
        while env.kills < kills and not problems:
            crm.version += 1
            _kill_one(env, role, crm.base_url, chance)
            problems += _look(env, shown, crm.version)
        crm.version += 1
        if not problems:
            env.run(role, base_url=crm.base_url)
            problems += _look(env, shown, crm.version) + _check_end(env, shown, crm.version)
    nobody = frozenset[str]()
    sums = {"messages": env.kills, "delivered": env.kills, "duplicates": 0, "settled": 0}
    doubts = dict.fromkeys(("lost", "contradicted", "moving", "unknown", "other_bytes"), nobody)
    return Result(**sums, **doubts, damage="; ".join((*problems, *check(env.database))))  # type: ignore[arg-type]


def _kill_one(env: Environment, role: Role, base_url: str, chance: random.Random) -> None:
    """Run one refresh that is killed before or after a commit, or at any moment unless it ends before."""
    point = chance.choice((Point.REFRESH_BEFORE, Point.REFRESH_AFTER, Point.RANDOM))
    child = env.start(role, base_url=base_url, point=point, nth=chance.randint(1, _COMMITS))
    if point is Point.RANDOM:
        child.wait_for("ready")
        if not child.wait_dead(chance.random() * _LIFETIME):
            child.kill()
    env.wait_killed(child)


def _look(env: Environment, shown: dict[Kind, int], newest: int) -> list[str]:
    """Name what is wrong with the copies as they are shown; notes their versions in ``shown``."""
    store = _open(env)
    workspace_id, fingerprint = _find_workspace(store)
    view, states = store.crm.open_view(workspace_id, fingerprint), store.crm.list_copies(workspace_id)
    names = {
        Kind.CONTACT: [contact.full_name for contact in view.find_contacts("version", 10_000)],
        Kind.DEAL: [deal.name for deal in view.find_deals("version", 10_000)],
    }
    store.close()
    problems = []
    for kind, rows in ROWS.items():
        versions = {int(name.rpartition(" ")[2]) for name in names[kind]}
        if len(versions) != 1 or len(set(names[kind])) != rows or states[kind].rows != rows:
            problems.append(f"{len(names[kind])} {kind}s of versions {versions}, said to be {states[kind].rows}")
            continue
        (version,) = versions
        if not shown[kind] <= version <= newest:
            problems.append(f"{kind}s of version {version} after {shown[kind]}, the newest being {newest}")
        shown[kind] = version
    return problems


def _check_end(env: Environment, shown: dict[Kind, int], newest: int) -> list[str]:
    """Name what an undisturbed refresh has left undone."""
    problems = [f"{kind}s are still of version {version}" for kind, version in shown.items() if version != newest]
    store = _open(env)
    workspace_id, _ = _find_workspace(store)
    with reading(store.engine) as connection:
        for kind, table in TABLES.items():
            rows = connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            if rows != ROWS[kind]:
                problems.append(f"{rows} rows of {kind}s are left")
    if store.crm_loads.get_refresh(workspace_id) is not None:
        problems.append("the refresh is still claimed")
    store.close()
    return problems


def _open(env: Environment) -> Store:
    return Store(f"sqlite:///{env.database}")


def _find_workspace(store: Store) -> tuple[int, str]:
    fingerprint = to_fingerprint(ApiKey(Plan(Role.REFRESH, "").key), "", practice=True)
    return store.workspaces.save_workspace(fingerprint, True), fingerprint
