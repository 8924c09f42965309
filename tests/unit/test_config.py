"""Parsing of settings; errors do not reveal secrets."""

from __future__ import annotations

from pathlib import Path

import pytest

from components.config import (
    DEFAULT_BASE_URL,
    ROOT,
    ServerKey,
    is_loopback,
    to_api_key,
    to_base_url,
    to_settings,
)
from components.errors import ConfigError, InputError
from components.model import ApiKey, Role


def test_defaults() -> None:
    """Without any setting: LeadLex itself, a database in the data folder, no key."""
    chosen = to_settings({})
    assert chosen.base_url == DEFAULT_BASE_URL
    assert chosen.data_dir == ROOT / "data"
    assert chosen.database_url == f"sqlite:///{ROOT / 'data' / 'composer.db'}"
    assert chosen.server_keys == ()
    assert chosen.sign_in is None
    assert chosen.has_own_keys


def test_chosen(tmp_path: Path) -> None:
    """Each setting is taken; the database follows its folder unless it is named itself."""
    chosen = to_settings({"LEADLEX_DATA_DIR": str(tmp_path), "LEADLEX_API_KEY": " wbk_x\n"})
    assert chosen.database_url == f"sqlite:///{tmp_path / 'composer.db'}"
    assert chosen.server_keys == (ServerKey("", ApiKey("wbk_x")),)
    assert to_settings({"LEADLEX_DATABASE_URL": "postgresql://h/d"}).database_url == "postgresql://h/d"
    assert to_settings({"LEADLEX_BASE_URL": "", "LEADLEX_API_KEY": "  "}).base_url == DEFAULT_BASE_URL


def test_the_address_of_the_database_is_not_repeated() -> None:
    """It may hold a password, which an error text or a log line must not show."""
    chosen = to_settings({"LEADLEX_DATABASE_URL": "postgresql://u:geheim@h/d"})
    assert "geheim" not in repr(chosen)


@pytest.mark.parametrize("text", ["wbk_1", "  wbk_live_ABC-xyz \r\n"])
def test_keys(text: str) -> None:
    """Whitespace around a pasted key is removed."""
    assert to_api_key(text).reveal() == text.strip()


@pytest.mark.parametrize("text", ["", "  ", "sk_1", "wbk_", "wbk_a b", "wbk_a\nb", "wbk_é", "wbk_\x7f", "Bearer wbk_1"])
def test_no_keys(text: str) -> None:
    """An invalid key raises an error for its field that does not show it."""
    with pytest.raises(InputError) as caught:
        to_api_key(text)
    assert caught.value.field == "API key"
    assert len(text.strip()) < 6 or text.strip() not in str(caught.value)


def test_a_wrong_key_of_the_server_is_a_setting() -> None:
    """LEADLEX_API_KEY is named, its value is not."""
    with pytest.raises(ConfigError, match="LEADLEX_API_KEY") as caught:
        to_settings({"LEADLEX_API_KEY": "wbk_se cret"})
    assert "cret" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://x.test/api/", "https://x.test/api"),
        (" https://x.test ", "https://x.test"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://127.0.0.1:1/a", "http://127.0.0.1:1/a"),
        ("http://[::1]:1", "http://[::1]:1"),
    ],
)
def test_addresses(text: str, expected: str) -> None:
    """https anywhere, http on this computer alone."""
    assert to_base_url(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "x",
            "ftp://x.test",
            "http://x.test",
            "http://127.0.0.1.x.test",
            "https://x.test?a=1",
            "https://x.test#a",
        ),
        *("https://u:p@x.test", "https://u@x.test", "https://:p@x.test", "https://@x.test", "https://x.test\\@y.test"),
        *(
            "https://x.test/a b",
            "https://x.te st",
            "https://x.test/\u00a0b",
            "https://x.test\t/a",
            "https://x.test\n/a",
        ),
        *(
            "https://x.test:65536",
            "https://x.test:99999999",
            "https://x.test:-1",
            "https://x.test:0",
            "https://x.test:a",
        ),
    ],
)
def test_no_addresses(text: str) -> None:
    """Any other address raises an error that names the setting."""
    with pytest.raises(ConfigError, match="LEADLEX_BASE_URL"):
        to_base_url(text)


@pytest.mark.parametrize("end", ["?", "#", "?#", "/?", "/api?", "/api#", "?a=1", "/#a", "/api/?a#b"])
def test_no_query_and_no_fragment(end: str) -> None:
    """Not even an empty one, which would swallow the paths that are added; the reason is given."""
    with pytest.raises(ConfigError, match=r"LEADLEX_BASE_URL must not contain a query or fragment \(\? or #\)"):
        to_base_url(f"https://x.test{end}")


