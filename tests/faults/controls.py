"""Row 12 of the matrix: the wrong workflows under the same kills, whose faults the check must find."""

from __future__ import annotations

from tests.faults.environment import Environment
from tests.faults.faults import Fault, Nth, healthy
from tests.faults.plan import Point, Role
from tests.faults.result import Result

#: The point at which each wrong workflow does harm.
WRONG = {
    Role.POST_THEN_RECORD: Point.ROW_BEFORE,
    Role.SETTLE_THEN_POST: Point.CONNECT,
    Role.FRESH_KEY: Point.ACCEPTED,
    Role.OTHER_KEY: Point.ACCEPTED,
}


def run_wrong(env: Environment, role: Role, kills: int = 2) -> Result:
    """Kill a wrong workflow at its weak point, let it continue, and check it like the product."""
    point = WRONG[role]
    for _ in range(kills):
        env.proxy.script = Nth(Fault.KILL_ACCEPTED, 1) if point is Point.ACCEPTED else healthy
        env.wait_killed(env.start(role, mails=2, point=Point.NONE if point is Point.ACCEPTED else point))
    env.proxy.script = healthy
    env.run(role)
    return env.check(resting=False)
