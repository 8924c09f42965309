"""A mail that needs an approval, written by one and reviewed by another, each in a browser of their own."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from components.gateway.practice import PracticeGateway
from tests.browser.test_sign_in import Firm, account, firm, sign_in

__all__ = ["firm"]


def write(page: Page, label: str, text: str) -> None:
    """Type a text into a field of Compose in place of what it has."""
    page.get_by_label(label, exact=True).last.click()
    page.keyboard.press("Control+a")
    page.keyboard.type(text)
    page.keyboard.press("Tab")


def ask(page: Page, *, again: bool = False) -> None:
    """Ask Chris for a review of the open draft; ``again``, where he is chosen already."""
    page.get_by_role("button", name="Ask for review").click()
    if not again:
        page.get_by_role("combobox", name="Colleagues").click()
        page.get_by_role("option", name="Chris Boss").click()
        page.keyboard.press("Escape")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_text("Waits for the review of Chris Boss")).to_be_visible()


def test_a_mail_leaves_as_it_was_approved(
    firm: Firm, gateway: PracticeGateway, make_context: Callable[[], BrowserContext]
) -> None:
    """The admin requires approvals, reads what is asked, and approves; a change asks for another look."""
    alex, boss = make_context().new_page(), make_context().new_page()
    sign_in(boss, firm, "boss", "/settings")
    account(boss, "Chris Boss")
    boss.get_by_role("radio", name="Every mail").click()
    expect(boss.get_by_text("The database itself lets none of them out")).to_be_visible()
    sign_in(alex, firm, "alex")
    account(alex, "Alex Reuter")
    write(alex, "To", "hannah@example.com")
    write(alex, "Subject", "Approved offer")
    write(alex, "Message", "Hello Hannah, here is our offer.")
    send = alex.locator(".st-key-send").get_by_role("button")
    refusal = alex.get_by_text("Not sent, and nothing is lost: This workspace lets mails out only after")
    send.click()
    expect(refusal).to_be_visible()
    ask(alex)
    expect(refusal).to_have_count(0)
    alex.get_by_role("button", name="Later").click()
    alex.get_by_role("button", name="In an hour").click()
    expect(refusal).to_be_visible()

    boss.get_by_role("link", name="For review").click()
    expect(boss.get_by_role("link", name="For review 1")).to_be_visible()
    expect(boss).to_have_title("(1) LeadLex Composer")
    boss.get_by_role("button", name="Approved offer").click()
    expect(boss.frame_locator("iframe").get_by_text("here is our offer")).to_be_visible()
    boss.get_by_role("button", name="Approve", exact=True).click()
    expect(boss.get_by_text("Any change voids it")).to_be_visible()

    write(alex, "Message", "Hello Hannah, here is our new offer.")
    expect(alex.get_by_text("Changed since Chris Boss approved it")).to_be_visible()
    ask(alex, again=True)
    boss.get_by_role("link", name="For review").click()
    boss.get_by_role("button", name="Approved offer").click()
    expect(boss.locator("ins")).to_have_text("new ")
    boss.get_by_role("button", name="Approve", exact=True).click()
    expect(boss.get_by_text("Any change voids it")).to_be_visible()
    expect(alex.get_by_text("Approved by Chris Boss")).to_be_visible()
    expect(send).to_contain_text("Schedule")
    alex.get_by_role("button", name="Later").click()
    alex.get_by_role("button", name="Now", exact=True).click()
    alex.get_by_role("button", name="Send now").click()
    expect(alex.locator(".st-key-panel").get_by_text("Sent", exact=True)).to_be_visible()
    assert "Approved offer" in [each.subject for each in gateway.list_deliveries()]
