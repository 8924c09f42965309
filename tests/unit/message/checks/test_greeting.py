"""The person greeted must be a possible recipient."""

from __future__ import annotations

import pytest

from components.message.checks.greeting import check_greeting, parse_greeting
from tests.unit.message.checks.contexts import fixed, make_context, only, with_field

JANE = "Jane Doe <jane@acme.com>"


@pytest.mark.parametrize(
    ("to", "markdown", "trigger"),
    [
        (JANE, "Hi Bob,\n\ntext", "Bob"),
        (JANE, "hi bob,", "bob"),
        (JANE, "Hello Bob!", "Bob"),
        (JANE, "Dear Bob", "Bob"),
        (JANE, "**Hi Bob,**", "Bob"),
        (JANE, "Dear Dr. Smith,", "Smith"),
        (JANE, "Dear Bob Smith,", "Bob Smith"),
        (JANE, "Dear Mr. and Mrs. Smith,", "Smith"),
        (JANE, "Good morning Bob,", "Bob"),
        (JANE, "Hi Jane and Bob,", "Bob"),
        (JANE, "Hallo Frau Müller,", "Müller"),
        (JANE, "Sehr geehrter Herr Dr. Müller,", "Müller"),
        (JANE, "Lieber Bob,", "Bob"),
        (JANE, "Liebe Kate, lieber Jan,", "Kate"),
        (JANE, "Bonjour Pierre,", "Pierre"),
        (JANE, "Chère Madame Dupont,", "Dupont"),
        (JANE, "Estimado señor García:", "García"),
        (JANE, "Hola Pedro,", "Pedro"),
        (JANE, "Gentile dott. Rossi,", "Rossi"),
        (JANE, "Ciao Marco,", "Marco"),
        (JANE, "Beste Pieter,", "Pieter"),
        (JANE, "Geachte heer van der Berg,", "van der Berg"),
        (JANE, "Olá Pedro,", "Pedro"),
        (JANE, "Prezado senhor Silva,", "Silva"),
        ("j.smith@acme.com", "Hi Bob,", "Bob"),
        ("bob@acme.com", "Hi Xenia,", "Xenia"),
        (f"{JANE}, Sam Hill <sam@acme.com>", "Hi Bob,", "Bob"),
        # The first name fits, or the surname, or each fits somebody else.
        (JANE, "Dear Jane Smith,", "Jane Smith"),
        (JANE, "Dear Bob Doe,", "Bob Doe"),
        (JANE, "Sehr geehrte Frau Dr. Jane Schmidt,", "Jane Schmidt"),
        ("jane.doe@acme.com", "Dear Jane Smith,", "Jane Smith"),
        (f"{JANE}, Sam Hill <sam@acme.com>", "Dear Jane Hill,", "Jane Hill"),
        ('"Doe, Jane" <jd@acme.com>', "Chère Madame Jane Petit,", "Jane Petit"),
        # Everybody who is greeted counts.
        (JANE, "Liebe Jane, lieber Bob,", "Bob"),
        (JANE, "Hi Jane, Bob,", "Bob"),
        (JANE, "Hi Jane, hi Xenia!", "Xenia"),
        (f"{JANE}, Sam Hill <sam@acme.com>", "Hi Jane, Sam and Bob,", "Bob"),
        (JANE, "Sehr geehrte Frau Doe, sehr geehrter Herr Schmidt,", "Schmidt"),
        (JANE, "Chère Jane, cher Pierre,", "Pierre"),
    ],
)
def test_a_stranger_is_greeted(to: str, markdown: str, trigger: str) -> None:
    """Nobody of that name gets the mail."""
    finding = only(check_greeting(make_context(to=to, markdown=markdown)))
    assert finding.trigger == trigger
    assert f"“{trigger}”" in finding.text


