"""Repeated mails, and names left over from other mails."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from components.message.checks.repetition import check_leftovers, check_repetition
from components.model import Address
from tests.unit.message.checks.contexts import make_context, only, written

BOB = "Bob Fox <bob@globex.com>"
LAST = (written("Hello", BOB),)


@pytest.mark.parametrize(
    ("subject", "before", "days", "when"),
    [
        ("Our offer", "Our offer", 0.1, "today"),
        ("our OFFER", "Our offer", 1.2, "yesterday"),
        ("Re: Our offer", "Our offer", 3, "3 days ago"),
        ("Our offer", "AW: Our offer", 13.9, "13 days ago"),
    ],
)
def test_the_same_subject_again(subject: str, before: str, days: float, when: str) -> None:
    """The finding says to whom and when, whatever the prefix and case."""
    earlier = (written(before, "jane@ACME.com", days=days),)
    finding = only(check_repetition(make_context(subject=subject, written_to=earlier)))
    assert finding.text == f"You wrote to Jane Doe {when} under the same subject, “{before}”."


def test_a_colleague_is_named() -> None:
    """What somebody else of the workspace sent is not what "you" wrote."""
    earlier = (replace(written("Our offer", "jane@acme.com"), sent_by="Kim"),)
    context = replace(make_context(subject="Our offer", written_to=earlier), person="Sam")
    assert only(check_repetition(context)).text.startswith("Kim wrote to Jane Doe yesterday")
    own = (replace(earlier[0], sent_by="Sam"),)
    assert only(check_repetition(replace(context, written_to=own))).text.startswith("You wrote to Jane Doe")


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"written_to": (written("Our offer", BOB),)},
        {"written_to": (written("Another offer", "jane@acme.com"),)},
        {"written_to": (written("Our offer", "jane@acme.com", days=14.1),)},
        {"written_to": (written("", "jane@acme.com"),), "subject": ""},
        {"written_to": (written("Our offer", "jane@acme.com"),), "thread_id": "t"},
        {
            "written_to": (written("Our offer", "jane@acme.com"),),
            "markdown": "Sure.\n\nOn Monday Jane wrote:\n\n> When?",
        },
    ],
)
def test_no_repetition(changes: dict[str, Any]) -> None:
    """Others, other subjects, long ago, and answers in a conversation."""
    assert not list(check_repetition(make_context(**changes)))


@pytest.mark.parametrize(
    ("last", "markdown", "trigger"),
    [
        (BOB, "Hi Jane,\n\nas Bob Fox said", "Bob Fox"),
        (BOB, "We would love to work with Globex.", "Globex"),
        (BOB, "GLOBEX gets a discount", "GLOBEX"),
        ("x@blue-sky.co.uk", "for Blue Sky only", "Blue Sky"),
        ("x@blue-sky.co.uk", "for Blue-Sky only", "Blue-Sky"),
        ("José Núñez <jn@gmail.com>", "like Jose Nunez", "Jose Nunez"),
    ],
)
def test_a_leftover(last: str, markdown: str, trigger: str) -> None:
    """A name or company of the last mails is in this one."""
    finding = only(check_leftovers(make_context(markdown=markdown, last_written=(written("x", last),))))
    assert finding.trigger == trigger
    assert f"“{trigger}”" in finding.text


def test_a_leftover_in_the_subject() -> None:
    """The subject is checked too."""
    assert only(check_leftovers(make_context(subject="Offer for Globex", last_written=LAST))).trigger == "Globex"


@pytest.mark.parametrize(
    "changes",
    [
        {"markdown": "Hi Jane"},
        {"markdown": "as bob fox said"},
        {"markdown": "Bob said so"},
        {"markdown": "a fox and a globex"},
        {"markdown": "see https://globex.com/Globex and info@Globex.com"},
        {"markdown": "`Globex`"},
        {"markdown": "Fine.\n\n-- \nSam, formerly Globex"},
        {"markdown": "Fine.\n\n> Globex\n> Bob Fox"},
        {"markdown": "Globex and Bob Fox", "cc": BOB},
        {"markdown": "Globex", "cc": "sue@globex.com"},
        {"markdown": "Globex", "to": "jane@globex.de"},
        {"markdown": "Globex", "to": "Jane (Globex) <jane@gmail.com>"},
        {"markdown": "Globex", "sender": Address("Sam", "sam@globex.com")},
        {"markdown": "Bob Fox", "sender": Address("Bob", "bob@globex.com")},
        {"markdown": "Bob Fox, Globex", "to": ""},
        {"markdown": "Target is met", "last_written": (written("x", "x@target.com"),)},
        {"markdown": "Gmail and Outlook", "last_written": (written("x", "x@gmail.com", "y@outlook.com"),)},
        {"markdown": "IBM", "last_written": (written("x", "x@ibm.com"),)},
        {"markdown": "Hi Jane", "last_written": ()},
    ],
)
def test_no_leftover(changes: dict[str, Any]) -> None:
    """What belongs to a recipient or the author, common words, addresses, code, signature and quote."""
    assert not list(check_leftovers(make_context(**({"last_written": LAST} | changes))))


def test_a_first_name_greeted() -> None:
    """Where the mailbox reveals no name, a name may be left over from the last mail."""
    finding = only(check_leftovers(make_context(to="info@acme.com", markdown="Hi Bob,", last_written=LAST)))
    assert finding.text == "You greet “Bob”, as in your mail to Bob Fox. Is it meant for this one?"


@pytest.mark.parametrize(
    ("to", "markdown"),
    [
        ("info@acme.com", "Hi Sue,"),
        ("info@acme.com", "Hi all, Bob is in"),
        ("bobby@acme.com, info@acme.com", "Hi Bob,"),
        ("Jane Doe <jane@acme.com>", "Hi Bob,"),
    ],
)
def test_no_first_name_of_the_last_mail(to: str, markdown: str) -> None:
    """Another name, no greeting, a possible name, and names that the greeting check reports."""
    assert not list(check_leftovers(make_context(to=to, markdown=markdown, last_written=LAST)))
