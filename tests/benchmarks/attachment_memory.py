"""Measure memory and time of a 25 MB attachment: ``python -m tests.benchmarks.attachment_memory``.

Each method runs in a child process of its own, whose peak is measured after a small mail warmed it up. The target is
less than 8 MB above rest.
"""

from __future__ import annotations

import base64
import json
import random
import statistics
import subprocess
import sys
import tempfile
import uuid
from dataclasses import replace
from pathlib import Path

import httpx
import psutil

from components.model import Attachment
from tests.benchmarks.bench import App, print_table, timed, to_mail
from tests.benchmarks.server import serving

_SIZE = 25 * 1024 * 1024
_ROUNDS = 3
_TARGET = 8.0
_MEGABYTE = 1024 * 1024


def main() -> None:
    """Run each method in its own child processes and print the medians."""
    found: dict[str, list[tuple[float, float]]] = {"json": [], "stream": []}
    with serving() as base_url:
        for _ in range(_ROUNDS):
            for way, figures in found.items():
                with tempfile.TemporaryDirectory() as folder:
                    command = [sys.executable, "-m", __spec__.name, way, folder, base_url]
                    answer = subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=60, text=True)
                    memory, seconds = json.loads(answer.stdout)
                    figures.append((memory, seconds))
    columns = {way: list(zip(*figures, strict=True)) for way, figures in found.items()}
    medians = {way: [statistics.median(column) for column in both] for way, both in columns.items()}
    (json_memory, json_time), (memory, seconds) = medians["json"], medians["stream"]
    print_table(
        "25 MB attachment",
        [
            ("httpx.post(json=…), peak over rest", json_memory, "MB"),
            ("click to settled, peak over rest", memory, "MB"),
            ("httpx.post(json=…), time", json_time * 1000, "ms"),
            ("click to settled, time", seconds * 1000, "ms"),
        ],
        f"peak {memory:.1f} MB (target < {_TARGET:.0f}); time ratio {seconds / json_time:.2f}",
    )


def send_json(folder: Path, base_url: str) -> tuple[float, float]:
    """Read the file and let httpx serialise it."""
    path = folder / "file.bin"
    _write(path)
    url = base_url + "/v1/email/send"
    client = httpx.Client(trust_env=False)
    client.post(url, json={"subject": "warm"})
    rest = _reset_peak()
    began = timed()
    fields = {"subject": "large", "attachments": [{"content_base64": base64.b64encode(path.read_bytes()).decode()}]}
    client.post(url, json=fields).raise_for_status()
    return (_read_peak() - rest) / _MEGABYTE, timed() - began


def send_stream(folder: Path, base_url: str) -> tuple[float, float]:
    """Send it from the store, through outbox and dispatcher."""
    path = folder / "file.bin"
    _write(path)
    app = App(folder, base_url)
    with path.open("rb") as file:
        sha256 = app.store.blobs.save_blob([*iter(lambda: file.read(_MEGABYTE), b"")])
    app.dispatcher.start()
    app.outbox.enqueue(app.connection, str(uuid.uuid4()), to_mail(0))
    app.settled.acquire(timeout=30)
    files = (Attachment("file.bin", "application/octet-stream", _SIZE, sha256),)
    mail = replace(to_mail(1), attachments=files)
    rest = _reset_peak()
    began = timed()
    app.outbox.enqueue(app.connection, str(uuid.uuid4()), mail)
    app.settled.acquire(timeout=30)
    seconds = timed() - began
    grown = (_read_peak() - rest) / _MEGABYTE
    app.close()
    return grown, seconds


def _write(path: Path) -> None:
    chance = random.Random(25)
    with path.open("wb") as file:
        for _ in range(_SIZE // _MEGABYTE):
            file.write(chance.randbytes(_MEGABYTE))


def _reset_peak() -> int:
    """Reset the kernel's peak to the present size, and return that."""
    Path("/proc/self/clear_refs").write_text("5")
    return int(psutil.Process().memory_info().rss)


def _read_peak() -> int:
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


if __name__ == "__main__":
    if len(sys.argv) > 1:
        ways = {"json": send_json, "stream": send_stream}
        print(json.dumps(ways[sys.argv[1]](Path(sys.argv[2]), sys.argv[3])))
    else:
        main()
