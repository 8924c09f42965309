"""Suggestions for mistyped domains, without false alarms."""

from __future__ import annotations

import pytest

from components.message import suggest_correction
from components.message.domains import suggest_domain

KNOWN = frozenset({"northwind-grid.example", "acme.com", "kanzlei-huber.de", "studio1.example", "partner.example"})

FIRES = {
    "gmial.com": "gmail.com",
    "gamil.com": "gmail.com",
    "gmal.com": "gmail.com",
    "gmaill.com": "gmail.com",
    "gnail.com": "gmail.com",
    "GMIAL.COM": "gmail.com",
    "gmail.con": "gmail.com",
    "gmail.cmo": "gmail.com",
    "gmail.co": "gmail.com",
    "gmail.cm": "gmail.com",
    "gmail.om": "gmail.com",
    "gmail": "gmail.com",
    "gmailcom": "gmail.com",
    "gmail..com": "gmail.com",
    "gmail.com.": "gmail.com",
    "gmial.con": "gmail.com",
    "googlemial.com": "googlemail.com",
    "goglemial.com": "googlemail.com",
    "yaho.com": "yahoo.com",
    "yahooo.co.uk": "yahoo.co.uk",
    "yhaoo.fr": "yahoo.fr",
    "hotmial.com": "hotmail.com",
    "hotmai.com": "hotmail.com",
    "htomail.co.uk": "hotmail.co.uk",
    "outlok.com": "outlook.com",
    "outloook.de": "outlook.de",
    "ourlook.com": "outlook.com",
    "iclod.com": "icloud.com",
    "icloud.con": "icloud.com",
    "protonmial.com": "protonmail.com",
    "aol.con": "aol.com",
    "t-onlin.de": "t-online.de",
    "freenet.de.": "freenet.de",
    "example.con": "example.com",
    "some-charity.ogr": "some-charity.org",
    "northwind-gird.example": "northwind-grid.example",
    "kanzlei-hubr.de": "kanzlei-huber.de",
    "partnr.example": "partner.example",
}

SILENT = (
    *("gmail.com", "googlemail.com", "yahoo.com", "yahoo.co.uk", "hotmail.fr", "outlook.com", "outlook.co.uk"),
    *("outlook.de", "icloud.com", "aol.com", "live.com", "msn.com", "me.com", "mac.com", "proton.me", "pm.me"),
    *("mail.com", "ymail.com", "email.com", "hey.com", "zoho.com", "fastmail.com", "rocketmail.com", "mail.ru"),
    *("gmx.de", "gmx.net", "gmx.com", "gmx.at", "gmx.ch", "web.de", "freenet.de", "arcor.de", "mailbox.org"),
    *("orange.fr", "free.fr", "sfr.fr", "wanadoo.fr", "laposte.net", "libero.it", "tin.it", "qq.com", "163.com"),
    *("cloud.com", "grail.com", "gail.com", "aon.com", "life.com", "love.com", "line.com", "loutlook.example"),
    *("bmail.com", "jmail.com", "hmail.com", "gmail.example", "mail.gmail.com", "google.com", "gmx.co.uk"),
    # A top-level domain of its own is nobody's slip.
    *("company.co", "company.cm", "company.om", "startup.io", "shop.app", "law.legal", "münchen.de", "company.ne"),
    # Names of firms that lie close together.
    *("acne.com", "acme.co", "acmes.com", "studio2.example", "partners.example", "kanzlei-gruber.de"),
    *("northwind-grid.com", "southwind-grid.example", "example.com", "a.b", "localhost", "", "."),
)


@pytest.mark.parametrize("domain", FIRES)
def test_a_slip_is_noticed(domain: str) -> None:
    """The intended domain is suggested."""
    assert suggest_domain(domain, KNOWN) == FIRES[domain]


@pytest.mark.parametrize("domain", SILENT)
def test_what_may_be_meant_is_left_alone(domain: str) -> None:
    """A false alarm is a bug."""
    assert suggest_domain(domain, KNOWN) == ""


@pytest.mark.parametrize("domain", FIRES.values())
def test_what_is_offered_is_right(domain: str) -> None:
    """A correction is never corrected again."""
    assert suggest_domain(domain, KNOWN) == ""


def test_a_domain_written_to_is_right() -> None:
    """A known domain is accepted, even one similar to a provider's."""
    assert suggest_domain("gmial.com", {"gmial.com"}) == ""
    assert suggest_domain("gmaik.com", {"gmial.com"}) == "gmail.com"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("jane@gmial.com", "jane@gmail.com"),
        ("Jane Doe <jane@gmial.com>", "Jane Doe <jane@gmail.com>"),
        ('"Doe, Jane" <jane@gmial.com >', '"Doe, Jane" <jane@gmail.com >'),
        ("jane@gmailcom", "jane@gmail.com"),
        ("Jane.Doe@Gmial.com", "Jane.Doe@gmail.com"),
        ("jane@example.com", ""),
        ("gmial.com", ""),
        ("@gmial.com", ""),
        ("jane@", ""),
        ("jane@gmial.com and more", ""),
        ('"jane@gmial.com" <jane@example.com>', ""),
        ("", ""),
    ],
)
def test_the_rest_of_an_entry_stays(text: str, meant: str) -> None:
    """Only the domain changes, wherever it is in the entry."""
    assert suggest_correction(text) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("o’brien@acme.com", "o'brien@acme.com"),
        ("Ann O’Brien <o‘brien@acme.com>", "Ann O’Brien <o'brien@acme.com>"),
        ("d´arcy@acme.com", "d'arcy@acme.com"),
        ("jean–luc@acme.com", "jean-luc@acme.com"),
        ("info@acme‑legal.com", "info@acme-legal.com"),
        ("ann＠acme.com", "ann@acme.com"),
        ("o’brien@gmial.com", "o'brien@gmail.com"),
        ("’max@acme.com’", ""),
        ("O’Brien – Sales <sales@acme.com>", ""),
        ("o'brien@acme.com", ""),
    ],
)
def test_a_typographic_sign_becomes_the_one_of_the_keyboard(typed: str, meant: str) -> None:
    """Inside the mailbox only: a name keeps its signs, and quotation marks around an address are none of it."""
    assert suggest_correction(typed, KNOWN) == meant