@pytest.mark.parametrize(
    ("to", "markdown"),
    [
        (JANE, "Hi Jane,"),
        (JANE, "Dear Ms. Doe,"),
        (JANE, "Dear Dr. Jane Doe:"),
        (JANE, "Hi J.,"),
        (JANE, "Hi JD,\n\nhere"),
        (JANE, "Hi all,"),
        (JANE, "Hi team,"),
        (JANE, "Hello everyone!"),
        (JANE, "Hi there,"),
        (JANE, "Dear Sir or Madam,"),
        (JANE, "Dear Hiring Manager,"),
        (JANE, "Dear Acme Team,"),
        (JANE, "Dear Acme,"),
        (JANE, "Hello from Berlin!"),
        (JANE, "Hello Berlin is lovely in May"),
        (JANE, "Hi gorgeous,"),
        (JANE, "Hi {{name}},"),
        (JANE, "Hi,"),
        (JANE, "Hi\nBob told me about you."),
        (JANE, "Hi, Bob told me about you."),
        (JANE, "Bob will call you."),
        (JANE, "Highly recommended by Bob,"),
        (JANE, "Hallo zusammen,"),
        (JANE, "Sehr geehrte Damen und Herren,"),
        (JANE, "Liebe Grüße,\nSam"),
        (JANE, "Guten Tag,"),
        (JANE, "Bonjour à tous,"),
        (JANE, "Bonjour Madame,"),
        (JANE, "Hola a todos,"),
        (JANE, "Ciao a tutti,"),
        (JANE, "Beste collega's,"),
        (JANE, "Bom dia pessoal,"),
        (JANE, "Dear 北京,"),
        ("Robert Fox <rfox@acme.com>", "Hi Bob,"),
        ("Bob Fox <bob@acme.com>", "Dear Robert,"),
        ("Katherine Fox <k.fox@acme.com>", "Hi Kate,"),
        ("Joanna Fox <fox@acme.com>", "Hi Jo,"),
        ("Alexander Fox <fox@acme.com>", "Hi Alex,"),
        ("Jürgen Müller <jm@acme.com>", "Hallo Herr Mueller,"),
        ("Juergen Mueller <jm@acme.com>", "Hallo Jürgen,"),
        ("José García <jg@acme.com>", "Hola Jose,"),
        ('"Fox, Jane" <jf@acme.com>', "Hi Jane,"),
        ("J. Smith <x@acme.com>", "Hi John,"),
        ("j.smith@acme.com", "Hi John,"),
        ("j.smith@acme.com", "Dear Mr. Smith,"),
        ("jsmith@acme.com", "Hi Bob,"),
        ("mueller@firma.de", "Hallo Peter,"),
        ("skydiver42@gmail.com", "Hi Bob,"),
        ("info@acme.com", "Hi Bob,"),
        ("Acme GmbH <kontakt@acme.de>", "Hallo Bob,"),
        ("Bob's Team <x@acme.com>", "Hi Sam,"),
        ("Иван Петров <ip@acme.ru>", "Hi Ivan,"),
        ("bob.fox+crm@acme.com", "Hi Bob,"),
        (f"{JANE}, info@acme.com", "Hi Bob,"),
        ("", "Hi Bob,"),
        # More or other names than the address tells.
        (JANE, "Dear Jane Marie Doe,"),
        (JANE, "Dear Doe Jane,"),
        (JANE, "Dear Jane Doe Smith,"),
        (JANE, "Dear Jane Doe-Smith,"),
        ("Jane Doe-Smith <jds@acme.com>", "Dear Jane Doe,"),
        ("Ana García López <ana@acme.com>", "Estimada Ana López Ruiz:"),
        ("William Fox <w@acme.com>", "Dear Bill Fox,"),
        ("jane@acme.com", "Dear Jane Smith,"),
        ("Jane <jane@acme.com>", "Dear Jane Smith,"),
        # A sentence after the comma.
        (JANE, "Hi Jane, Bob told me about you."),
        (JANE, "Hi Jane, Will you come?"),
        (JANE, "Hi Jane, thanks and regards!"),
        (JANE, "Hi Jane, Danke!"),
        (JANE, "Hi Jane, on Monday, Bob and I will call,"),
        (JANE, "Liebe Jane, liebe Kollegen,"),
        ("jane@", "Hi Bob,"),
    ],
)
def test_nobody_strange_is_greeted(to: str, markdown: str) -> None:
    """Names that fit, names that may fit, and greetings of nobody in particular."""
    assert not list(check_greeting(make_context(to=to, markdown=markdown)))


@pytest.mark.parametrize("field", ["cc", "bcc"])
def test_everybody_who_gets_it_counts(field: str) -> None:
    """Recipients in Cc and Bcc may be greeted too."""
    assert not list(check_greeting(with_field(field, "Bob Fox <bf@acme.com>", markdown="Hi Bob,")))


def test_a_fix_writes_the_name() -> None:
    """With one recipient of a known first name, one click corrects the greeting and nothing else."""
    context = make_context(markdown="\n Hi Bob,\n\nBob is great.")
    draft = fixed(context, only(check_greeting(context)))
    assert draft.markdown == "\n Hi Jane,\n\nBob is great."


@pytest.mark.parametrize(
    ("to", "markdown"),
    [
        (JANE, "Dear Dr. Smith,"),
        (JANE, "Dear Bob Smith,"),
        (JANE, "Hi Bob and Sue,"),
        ('"Doe, Jane" <x@acme.com>', "Hi Bob,"),
        ("j.smith@acme.com", "Hi Bob,"),
        (f"{JANE}, Sam Hill <sam@acme.com>", "Hi Bob,"),
    ],
)
def test_no_fix_where_it_could_be_wrong(to: str, markdown: str) -> None:
    """No fix for titles, several people and uncertain names."""
    assert [f.fix for f in check_greeting(make_context(to=to, markdown=markdown))] in ([None], [None, None])


def test_places() -> None:
    """The positions are those of the names in the text."""
    own = "\n\nHi Jane and Dr. Bob Fox, hello"
    assert [own[person.start : person.end] for person in parse_greeting(own)] == ["Jane", "Bob Fox"]
