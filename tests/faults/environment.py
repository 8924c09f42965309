"""The environment of one scenario: a gateway, a faulty proxy in front of it, a database, and the app's processes."""

from __future__ import annotations

import dataclasses
import threading
import uuid
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from components.gateway.practice import Delivery, PracticeGateway
from components.store.maintenance.integrity import check as check_file
from components.store.maintenance.integrity import check_server
from tests.faults.fork_server import Child, ForkServer
from tests.faults.plan import Plan, Role
from tests.faults.proxy import FaultyProxy
from tests.faults.result import Result, check


class Environment:
    """Runs app processes on one database and one gateway; all its files are in ``folder``.

    The database is a file there, or the one at ``url``.
    """

    def __init__(self, fork_server: ForkServer, folder: Path, url: str = "") -> None:
        self.folder = folder
        self.database = folder / "app" / "composer.db"
        self.database.parent.mkdir(parents=True, exist_ok=True)
        self.url = url or f"sqlite:///{self.database}"
        # On a server a process that was killed is known by its last heartbeat alone: that one must not take a minute.
        self.is_on_server = bool(url)
        self._settings: dict[str, Any] = {"lease": 2.0, "heartbeat": 0.3} if url else {}
        self._fork_server = fork_server
        self._gateway_folder = folder / "gateway"
        self._gateway_folder.mkdir(exist_ok=True)
        self.gateway = fork_server.start(Plan(Role.GATEWAY, str(self._gateway_folder)))
        self._starting = threading.Lock()
        self.proxy = FaultyProxy(self.gateway.wait_for("url"))
        self.proxy.kill_client = self._kill_newest
        self.children: list[Child] = []
        self.kills = 0

    def __enter__(self) -> Self:
        self.proxy.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for child in self.children:
            child.kill()
        self.proxy.close()
        self.gateway.kill()
        self.gateway.wait(10)

    def start(self, role: Role = Role.WORK, mails: int = 0, **settings: Any) -> Child:
        """Start a child on this database, connected to the proxy; ``mails`` is how many new mails it sends.

        ``settings`` replace fields of the plan.
        """
        values: dict[str, Any] = self._settings | {
            "base_url": self.proxy.base_url,
            "drafts": tuple(str(uuid.uuid4()) for _ in range(mails)),
        }
        plan = Plan(role, str(self.folder), self.url)
        with self._starting:
            child = self._fork_server.start(dataclasses.replace(plan, **(values | settings)))
            self.children.append(child)
        return child

    def run(self, role: Role = Role.WORK, mails: int = 0, **settings: Any) -> Child:
        """Start a child and wait until it ends normally."""
        return self.start(role, mails, **settings).finish()

    def wait_killed(self, child: Child) -> bool:
        """Wait for a child that may be killed; tell whether it was. Raises AssertionError where it failed instead."""
        child.wait()
        if child.killed:
            self.kills += 1
            return True
        child.finish()
        return False

    def settle(self, **settings: Any) -> Result:
        """Run the app once more without faults, let the person settle everything, and check the result."""
        self.run(**settings)
        return self.check()

    def _kill_newest(self) -> None:
        with self._starting:
            self.children[-1].kill()
        self.children[-1].wait_dead(10)

    def list_faults(self) -> list[str]:
        """List where what is stored contradicts itself."""
        return check_server(self.url) if self.is_on_server else check_file(self.database)

    def list_deliveries(self) -> tuple[Delivery, ...]:
        """List what the gateway handed to the provider."""
        return PracticeGateway(self._gateway_folder).list_deliveries()

    def list_all_events(self, event: str) -> list[str]:
        """List the details of this event from all children."""
        return [detail for child in self.children for detail in child.list_events(event)]

    def check(self, *, resting: bool = True, idle: bool = True) -> Result:
        """Check everything so far, once the proxy is idle (``idle`` is false where a stopped child keeps it busy)."""
        if idle:
            self.proxy.wait_idle()
        return check(
            self.url,
            self.list_deliveries(),
            self.proxy.list_bodies(),
            frozenset(self.list_all_events("saved")),
            frozenset(self.list_all_events("drafted")),
            resting=resting,
        )
