"""Run the practice gateway as a program: ``python -m components.gateway.practice``."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from components.config import settings
from components.gateway.practice.server import PracticeGateway


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM and return the exit code; ``arguments`` as on the command line."""
    parser = argparse.ArgumentParser(prog="python -m components.gateway.practice", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1 (default: any free one)")
    parser.add_argument("--folder", type=Path, help="where mails and records are kept (default: in the data folder)")
    options = parser.parse_args(arguments)
    folder: Path = options.folder or settings().data_dir / "practice"
    gateway = PracticeGateway(folder, port=options.port)
    interrupted = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: interrupted.set())
    try:
        base_url = gateway.start()
    except OSError as error:
        print(f"The practice gateway cannot start: {error}", file=sys.stderr)
        return 1
    print(f"Practice gateway at {base_url}; its mails are kept in {gateway.sent_folder}", flush=True)
    interrupted.wait()
    gateway.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
