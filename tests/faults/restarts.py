"""The server of the database stopped at any moment, and started again."""

from __future__ import annotations

import random

from tests.faults.environment import Environment
from tests.faults.faults import RandomFaults, healthy
from tests.postgresql import Cluster

#: Seconds within which the server is stopped after a process began, and for which it is away: at most, or exactly.
_BEGUN, _AWAY, _LONG_AWAY = 1.0, 2.0, 20.0


def restart_often(
    env: Environment, cluster: Cluster, restarts: int, chance: random.Random, mails: int = 8, long_ones: int = 0
) -> None:
    """Send mails while the server is stopped, in every way it can be, and started again after a while.

    ``long_ones`` of the restarts, chosen at random, take twenty seconds. No process ends because of that, and each
    settles what it sent by itself.
    """
    stays_away = set(chance.sample(range(restarts), long_ones))
    env.run()
    for number in range(restarts):
        env.proxy.script = RandomFaults(chance) if number % 2 else healthy
        child = env.start(mails=mails, answer_seconds=1.0)
        child.wait_for("ready")
        child.wait_dead(chance.random() * _BEGUN)
        cluster.stop(chance.choice(("fast", "immediate")))
        child.wait_dead(_LONG_AWAY if number in stays_away else chance.random() * _AWAY)
        cluster.start()
        child.finish()
