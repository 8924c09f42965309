"""Settings of the server, read once from the environment or ``.streamlit/secrets.toml``."""

from __future__ import annotations

import functools
import ipaddress
import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from components.errors import ConfigError, InputError
from components.model import ApiKey, Role

ROOT = Path(__file__).resolve().parent.parent
#: Where Streamlit reads its own secrets too, among them ``[auth]``.
SECRETS = ROOT / ".streamlit" / "secrets.toml"
DEFAULT_BASE_URL = "https://data.leadlex.com/functions/v1/api-gateway"
KEY_PREFIX = "wbk_"

#: All settings with their descriptions; a test compares the names with the README.
SETTINGS: Mapping[str, str] = {
    "LEADLEX_API_KEY": "connects every session automatically; for the server of a single team",
    "LEADLEX_BASE_URL": "address of the LeadLex API; https, or http on loopback",
    "LEADLEX_DATA_DIR": "folder of the database and of the practice mails",
    "LEADLEX_DATABASE_URL": "SQLAlchemy URL of the database",
    "LEADLEX_ALLOWED_EMAILS": "who may sign in: addresses and @domains, separated by commas",
    "LEADLEX_ADMINS": "addresses of those who are always admins, separated by commas",
    "LEADLEX_DEFAULT_ROLE": "role of a new member: reader, writer, sender or admin",
    "LEADLEX_OWN_KEYS": "whether people may connect with API keys of their own: yes or no",
}
#: What Streamlit needs of ``[auth]``, each a text.
_AUTH = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")
_CALLBACK = "/oauth2callback"
#: The fewest characters of the secret that signs the cookies of a sign-in.
_COOKIE_SECRET_LENGTH = 32


@dataclass(frozen=True, slots=True)
class SignIn:
    """Who may sign in, by verified addresses in lower case, and where: ``origin`` is the app's scheme, host and port.

    ``allowed`` has addresses and ``@domains``.
    """

    origin: str
    allowed: frozenset[str]
    admins: frozenset[str]
    default_role: Role = Role.SENDER

    def is_allowed(self, address: str) -> bool:
        """Tell whether somebody with this verified address may come in."""
        return address in self.admins or is_listed(address, self.allowed)


