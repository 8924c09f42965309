"""Two servers behind nginx while one is killed and both are upgraded: ``python -m tests.faults.behind_proxy [FILE]``.

People write by hand in Chromium and a script enters mails, on PostgreSQL, through ``docs/deploy/nginx.conf`` or another
configuration in FILE. The servers begin with the release before the newest migration. One is killed and started again;
then each in turn is stopped and started as this release, so that the first migrates while the other sends on. Ends with
status 1 if a mail is sent twice, lost or in doubt without need, or if somebody is asked for their key although the
server that they are connected to lives.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import httpx

from components.config import ROOT
from components.mailer.connection import open_workspace
from components.model import ApiKey, Status
from components.store import Store
from components.ui.access import COOKIE, SESSION_PATH
from tests.browser.conftest import find_browser
from tests.browser.server import Server, running
from tests.faults.behind_proxy import nginx, script
from tests.faults.behind_proxy.nginx import Nginx
from tests.faults.behind_proxy.person import Person
from tests.faults.behind_proxy.record import Record
from tests.faults.environment import Environment
from tests.faults.fork_server import ForkServer
from tests.postgresql import MISSING, Cluster, find_programs
from tests.summaries import list_open

#: How many mails are written before a server is killed, before the first and the second upgrade, and after those.
_MAILS = (40, 60, 50, 50)
#: Each is used on both servers, so that either may send what the script enters.
_KEYS = ("wbk_demo_first", "wbk_demo_second")
_NAMES, _NEWCOMERS = ("Alex", "Bea", "Cyril", "Dana"), ("Eva", "Finn")
#: Seconds that LeadLex takes to accept a mail, so that a server that is killed has some under way.
_ANSWER = 0.4
#: Maximum seconds to wait for a number of mails, and for the last to be settled.
_PATIENCE = 900.0
_MIGRATIONS = ROOT / "components" / "store" / "migrations" / "versions"


def main(arguments: Sequence[str]) -> int:
    """Run it and print the counts; give the exit code."""
    lacking = [
        text
        for text, is_there in (
            (nginx.MISSING, nginx.is_installed()),
            (MISSING, find_programs()),
            ("Chromium is not installed (Debian: apt-get install chromium-headless-shell).", find_browser()),
        )
        if not is_there
    ]
    if lacking:
        print(*lacking, sep="\n")
        return 1
    configuration = Path(arguments[0]) if arguments else ROOT / "docs" / "deploy" / "nginx.conf"
    with (
        ForkServer() as fork_server,
        tempfile.TemporaryDirectory(prefix="behind-proxy-") as folder,
        Cluster(durable=True) as cluster,
        Environment(fork_server, Path(folder) / "gateway", cluster.create_database()) as env,
    ):
        env.proxy.when_complete = partial(time.sleep, _ANSWER)
        return Story(env, Path(folder), configuration).run()


class Story:
    """The servers, the proxy, the people and the script, and what happens to them."""

    def __init__(self, env: Environment, folder: Path, configuration: Path) -> None:
        self._env = env
        self._record = Record(env.url)
        self._previous = folder / "previous"
        self._commit = _export_previous(self._previous)
        settings = {"LEADLEX_BASE_URL": env.proxy.base_url, "LEADLEX_DATABASE_URL": env.url}
        places = (folder / "first", folder / "second")
        for each in places:
            each.mkdir()
        self._servers = tuple(Server(each, settings=settings, root=self._previous) for each in places)
        first, second = (each.url.rpartition(":")[2] for each in self._servers)
        self._nginx = Nginx(folder / "nginx", configuration, (first, second))
        self._people: list[Person] = []
        self._entered: list[str] = []
        self._over = threading.Event()
        self._began = time.monotonic()

    def run(self) -> int:
        """Let it happen, settle what is left, and print the counts; give the exit code."""
        first, second = self._servers
        with running(first), self._nginx:
            dispatcher = self._record.read_dispatcher()
            with running(second):
                under_way, beside = self._send_on(dispatcher)
        self._settle()
        return self._judge(under_way, beside)

    def _send_on(self, dispatcher: str) -> tuple[int, int]:
        """Kill the first server, which has this dispatcher, and upgrade both while mails are written.

        Returns how many mails it had under way, and how many the second sent while only the first was upgraded.
        """
        first, second = self._servers
        before = self._record.read_revision()
        self._note(f"two servers of release {self._commit} work, on {before}")
        self._send_people(_NAMES)
        # The servers keep a key as long as it has mails.
        self._wait_for_more(len(_NAMES))
        with self._entering():
            self._wait_for_more(_MAILS[0])
            while not self._record.count_under_way(dispatcher):
                self._over.wait(0.02)
            first.kill()
            under_way = self._record.count_under_way(dispatcher)
            self._note(f"the first was killed, with {under_way} mails under way")
            first.start()
            self._note("the first was started again")
            self._send_people(_NEWCOMERS)
            self._wait_for_more(_MAILS[1])
            self._upgrade(first)
            migrated = time.time()
            after = self._record.read_revision()
            assert after != before, "the newest migration did not run"
            self._note(f"the first migrated to {after}; the second sends on")
            self._wait_for_more(_MAILS[2])
            beside = sum(each.accepted_at > migrated for each in self._env.list_deliveries())
            self._upgrade(second)
            self._wait_for_more(_MAILS[3])
            self._over.set()
        for person in self._people:
            person.join(_PATIENCE)
        self._note("nobody writes any more")
        return under_way, beside

    def _note(self, text: str) -> None:
        print(f"{time.monotonic() - self._began:6.1f} s {self._record.count():4} mails: {text}", flush=True)

    def _send_people(self, names: Sequence[str]) -> None:
        """Let people in one after the other, so that the proxy spreads them over the servers."""
        for number, name in enumerate(names):
            key = _KEYS[number // len(self._servers) % len(_KEYS)]
            person = Person(name, key, self._nginx.url, self._over, self._record.has, self._is_known)
            person.start()
            assert person.connected.wait(_PATIENCE)
            self._people.append(person)

    def _is_known(self, token: str) -> bool:
        """Tell whether a server that lives knows a session: then it keeps the browser's cookie."""
        return any(map(partial(_keeps, token), self._servers))

    @contextmanager
    def _entering(self) -> Iterator[None]:
        """Run the script with the release before this one, and note what it has recorded."""
        command = [sys.executable, script.__file__, self._env.url, self._env.proxy.base_url, *_KEYS]
        environment = os.environ | {"PYTHONPATH": str(self._previous), "PYTHONSAFEPATH": "1"}
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=self._previous
        ) as process:
            yield
            self._entered += process.communicate()[0].split("\n")[:-1]
        assert process.returncode == 0, "the script failed"

    def _wait_for_more(self, mails: int) -> None:
        """Wait for so many mails. Raises AssertionError where a person has failed, or where they do not come."""
        until, mails = time.monotonic() + _PATIENCE, self._record.count() + mails
        while self._record.count() < mails:
            failures = [each.failure for each in self._people if each.failure]
            assert not failures, failures[0]
            assert time.monotonic() < until, "the mails do not arrive"
            self._over.wait(0.2)

    def _upgrade(self, server: Server) -> None:
        """Stop a server and start it as this release, as docs/deployment.md says."""
        began = time.monotonic()
        server.stop()
        stopped = time.monotonic() - began
        server.root = ROOT
        server.start()
        self._note(f"a server was stopped in {stopped:.1f} s and started as this release")

    def _settle(self) -> None:
        """Do what a person does with the mails in the outbox that nobody sends, until it is empty."""
        store = Store(self._env.url)
        outbox, dispatcher = script.open_outbox(store, self._env.proxy.base_url)
        dispatcher.start()
        opened = [open_workspace(store, ApiKey(key), self._env.proxy.base_url) for key in _KEYS]
        for connection in opened:
            outbox.resume(connection)
        until, clicks = time.monotonic() + _PATIENCE, 0
        while left := list_open(store, opened[0].workspace_id):
            assert time.monotonic() < until, left
            for mail in left:
                connection = next(each for each in opened if each.fingerprint == mail.key_fingerprint)
                if mail.due_at is None and mail.status in (Status.HELD, Status.UNKNOWN):
                    clicks += 1
                    act = outbox.send_now if mail.status is Status.HELD else outbox.check_again
                    act(connection, mail.id)
            self._over.wait(0.5)
        dispatcher.stop()
        store.close()
        self._note(f"the outbox is empty, after {clicks} clicks on Send now and Check again")

    def _judge(self, under_way: int, beside: int) -> int:
        sent = [subject for person in self._people for subject in person.sent]
        typed = [subject for person in self._people for subject in person.typed]
        result = self._record.check(self._env, [*sent, *self._entered], typed)
        questions = sum(each.questions for each in self._people)
        needless = sum(each.needless for each in self._people)
        print(
            f"{result.messages} mails, {len(sent)} by hand and {len(self._entered)} by script, {result.delivered} sent,"
        )
        print(f"{beside} of them while {self._commit} worked beside this release;")
        print(f"{result.duplicates} duplicates, {len(result.lost)} lost, {result.settled} unknown and then settled")
        print(f"of {under_way} under way at the kill; {len(typed) - len(set(typed))} typed twice;")
        print(f"the key was asked for again {questions} times, {needless} of them while the person's server lived;")
        print(f"{time.monotonic() - self._began:.0f} seconds")
        doubted = max(result.settled - under_way, 0)
        is_whole = result.passed and result.delivered == result.messages and not result.unknown
        if not is_whole or doubted or needless:
            print(f"BROKEN: {doubted} mails in doubt without need; {result}")
            return 1
        return 0


def _keeps(token: str, server: Server) -> bool:
    """Tell whether a server knows a session; where it does not, it deletes the cookie."""
    headers = {"Origin": server.url, "Cookie": f"{COOKIE}={token}"}
    try:
        answer = httpx.delete(f"{server.url}{SESSION_PATH}", headers=headers)
    except httpx.TransportError:
        return False
    return answer.is_success and "set-cookie" not in answer.headers


def _export_previous(folder: Path) -> str:
    """Write the release before the newest migration into a folder, from the history of this checkout; give its name."""
    newest = max(_MIGRATIONS.glob("m*.py"))
    added = ("log", "-1", "--diff-filter=A", "--format=%h", "--", str(newest))
    commit = f"{_run_git(*added).decode().strip()}~"
    folder.mkdir()
    subprocess.run(["tar", "-x", "-C", str(folder)], input=_run_git("archive", commit), check=True)
    return commit


def _run_git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
