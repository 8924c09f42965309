"""Signing in by OpenID Connect, against an identity provider on this computer, in the app as people run it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from components.config import ROOT
from components.gateway.practice import PracticeGateway
from tests.browser.server import START_SECONDS, STOP_SECONDS, Server, find_free_port, running

_APP = ("app.py", "pages", "components", ".streamlit")
_COOKIE_SECRET = "a secret of the tests, long enough"
#: Who the provider knows: subject → address, name, whether the address is verified.
_PEOPLE = {
    "boss": ("boss@firm.test", "Chris Boss", True),
    "alex": ("alex@firm.test", "Alex Reuter", True),
    "jane": ("jane@firm.test", "Jane Doe", True),
    "alex-2": ("alex@firm.test", "Alex Reuter", True),
    "guest": ("guest@elsewhere.test", "Guest", True),
    "doubt": ("doubt@firm.test", "Doubt", False),
}


@dataclass
class Firm:
    """The app of a firm with one key of the server's own, and the identity provider at a port of this computer."""

    server: Server
    folder: Path
    port: int

    def set_person(self, subject: str, address: str, name: str, is_verified: bool = True) -> None:
        """Set what the provider says of somebody."""
        claims = {"email": address, "name": name, "email_verified": is_verified}
        httpx.put(f"http://127.0.0.1:{self.port}/users/{subject}", json=claims).raise_for_status()

    def use_issuer(self, host: str) -> None:
        """Have the app trust the provider under one of this computer's names, which is a part of the issuer."""
        (self.folder / ".streamlit" / "secrets.toml").write_text(
            "\n".join(
                (
                    "[auth]",
                    f'redirect_uri = "{self.server.url}/oauth2callback"',
                    f'cookie_secret = "{_COOKIE_SECRET}"',
                    'client_id = "composer"',
                    'client_secret = "not checked"',
                    f'server_metadata_url = "http://{host}:{self.port}/.well-known/openid-configuration"',
                )
            )
        )


