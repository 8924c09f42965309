"""The samples for servers agree with the app, so that following them loses nothing."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from components.config import SETTINGS
from components.mailer.dispatcher import Timings

ROOT = Path(__file__).resolve().parents[3]
SAMPLES = {path.name: path.read_text("utf-8") for path in (ROOT / "docs" / "deploy").iterdir()}
GUIDE = (ROOT / "docs" / "deployment.md").read_text("utf-8")
CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
#: Seconds that the app needs, after the mails under way, to close everything else.
CLOSING = 25


def find_number(pattern: str, text: str) -> int:
    """Return the one number that a pattern finds."""
    (found,) = re.findall(pattern, text)
    return int(found)


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("leadlex-composer.service", r"(?m)^TimeoutStopSec=(\d+)$"),
        ("compose.yaml", r"stop_grace_period: (\d+)s"),
        ("Dockerfile", r"docker stop --time (\d+)"),
    ],
)
def test_service_managers_wait_for_mails_under_way(name: str, pattern: str) -> None:
    """Each grants the time for which the app waits, and some for the rest; the guide says both."""
    granted = find_number(pattern, SAMPLES[name])
    assert granted >= Timings().stop + CLOSING
    assert f"Grant it {granted}" in GUIDE
    assert f"up to {Timings().stop:.0f} seconds" in GUIDE


@pytest.mark.parametrize(
    ("name", "pattern"), [("nginx.conf", r"client_max_body_size (\d+)m;"), ("Caddyfile", r"max_size (\d+)MB")]
)
def test_proxies_let_the_largest_file_through(name: str, pattern: str) -> None:
    """Streamlit counts megabytes of 1024 × 1024 bytes, Caddy such of 1000 × 1000."""
    assert find_number(pattern, SAMPLES[name]) * 1000**2 > CONFIG["server"]["maxUploadSize"] * 1024**2


def test_proxies_do_not_log_searches() -> None:
    """Each access log is of a format that has neither the query nor the cookie."""
    nginx = SAMPLES["nginx.conf"]
    (form,) = re.findall(r"log_format composer ([^;]+);", nginx)
    assert not re.search(r"\$(request|request_uri|args|query_string|is_args|http_cookie|http_referer)\b", form)
    assert set(re.findall(r"access_log \S+ ?(\w*);", nginx)) == {"composer"}
    caddy = SAMPLES["Caddyfile"]
    assert caddy.count("log {") + caddy.count("log default {") == caddy.count("import private_log") == 2


def test_the_image_holds_the_app_and_no_secrets() -> None:
    """What it copies exists; the settings that the samples name are those of the app."""
    copied = [line.split()[1:-1] for line in SAMPLES["Dockerfile"].splitlines() if line.startswith("COPY ")]
    sources = [source for line in copied for source in line]
    assert {"app.py", "components", "pages", ".streamlit/config.toml"} <= set(sources)
    assert all((ROOT / source).exists() for source in sources)
    assert ".streamlit" not in sources
    named = {name for text in SAMPLES.values() for name in re.findall(r"LEADLEX_[A-Z_]+", text)}
    assert named
    assert named <= SETTINGS.keys()


def test_the_guide_names_every_sample() -> None:
    """Each file of docs/deploy is linked."""
    assert [name for name in SAMPLES if f"](deploy/{name})" not in GUIDE] == []


def test_an_upgrade_installs_what_the_server_needs() -> None:
    """The fresh environment and the image have the driver and the sign-in's library too, as locked."""
    upgrade = GUIDE.partition("## Upgrade")[2]
    for package in ("psycopg[binary]", "streamlit[auth]"):
        assert f".venv/bin/pip install -q -c requirements.lock '{package}'" in upgrade
        assert f'"{package}"' in SAMPLES["Dockerfile"]


def test_what_a_sign_in_needs_is_installed_where_the_app_runs() -> None:
    """The image has the library, and the guide names the app's own environment wherever it installs something."""
    assert '"streamlit[auth]"' in SAMPLES["Dockerfile"]
    (number,) = re.findall(r"--uid (\d+)", SAMPLES["Dockerfile"])
    assert f"chown {number} secrets.toml" in SAMPLES["compose.yaml"]
    assert f"chown {number} secrets.toml" in GUIDE
    assert set(re.findall(r"(\S*)pip install", GUIDE.replace("`", ""))) == {".venv/bin/"}
