"""One place of attack: a gateway, a faulty wire before it, a database, and the lives that are lived on it."""

from __future__ import annotations

import dataclasses
import threading
import uuid
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from components.gateway.practice import Delivery, PracticeGateway
from tests.faults.nursery import Child, Nursery
from tests.faults.plan import Plan, Role
from tests.faults.verdict import Verdict, judge
from tests.faults.wire import Wire


class Arena:
    """Everything of one scenario lies in ``folder``; ``nursery`` outlives it."""

    def __init__(self, nursery: Nursery, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "app" / "composer.db"
        self.database.parent.mkdir(parents=True, exist_ok=True)
        self._nursery = nursery
        self._post = folder / "gateway"
        self._post.mkdir(exist_ok=True)
        self.gateway = nursery.start(Plan(Role.GATEWAY, str(self._post)))
        self._starting = threading.Lock()
        self.wire = Wire(self.gateway.wait_for("url"))
        self.wire.victim = self._kill_newest
        self.children: list[Child] = []
        self.kills = 0

    def __enter__(self) -> Self:
        self.wire.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for child in self.children:
            child.kill()
        self.wire.close()
        self.gateway.kill()
        self.gateway.wait(10)

    def start(self, role: Role = Role.WORK, mails: int = 0, **settings: Any) -> Child:
        """Start a child on this arena's database, at first with its wire; ``mails`` new ones are its drafts."""
        values: dict[str, Any] = {
            "base_url": self.wire.base_url,
            "drafts": tuple(str(uuid.uuid4()) for _ in range(mails)),
        }
        plan = Plan(role, str(self.folder), str(self.database))
        with self._starting:
            child = self._nursery.start(dataclasses.replace(plan, **(values | settings)))
            self.children.append(child)
        return child

    def run(self, role: Role = Role.WORK, mails: int = 0, **settings: Any) -> Child:
        """Start a child and wait for its end in good order."""
        return self.start(role, mails, **settings).finish()

    def bury(self, child: Child) -> bool:
        """Wait for a child that may be killed; whether it was. Raises AssertionError where it failed by itself."""
        child.wait()
        if child.killed:
            self.kills += 1
            return True
        child.finish()
        return False

    def settle(self, **settings: Any) -> Verdict:
        """Start once more on a healthy wire, let the person settle everything, and judge."""
        self.run(**settings)
        return self.judge()

    def _kill_newest(self) -> None:
        with self._starting:
            self.children[-1].kill()
        self.children[-1].wait_dead(10)

    def list_deliveries(self) -> tuple[Delivery, ...]:
        """What the gateway handed to the provider."""
        return PracticeGateway(self._post).list_deliveries()

    def list_noted(self, word: str) -> list[str]:
        """What all children noted under this word."""
        return [detail for child in self.children for detail in child.list_notes(word)]

    def judge(self, *, resting: bool = True, idle: bool = True) -> Verdict:
        """The verdict on everything so far, once the wire is idle (not where a stopped child keeps it waiting)."""
        if idle:
            self.wire.wait_idle()
        return judge(
            self.database,
            self.list_deliveries(),
            self.wire.list_bodies(),
            frozenset(self.list_noted("saved")),
            frozenset(self.list_noted("drafted")),
            resting=resting,
        )
