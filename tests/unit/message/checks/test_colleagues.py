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
    """For a mail that went out, one that waits, and a draft."""
    assert to_texts(
        ColleagueMail("sent", "Alex", NOW - 3 * DAY, "Offer", JANE),
        ColleagueMail("waiting", "Kim", NOW + DAY, "Fees", Address("", "bob@acme.com")),
        ColleagueMail("draft", "Lee", NOW - DAY, "", JANE),
    ) == [
        "Kim has a mail to bob@acme.com waiting: “Fees”.",
        "Lee has a draft to Jane Doe, last changed yesterday: “(no subject)”.",
        "Alex wrote to Jane Doe 3 days ago: “Offer”.",
    ]


def test_one_warning_for_each_of_three_colleagues() -> None:
    """The newest of each; it never blocks."""
    mails = [ColleagueMail("sent", name, NOW - n * DAY, f"Mail {n}", JANE) for n, name in enumerate("AABCD")]
    context = replace(make_context(), colleagues=tuple(mails))
    findings = list(check_colleagues(context))
    assert [finding.trigger.split()[0] for finding in findings] == ["A", "B", "C"]
    assert "Mail 0" in findings[0].text
    assert not any(finding.blocking for finding in findings)


def test_the_own_firm_and_personal_mailboxes_are_no_company() -> None:
    """Colleagues in Cc are not outsiders; a provider's domain stands for nobody else."""
    sender = Address("Sam", "sam@firm.com")
    context = make_context(to="jane@acme.com, bob@gmail.com", cc="kim@Firm.com", sender=sender)
    assert [each.mailbox for each in context.outsiders] == ["jane@acme.com", "bob@gmail.com"]
    assert context.company_domains == {"acme.com"}
    alone = make_context(to="jane@gmail.com", sender=Address("", "me@gmail.com"))
    assert [each.mailbox for each in alone.outsiders] == ["jane@gmail.com"]
    assert alone.company_domains == frozenset()