@pytest.mark.parametrize(
    ("host", "expected"), [("localhost", True), ("127.9.9.9", True), ("::1", True), ("10.0.0.1", False), ("x", False)]
)
def test_loopback(host: str, expected: bool) -> None:
    """This computer, by name or number."""
    assert is_loopback(host) is expected


AUTH = {
    "redirect_uri": "https://Mail.firm.test:443/oauth2callback",
    "cookie_secret": "s" * 32,
    "client_id": "composer",
    "client_secret": "secret",
    "server_metadata_url": "https://id.test/.well-known/openid-configuration",
}
ADMINS = {"LEADLEX_ADMINS": "Boss@firm.test"}


def test_a_sign_in() -> None:
    """Addresses count in lower case, a domain for itself alone, and the origin as a browser writes it."""
    chosen = to_settings(ADMINS | {"LEADLEX_ALLOWED_EMAILS": " @Firm.test, Guest@x.test ,"}, {"auth": AUTH}).sign_in
    assert chosen is not None
    assert (chosen.origin, chosen.default_role) == ("https://mail.firm.test", Role.SENDER)
    allowed = ("boss@firm.test", "a@firm.test", "guest@x.test")
    assert all(map(chosen.is_allowed, allowed))
    assert not any(
        map(chosen.is_allowed, ("a@sub.firm.test", "b@x.test", "firm.test", "@firm.test", "a@evilfirm.test", ""))
    )
    alone = to_settings(ADMINS | {"LEADLEX_DEFAULT_ROLE": "Reader"}, {"auth": AUTH}).sign_in
    assert alone is not None
    assert alone.default_role is Role.READER
    assert not alone.is_allowed("a@firm.test")


@pytest.mark.parametrize(
    ("values", "auth", "fault"),
    [
        (ADMINS, AUTH | {"client_id": ""}, "lacks client_id"),
        (ADMINS, "yes", "lacks redirect_uri, cookie_secret"),
        (ADMINS, AUTH | {"cookie_secret": "short"}, "fewer than 32 characters"),
        (ADMINS, AUTH | {"redirect_uri": "http://mail.firm.test/oauth2callback"}, "redirect_uri"),
        (ADMINS, AUTH | {"redirect_uri": "https://mail.firm.test/"}, "redirect_uri"),
        (ADMINS, AUTH | {"redirect_uri": "http://localhost:{port}/oauth2callback"}, "redirect_uri"),
        ({}, AUTH, "LEADLEX_ADMINS must name"),
        ({"LEADLEX_ADMINS": "@firm.test"}, AUTH, "LEADLEX_ADMINS must name"),
        (ADMINS | {"LEADLEX_ALLOWED_EMAILS": "firm.test"}, AUTH, "neither an address nor a domain"),
        (ADMINS | {"LEADLEX_DEFAULT_ROLE": "owner"}, AUTH, "must be one of reader, writer, sender, admin"),
    ],
)
def test_no_sign_in(values: dict[str, str], auth: object, fault: str) -> None:
    """What is missing or unsafe is named, and no secret is."""
    with pytest.raises(ConfigError, match=fault) as caught:
        to_settings(values, {"auth": auth})
    assert "ssss" not in str(caught.value)


def test_server_keys() -> None:
    """Several keys, each for its members; under a sign-in a key of one's own needs the operator's word."""
    tables = {"auth": AUTH, "workspaces": {"Berlin": {"key": "wbk_b", "members": ["@firm.test"]}}}
    chosen = to_settings(ADMINS | {"LEADLEX_API_KEY": "wbk_a"}, tables)
    common, berlin = chosen.server_keys
    assert (common.name, berlin.name) == ("", "Berlin")
    assert [key.is_for("a@firm.test") for key in chosen.server_keys] == [True, True]
    assert [key.is_for("a@x.test") for key in chosen.server_keys] == [True, False]
    assert [key.is_for(None) for key in chosen.server_keys] == [True, False]
    assert not chosen.has_own_keys
    assert to_settings(ADMINS | {"LEADLEX_OWN_KEYS": "yes"}, tables).has_own_keys
    assert to_settings(ADMINS, {"auth": AUTH}).has_own_keys
    assert to_settings({"LEADLEX_API_KEY": "wbk_a"}).has_own_keys


@pytest.mark.parametrize(
    ("table", "fault"),
    [
        ({"key": "wbk_a", "members": ["@firm.test"]}, "nobody signs in"),
        ({"members": []}, "needs a key"),
        ({"key": "hid den"}, r"key of \[workspaces.Berlin\]"),
        ("wbk_hidden", "needs a key"),
    ],
)
def test_no_server_key(table: object, fault: str) -> None:
    """Members without a sign-in would be a promise that nobody keeps."""
    with pytest.raises(ConfigError, match=fault) as caught:
        to_settings({}, {"workspaces": {"Berlin": table}})
    assert "hid" not in str(caught.value)
