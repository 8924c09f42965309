"""Row 12 of the matrix: the wrong workflows under the same kills, which the verdict must condemn."""

from __future__ import annotations

from tests.faults.arena import Arena
from tests.faults.faults import Fault, Nth, healthy
from tests.faults.plan import Point, Role
from tests.faults.verdict import Verdict

#: Where each wrong workflow does its harm.
WRONG = {
    Role.POST_THEN_RECORD: Point.ROW_BEFORE,
    Role.SETTLE_THEN_POST: Point.CONNECT,
    Role.FRESH_KEY: Point.ACCEPTED,
}


def run_wrong(arena: Arena, role: Role, kills: int = 2) -> Verdict:
    """Kill a wrong workflow at its weak point, let it go on as it would, and judge it like the product."""
    point = WRONG[role]
    for _ in range(kills):
        arena.wire.script = Nth(Fault.KILL_ACCEPTED, 1) if point is Point.ACCEPTED else healthy
        arena.bury(arena.start(role, mails=2, point=Point.NONE if point is Point.ACCEPTED else point))
    arena.wire.script = healthy
    arena.run(role)
    return arena.judge(resting=False)
