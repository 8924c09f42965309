"""Two API keys of one workspace: no key ever sends what the other has tried (row 13 of the matrix).

The practice gateway knows an Idempotency-Key only together with the API key, so that a retry with the other one would
deliver the mail twice.
"""

from __future__ import annotations

import random
from typing import Any

from tests.faults.environment import Environment
from tests.faults.faults import Fault, FirstTries, RandomFaults, healthy
from tests.faults.plan import Point
from tests.faults.result import Result

WORKSPACE = "the demo firm"
_MAX_LIFETIME = 2.0


def to_settings(name: str) -> dict[str, Any]:
    """Return the settings of a child that has a key of the workspace."""
    return {"key": f"wbk_demo_{name}", "workspace": WORKSPACE}


def decide_for_colleague(env: Environment, fault: Fault, mails: int) -> Result:
    """Leave mails of one key in doubt; a colleague does everything with them that a person can, and sends others.

    Nothing but the colleague's own mails goes out meanwhile. Then the first key comes back and settles its mails.
    """
    env.proxy.script = FirstTries(fault)
    quick = fault in (Fault.STALLED, Fault.LATE, Fault.DRIP_ANSWER)
    seconds = 0.25 if quick else 10.0
    env.run(mails=mails, leave=True, max_tries=1, answer_seconds=seconds, **to_settings("first"))
    env.proxy.script = healthy
    env.proxy.wait_idle()
    tried = {request.key for request in env.proxy.requests}
    before = len(env.proxy.requests)
    colleague = env.run(mails=mails, **to_settings("second"))
    later = env.proxy.requests[before:]
    assert len(later) == mails, later
    assert not tried & {request.key for request in later}
    assert len(set(colleague.list_events("asked"))) == mails, colleague.lines
    assert all("API key" in refusal for refusal in colleague.list_events("refused")), colleague.lines
    return env.settle(**to_settings("first"))


def send_together(env: Environment, kills: int, chance: random.Random) -> Result:
    """Run both keys at once while a third of all requests fail and processes are killed; then each settles its own."""
    for _ in range(kills):
        env.proxy.script = RandomFaults(chance)
        children = [env.start(mails=2, asks=2, answer_seconds=0.3, **to_settings(name)) for name in ("first", "second")]
        for child in children:
            child.wait_for("ready")
        for child in children:
            if not child.wait_dead(chance.random() * _MAX_LIFETIME):
                child.kill()
        for child in children:
            env.wait_killed(child)
    env.proxy.script = healthy
    for name in ("first", "second"):
        env.run(**to_settings(name))
    result = env.check()
    assert result.messages, "every process was killed before its first mail"
    return result


def take_over(env: Environment, mails: int) -> Result:
    """Kill a process before it has tried its mails; a colleague's click sends them, once, also when it comes back."""
    child = env.start(mails=mails, point=Point.CLAIM_BEFORE, **to_settings("first"))
    assert env.wait_killed(child)
    env.run(**to_settings("second"))
    sent = env.check()
    assert sent.delivered == sent.messages, sent
    return env.settle(**to_settings("first"))