@contextmanager
def running_provider() -> Iterator[int]:
    """Run the identity provider while the block lasts; returns its port.

    It has a process of its own, where the warnings of its library about itself are none of ours.
    """
    port = find_free_port()
    command = [sys.executable, "-m", "oidc_provider_mock", "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + START_SECONDS
        while not _answers(port):
            assert process.poll() is None, "the identity provider exited"
            assert time.monotonic() < until, "the identity provider did not start"
            threading.Event().wait(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/.well-known/openid-configuration", timeout=5.0).is_success
    except httpx.TransportError:
        return False


@pytest.fixture(scope="module")
def firm(gateway: PracticeGateway, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firm]:
    """The app in a folder of its own, since the secrets lie beside it."""
    folder = tmp_path_factory.mktemp("app")
    for name in _APP:
        place = ROOT / name
        if place.is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "node_modules", "secrets.toml")
            shutil.copytree(place, folder / name, ignore=ignored)
        else:
            shutil.copy(place, folder / name)
    settings = {
        "LEADLEX_BASE_URL": gateway.base_url,
        "LEADLEX_API_KEY": "wbk_sign_in",
        "LEADLEX_ALLOWED_EMAILS": "@firm.test",
        "LEADLEX_ADMINS": "boss@firm.test",
    }
    server = Server(tmp_path_factory.mktemp("data"), settings=settings, root=folder)
    with running_provider() as port:
        firm = Firm(server, folder, port)
        for subject, person in _PEOPLE.items():
            firm.set_person(subject, *person)
        firm.use_issuer("localhost")
        with running(server):
            yield firm


def sign_in(page: Page, firm: Firm, subject: str, path: str = "/") -> None:
    """Open an address of the app and sign in as a subject of the provider."""
    page.goto(firm.server.url + path)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_placeholder("sub").fill(subject)
    page.get_by_role("button", name="Authorize").click()
    page.wait_for_url(f"{firm.server.url}/**")


def account(page: Page, name: str) -> None:
    """Expect the name at the foot of the sidebar."""
    expect(page.locator(".st-key-account").get_by_role("button", name=name)).to_be_visible()


def test_one_comes_in_to_where_one_wanted_and_leaves_in_all_tabs(
    firm: Firm, make_context: Callable[[], BrowserContext]
) -> None:
    """A deep link survives the sign-in, nobody asks for a name, and signing out ends the other tab by itself."""
    context = make_context()
    page = context.new_page()
    page.goto(f"{firm.server.url}/history?q=status%3Afailed")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    expect(page.get_by_role("link", name="History")).to_have_count(0)
    sign_in(page, firm, "alex", "/history?q=status%3Afailed")
    account(page, "Alex Reuter")
    expect(page).to_have_url(re.compile(r"/history\?q=status%3Afailed"))
    expect(page.get_by_text("Who are you?")).to_have_count(0)
    other = context.new_page()
    other.goto(f"{firm.server.url}/drafts")
    account(other, "Alex Reuter")
    page.locator(".st-key-account").get_by_role("button", name="Alex Reuter").click()
    page.get_by_role("button", name="Sign out").click()
    expect(other.get_by_role("button", name="Sign in")).to_be_visible()
    page.get_by_role("button", name="End session").click()
    for tab in (page, other):
        expect(tab.get_by_role("button", name="Sign in")).to_be_visible()
        expect(tab.get_by_role("link", name="History")).to_have_count(0)


def test_others_stay_outside(firm: Firm, make_context: Callable[[], BrowserContext]) -> None:
    """A foreign address, one that is not verified, and the wrong host each get a sentence and nothing else."""
    for subject, reason in (
        ("guest", "elsewhere.test is not let in here"),
        ("doubt", "does not confirm that your address is yours"),
    ):
        page = make_context().new_page()
        sign_in(page, firm, subject)
        expect(page.get_by_text(reason)).to_be_visible()
        expect(page.get_by_role("link", name="History")).to_have_count(0)
    page = make_context().new_page()
    page.goto(firm.server.url.replace("127.0.0.1", "localhost"))
    expect(page.get_by_role("link", name=firm.server.url)).to_be_visible()
    expect(page.get_by_role("button", name="Sign in")).to_have_count(0)


def test_a_role_counts_at_the_next_click(firm: Firm, make_context: Callable[[], BrowserContext]) -> None:
    """A writer cannot send; a reader has the history and no way to a draft, not by its address either."""
    jane, desk = make_context().new_page(), make_context().new_page()
    sign_in(jane, firm, "jane")
    account(jane, "Jane Doe")
    sign_in(desk, firm, "boss", "/settings")
    account(desk, "Chris Boss")
    role = desk.locator("[class*=st-key-member-]").filter(has_text="jane@firm.test").get_by_role("combobox")

    def give_role(name: str) -> None:
        # Scrolls to the field first: a list that is open closes when the page scrolls.
        role.hover()
        role.click()
        desk.get_by_role("option", name=re.compile(f"^{name}:")).click()
        # While the page is drawn the field of the role before is there too.
        expect(role).to_have_count(1)
        expect(role).to_have_value(re.compile(f"^{name}:"))

    send = jane.locator(".st-key-send").get_by_role("button")
    expect(send).to_be_enabled()
    give_role("Writer")
    jane.get_by_role("button", name="New mail").click()
    expect(send).to_be_disabled()
    give_role("Reader")
    jane.get_by_role("link", name="Outbox").click()
    expect(jane.get_by_role("heading", name="Outbox", exact=True)).to_be_visible()
    expect(jane.get_by_role("link", name=re.compile("Compose|Drafts"))).to_have_count(0)
    expect(jane.get_by_role("button", name="New mail")).to_have_count(0)
    jane.goto(firm.server.url)
    expect(jane.get_by_role("heading", name="History", exact=True)).to_be_visible()
    jane.goto(f"{firm.server.url}/?draft={'0' * 32}")
    expect(jane.get_by_text("Your role here is reader")).to_be_visible()


def test_a_person_is_known_by_issuer_and_subject(firm: Firm, make_context: Callable[[], BrowserContext]) -> None:
    """Somebody removed is out at the next click; a new name is taken; an address alone is no way in."""
    page, desk = make_context().new_page(), make_context().new_page()
    sign_in(page, firm, "alex", "/drafts")
    account(page, "Alex Reuter")
    sign_in(desk, firm, "boss", "/settings")
    account(desk, "Chris Boss")
    card = desk.locator("[class*=st-key-member-]").filter(has_text="alex@firm.test")
    card.get_by_role("button", name="Remove or hand over…").click()
    desk.get_by_role("button", name="Remove", exact=True).click()
    expect(card.get_by_role("button", name="Let in again")).to_be_visible()
    page.get_by_role("link", name="History").click()
    expect(page.get_by_text("You were removed from this workspace")).to_be_visible()
    expect(page.locator(".st-key-account")).to_have_count(0)
    card.get_by_role("button", name="Let in again").click()
    expect(card.get_by_role("button", name="Let in again")).to_have_count(0)

    firm.set_person("alex", "alex@firm.test", "Alex Winter")
    renamed = make_context().new_page()
    sign_in(renamed, firm, "alex")
    account(renamed, "Alex Winter")
    second = make_context().new_page()
    sign_in(second, firm, "alex-2")
    expect(second.get_by_text("belongs to another sign-in here, that of Alex Winter")).to_be_visible()

    firm.server.kill()
    firm.use_issuer("127.0.0.1")
    firm.server.start()
    foreign = make_context().new_page()
    sign_in(foreign, firm, "alex")
    expect(foreign.get_by_text("belongs to another sign-in here, that of Alex Winter")).to_be_visible()
    expect(foreign.locator(".st-key-account")).to_have_count(0)
