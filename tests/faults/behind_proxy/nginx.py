"""The nginx of ``docs/deploy/nginx.conf``, run from a temporary folder on free ports of loopback."""

from __future__ import annotations

import shutil
import subprocess
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from tests.browser.server import find_free_port

MISSING = "nginx or openssl is not installed (Debian: apt-get install nginx-light openssl)."
_START_SECONDS = 10.0
_FRAME = """
daemon off;
pid {folder}/nginx.pid;
events {{}}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxied;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/composer.conf;
}}
"""


def is_installed() -> bool:
    """Tell whether the programs are there."""
    return all(map(shutil.which, ("nginx", "openssl")))


class Nginx:
    """nginx with a configuration whose ports, name, certificate and logs are replaced, and nothing else.

    ``ports`` are those of the two servers.
    """

    def __init__(self, folder: Path, configuration: Path, ports: tuple[str, str]) -> None:
        folder.mkdir()
        self._folder = folder
        self._port = find_free_port()
        self.url = f"https://localhost:{self._port}"
        places = {
            "listen 80;": f"listen 127.0.0.1:{find_free_port()};",
            "listen 443 ": f"listen 127.0.0.1:{self._port} ",
            "/etc/ssl/mail.example.com": f"{folder}/certificate",
            "/var/log/nginx": str(folder),
            "mail.example.com": "localhost",
            ":8501": f":{ports[0]}",
            ":8502": f":{ports[1]}",
        }
        text = configuration.read_text("utf-8")
        for place, replacement in places.items():
            assert place in text, f"{configuration} has no {place!r}"
            text = text.replace(place, replacement)
        (folder / "composer.conf").write_text(text, "utf-8")
        (folder / "nginx.conf").write_text(_FRAME.format(folder=folder), "utf-8")
        files = ("-keyout", folder / "certificate.key", "-out", folder / "certificate.pem")
        command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
        subprocess.run([*command, *files], check=True, capture_output=True)

    def __enter__(self) -> Self:
        command = ["nginx", "-e", "stderr", "-p", str(self._folder), "-c", str(self._folder / "nginx.conf")]
        with (self._folder / "output").open("wb") as output:
            self._process = subprocess.Popen(command, stdout=output, stderr=output)
        until = time.monotonic() + _START_SECONDS
        while not self._is_up():
            assert self._process.poll() is None, (self._folder / "output").read_text("utf-8")
            assert time.monotonic() < until, "nginx does not answer"
            threading.Event().wait(0.05)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait(_START_SECONDS)

    def _is_up(self) -> bool:
        """Tell whether it answers, as it must for what is not for the public."""
        try:
            return httpx.get(f"{self.url}/ready", verify=False).status_code == 404
        except httpx.TransportError:
            return False