@dataclass(frozen=True, slots=True)
class ServerKey:
    """An API key of the server: ``name`` is shown to people, ``members`` (addresses, ``@domains``) may use it.

    None stands for everybody.
    """

    name: str
    key: ApiKey
    members: frozenset[str] | None = None

    def is_for(self, address: str | None) -> bool:
        """Tell whether somebody may use it; None is somebody who has not signed in."""
        return self.members is None or (address is not None and is_listed(address, self.members))


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of this process."""

    base_url: str
    data_dir: Path
    database_url: str = field(repr=False)
    server_keys: tuple[ServerKey, ...] = ()
    sign_in: SignIn | None = None
    has_own_keys: bool = True


def is_listed(address: str, entries: frozenset[str]) -> bool:
    """Tell whether a list of addresses and ``@domains`` in lower case has an address or its domain."""
    name, _, domain = address.rpartition("@")
    return bool(name) and (address in entries or f"@{domain}" in entries)


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


def to_settings(values: Mapping[str, str], tables: Mapping[str, Any] | None = None) -> Settings:
    """Parse the values of settings, and the tables ``auth`` and ``workspaces`` of the secrets. Raises ConfigError."""
    tables = tables or {}
    data_dir = (ROOT / values.get("LEADLEX_DATA_DIR", "data")).resolve()
    sign_in = _to_sign_in(tables["auth"], values) if "auth" in tables else None
    server_keys = tuple(_list_server_keys(values, tables.get("workspaces", {}), sign_in))
    has_own_keys = _to_choice(values, "LEADLEX_OWN_KEYS", ("yes", "no"))
    return Settings(
        base_url=to_base_url(values.get("LEADLEX_BASE_URL") or DEFAULT_BASE_URL),
        data_dir=data_dir,
        database_url=values.get("LEADLEX_DATABASE_URL") or f"sqlite:///{data_dir / 'composer.db'}",
        server_keys=server_keys,
        sign_in=sign_in,
        # Under a sign-in, a key beside those of the server needs the operator's word.
        has_own_keys=has_own_keys == "yes" if has_own_keys else sign_in is None or not server_keys,
    )


def _to_sign_in(auth: Any, values: Mapping[str, str]) -> SignIn:
    """Parse who may sign in. Raises ConfigError, also where nobody would be an admin."""
    given = auth if isinstance(auth, dict) else {}
    missing = [name for name in _AUTH if not isinstance(given.get(name), str) or not given[name]]
    if missing:
        raise ConfigError(f"[auth] in .streamlit/secrets.toml lacks {', '.join(missing)}")
    if len(auth["cookie_secret"]) < _COOKIE_SECRET_LENGTH:
        raise ConfigError(
            f"cookie_secret of [auth] has fewer than {_COOKIE_SECRET_LENGTH} characters; "
            "python -c 'import secrets; print(secrets.token_hex(32))' makes one"
        )
    admins = _to_addresses(values.get("LEADLEX_ADMINS", "").split(","), "LEADLEX_ADMINS")
    if not admins or any(each.startswith("@") for each in admins):
        raise ConfigError("LEADLEX_ADMINS must name at least one address, and no domains, where [auth] is set")
    allowed = _to_addresses(values.get("LEADLEX_ALLOWED_EMAILS", "").split(","), "LEADLEX_ALLOWED_EMAILS")
    role = _to_choice(values, "LEADLEX_DEFAULT_ROLE", tuple(Role)) or Role.SENDER
    return SignIn(_to_origin(auth["redirect_uri"]), allowed, admins, Role(role))


def _to_origin(redirect_uri: str) -> str:
    """Return scheme, host and port of the address to which the identity provider sends people back."""
    parts = urlsplit(redirect_uri)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    if not is_safe or not parts.path.endswith(_CALLBACK) or "{" in redirect_uri:
        raise ConfigError(
            f"redirect_uri of [auth] must be the app's own address with {_CALLBACK} behind it, by https "
            "(http is for this computer alone)"
        )
    # Browsers leave out the default port of the scheme.
    default_port = ":443" if parts.scheme == "https" else ":80"
    return f"{parts.scheme}://{parts.netloc.removesuffix(default_port)}".lower()


def _list_server_keys(values: Mapping[str, str], workspaces: Any, sign_in: SignIn | None) -> Iterable[ServerKey]:
    raw_key = values.get("LEADLEX_API_KEY", "")
    if raw_key.strip():
        yield ServerKey("", _to_server_key(raw_key, "LEADLEX_API_KEY"))
    if not isinstance(workspaces, dict):
        raise ConfigError("workspaces in .streamlit/secrets.toml must be tables such as [workspaces.Berlin]")
    for name, table in workspaces.items():
        place = f"[workspaces.{name}]"
        if not isinstance(table, dict) or not isinstance(table.get("key"), str):
            raise ConfigError(f"{place} in .streamlit/secrets.toml needs a key")
        listed = table.get("members")
        if listed is not None and sign_in is None:
            raise ConfigError(f"{place} has members, but nobody signs in: set [auth], or leave the members out")
        if listed is not None and not isinstance(listed, list):
            raise ConfigError(f"members of {place} must be a list of addresses and @domains")
        members = None if listed is None else _to_addresses(map(str, listed), f"members of {place}")
        yield ServerKey(name, _to_server_key(table["key"], f"key of {place}"), members)


def _to_server_key(text: str, name: str) -> ApiKey:
    try:
        return to_api_key(text)
    except InputError as error:
        raise ConfigError(f"{name}: {error.message}") from None


def _to_addresses(entries: Iterable[str], name: str) -> frozenset[str]:
    found = frozenset(each.strip().lower() for each in entries if each.strip())
    for each in found:
        if each.count("@") != 1 or each.endswith("@") or any(map(str.isspace, each)):
            raise ConfigError(f"{name}: “{each}” is neither an address nor a domain with an @ before it")
    return found


def _to_choice(values: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    """Return the chosen word in lower case, "" without one. Raises ConfigError."""
    chosen = values.get(name, "").strip().lower()
    if chosen and chosen not in choices:
        raise ConfigError(f"{name} must be one of {', '.join(choices)}")
    return chosen


@functools.cache
def settings() -> Settings:
    """Read the settings: environment first, then ``.streamlit/secrets.toml``. Raises ConfigError."""
    try:
        secrets = tomllib.loads(SECRETS.read_text("utf-8")) if SECRETS.exists() else {}
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f".streamlit/secrets.toml cannot be read: {error}") from None
    chosen = {name: os.environ.get(name, secrets.get(name)) for name in SETTINGS}
    values = {name: _to_setting(value) for name, value in chosen.items() if value is not None}
    return to_settings(values, {name: secrets[name] for name in ("auth", "workspaces") if name in secrets})


def _to_setting(value: Any) -> str:
    """Return a value of the secrets as the environment would have it: a list as a line with commas."""
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
