"""The warning that a colleague already writes to the same people."""

from __future__ import annotations

from dataclasses import replace

from components.message.checks.colleagues import check_colleagues
from components.model import Address, ColleagueMail
from tests.unit.message.checks.contexts import DAY, NOW, make_context

JANE = Address("Jane Doe", "jane@acme.com")


def to_texts(*mails: ColleagueMail) -> list[str]:
    """The warnings' sentences."""
    context = replace(make_context(), colleagues=mails)
    return [finding.text for finding in check_colleagues(context)]


def test_who_when_and_subject_are_named() -> None:
    """For a mail that went out, one that waits, and a draft; those to a recipient come first."""
    assert to_texts(
        ColleagueMail("sent", "Alex", NOW - 3 * DAY, "Offer", JANE),
        ColleagueMail("waiting", "Kim", NOW + DAY, "Fees", Address("", "bob@acme.com")),
        ColleagueMail("draft", "Lee", NOW - DAY, "", JANE),
    ) == [
        "Lee has a draft to Jane Doe, last changed yesterday: “(no subject)”.",
        "Alex wrote to Jane Doe 3 days ago: “Offer”.",
        "Kim has a mail to bob@acme.com waiting, due tomorrow: “Fees”.",
    ]


def test_three_are_named_and_the_rest_is_counted() -> None:
    """The newest of each colleague; it never blocks."""
    mails = [ColleagueMail("sent", name, NOW - n * DAY, f"Mail {n}", JANE) for n, name in enumerate("AABCDE")]
    context = replace(make_context(), colleagues=tuple(mails))
    findings = list(check_colleagues(context))
    assert [finding.trigger.split()[0] for finding in findings] == ["A", "B", "C", "more"]
    assert "Mail 0" in findings[0].text
    assert findings[-1].text == "And 2 more from colleagues to the same people or companies."
    assert not any(finding.blocking for finding in findings)


def test_a_recipient_comes_before_somebody_else_at_the_company() -> None:
    """One colleague is named once for each company, by the mail that concerns a recipient."""
    bob, anna = Address("Bob", "bob@acme.com"), Address("Anna", "anna@other.com")
    mails = (
        ColleagueMail("draft", "Sam", NOW, "To Bob", bob),
        ColleagueMail("sent", "Sam", NOW - 9 * DAY, "To Jane", JANE),
        ColleagueMail("sent", "Sam", NOW - 5 * DAY, "To Anna", anna),
    )
    context = replace(make_context(to="jane@acme.com, x@other.com"), colleagues=mails)
    assert [finding.text for finding in check_colleagues(context)] == [
        "Sam wrote to Jane Doe 9 days ago: “To Jane”.",
        "Sam wrote to Anna 5 days ago: “To Anna”.",
    ]


def test_the_own_firm_and_personal_mailboxes_are_no_company() -> None:
    """Colleagues in Cc are not outsiders; a provider's domain stands for nobody else."""
    sender = Address("Sam", "sam@firm.com")
    context = make_context(to="jane@acme.com, bob@gmail.com", cc="kim@Firm.com", sender=sender)
    assert [each.mailbox for each in context.outsiders] == ["jane@acme.com", "bob@gmail.com"]
    assert context.company_domains == {"acme.com"}
    alone = make_context(to="jane@gmail.com", sender=Address("", "me@gmail.com"))
    assert [each.mailbox for each in alone.outsiders] == ["jane@gmail.com"]
    assert alone.company_domains == frozenset()
