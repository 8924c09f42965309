"""Compare the search with notmuch, if installed: ``python -m tests.benchmarks.history.notmuch 100000 --folder F``.

notmuch indexes the same mails, as files of a Maildir; only mails with words are written, without their HTML. Each
question asks both for the newest 50: the store with texts marked and cut, notmuch for its summary lines. notmuch's time
includes the start of its process, which is printed too: ``notmuch count`` of a mail that does not exist.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from functools import partial
from pathlib import Path

from components.store import Message
from components.store.search.language import parse
from tests.benchmarks.history.corpus import END, Corpus
from tests.benchmarks.history.filling import open_filled

_SETTINGS = "[database]\npath={}\n[user]\nname=A\nprimary_email=a@x.org\n[new]\ntags=\n[search]\nexclude_tags=\n"


def main() -> None:
    """Fill both, ask both in turn, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size", type=int, help="how many mails")
    parser.add_argument("--rounds", type=int, default=20, help="how often each question is asked")
    parser.add_argument("--folder", type=Path, help="where the databases are kept")
    given = parser.parse_args()
    if shutil.which("notmuch") is None:
        raise SystemExit("notmuch is not installed: nothing to compare with.")
    with tempfile.TemporaryDirectory() as temporary:
        folder: Path = given.folder or Path(temporary)
        store, workspace_id = open_filled(folder, given.size)
        home = index(folder / f"notmuch{given.size}", given.size)
        start = _time(lambda: ask(home, "count", "id:nobody"), given.rounds)
        print(f"{given.size:,} mails, ms; a notmuch that finds nothing takes {statistics.median(start) * 1000:.1f}")
        print(f"{'':16} {'store: best':>12} {'median':>8} {'p95':>8} {'notmuch: best':>14} {'median':>8} {'p95':>8}")
        for name, line in list_lines().items():
            query = parse(line, datetime.fromtimestamp(END, UTC))
            ours = _time(partial(store.search.search_mails, workspace_id, query), given.rounds)
            theirs = _time(partial(ask, home, "search", "--limit=50", "--output=summary", line), given.rounds)
            print(f"{name:16} {_sum_up(ours, 12)} {_sum_up(theirs, 14)}", flush=True)
        store.close()


def list_lines() -> dict[str, str]:
    """List the queries whose syntax is the same in both."""
    common, second, third, medium = Corpus(1000).list_words([0, 1, 3, 60])
    return {
        "common word": common,
        "medium word": medium,
        "rare word": Corpus(1000).list_words([15_000])[0],
        "two words": f"{common} {third}",
        "phrase": f'"{common} {second}"',
        "prefix of 5": f"{medium[:5]}*",
    }


def index(home: Path, size: int) -> Path:
    """Return the folder with the mails as files and notmuch's index of them; create it where it is missing."""
    done = home / "done"
    if not done.exists():
        new = home / "mail" / "new"
        for folder in (new, home / "mail" / "cur", home / "mail" / "tmp"):
            folder.mkdir(parents=True, exist_ok=True)
        (home / "config").write_text(_SETTINGS.format(home / "mail"))
        started = time.perf_counter()
        for number, message in enumerate(Corpus(size).generate()):
            (new / f"{number}.eml").write_bytes(_to_eml(number, message))
        written = time.perf_counter()
        ask(home, "new", "--quiet")
        print(f"notmuch: written in {written - started:.0f} s, indexed in {time.perf_counter() - written:.0f} s")
        done.touch()
    return home


def ask(home: Path, *arguments: str) -> bytes:
    """Return what notmuch prints."""
    environment = os.environ | {"NOTMUCH_CONFIG": str(home / "config")}
    return subprocess.run(["notmuch", *arguments], env=environment, check=True, capture_output=True).stdout


def _to_eml(number: int, message: Message) -> bytes:
    mail, letter = message.mail, EmailMessage()
    letter["From"], letter["To"] = "a@x.org", ", ".join(map(str, mail.to))
    letter["Subject"], letter["Message-ID"] = mail.subject, f"<{number}@x.org>"
    letter["Date"] = format_datetime(datetime.fromtimestamp(message.entry.created_at, UTC))
    letter.set_content(mail.text)
    return letter.as_bytes()


def _time(action: Callable[[], object], rounds: int) -> list[float]:
    times = []
    for turn in range(rounds + 2):
        started = time.perf_counter()
        action()
        if turn > 1:
            times.append(time.perf_counter() - started)
    return times


def _sum_up(times: list[float], width: int) -> str:
    figures = (min(times), statistics.median(times), statistics.quantiles(times, n=20)[-1])
    return " ".join(f"{figure * 1000:{each}.1f}" for figure, each in zip(figures, (width, 8, 8), strict=True))


if __name__ == "__main__":
    main()
