"""Settings of the server, read once from the environment or ``.streamlit/secrets.toml``."""

from __future__ import annotations

import functools
import ipaddress
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from components.errors import ConfigError, InputError
from components.model import ApiKey

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_BASE_URL = "https://data.leadlex.com/functions/v1/api-gateway"
KEY_PREFIX = "wbk_"

#: All settings with their descriptions; a test compares the names with the README.
SETTINGS: Mapping[str, str] = {
    "LEADLEX_API_KEY": "connects every session by itself; for the server of a single team",
    "LEADLEX_BASE_URL": "address of the LeadLex API; https, or http on loopback",
    "LEADLEX_DATA_DIR": "folder of the database and of the practice mails",
    "LEADLEX_DATABASE_URL": "SQLAlchemy URL of the database",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of this process."""

    base_url: str
    data_dir: Path
    database_url: str
    api_key: ApiKey | None


def to_api_key(text: str) -> ApiKey:
    """Parse a pasted key, without surrounding whitespace.

    Raises InputError where it does not begin with ``wbk_`` or contains anything but visible ASCII characters, with
    which the HTTP client would quote it in an error about the header.
    """
    trimmed = text.strip()
    if not trimmed:
        raise InputError("Enter your LeadLex API key.", "API key")
    if not trimmed.startswith(KEY_PREFIX):
        raise InputError(f"A LeadLex API key begins with {KEY_PREFIX}. Copy it again from LeadLex.", "API key")
    if len(trimmed) == len(KEY_PREFIX) or not all("!" <= c <= "~" for c in trimmed):
        raise InputError("The key is incomplete or has blanks or unusual characters inside. Copy it again.", "API key")
    return ApiKey(trimmed)


def to_base_url(text: str) -> str:
    """Validate the address of the API: ``https``, or ``http`` for loopback only. Raises ConfigError."""
    address = text.strip()
    try:
        parts = urlsplit(address)
        has_port = parts.port != 0
    except ValueError:
        raise ConfigError("LEADLEX_BASE_URL has a host or a port that cannot be; ports end at 65535") from None
    if "@" in parts.netloc:
        raise ConfigError("LEADLEX_BASE_URL must not contain a user name or password; the API key is all it takes")
    if "?" in address or "#" in address:
        raise ConfigError("LEADLEX_BASE_URL must not contain a query or fragment (? or #): paths are added to its end")
    is_plain = all("!" <= c <= "~" and c != "\\" for c in address)
    if not parts.hostname or not has_port or not is_plain:
        raise ConfigError(f"LEADLEX_BASE_URL must be an address without blanks, such as {DEFAULT_BASE_URL}")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname)):
        raise ConfigError("LEADLEX_BASE_URL must begin with https:// (http:// is for this computer alone)")
    return address.rstrip("/")


def is_loopback(host: str) -> bool:
    """Tell whether a host name or address is this computer."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def to_settings(values: Mapping[str, str]) -> Settings:
    """Parse the raw values of settings. Raises ConfigError."""
    data_dir = (ROOT / values.get("LEADLEX_DATA_DIR", "data")).resolve()
    try:
        raw_key = values.get("LEADLEX_API_KEY", "")
        api_key = to_api_key(raw_key) if raw_key.strip() else None
    except InputError as error:
        raise ConfigError(f"LEADLEX_API_KEY: {error.message}") from None
    return Settings(
        base_url=to_base_url(values.get("LEADLEX_BASE_URL") or DEFAULT_BASE_URL),
        data_dir=data_dir,
        database_url=values.get("LEADLEX_DATABASE_URL") or f"sqlite:///{data_dir / 'composer.db'}",
        api_key=api_key,
    )


@functools.cache
def settings() -> Settings:
    """Read the settings: environment first, then ``.streamlit/secrets.toml``. Raises ConfigError."""
    secrets = ROOT / ".streamlit" / "secrets.toml"
    try:
        values = tomllib.loads(secrets.read_text("utf-8")) if secrets.exists() else {}
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f".streamlit/secrets.toml cannot be read: {error}") from None
    chosen = {name: os.environ.get(name, values.get(name)) for name in SETTINGS}
    return to_settings({name: str(value) for name, value in chosen.items() if value is not None})
