"""Placeholders are found, without false alarms."""

from __future__ import annotations

import pytest

from components.message.checks.placeholders import check_placeholders
from tests.unit.message.checks.contexts import fixed, make_context, only, with_field

FOUND = [
    ("Hi {{name}},", "{{name}}"),
    ("Hi {{first_name|there}},", "{{first_name|there}}"),
    ("Hi {name},", "{name}"),
    ("Hi {firstName},", "{firstName}"),
    ("at {COMPANY_NAME} we", "{COMPANY_NAME}"),
    ("Hi ${name}", "${name}"),
    ("{% if name %}", "{% if name %}"),
    ("Hi *|FNAME|*,", "*|FNAME|*"),
    ("Hi <<First Name>>,", "<<First Name>>"),
    ("Hi [[whatever]]", "[[whatever]]"),
    ("Hi [Name],", "[Name]"),
    ("Hi [First Name],", "[First Name]"),
    ("Dear [Your Company's name]", "[Your Company's name]"),
    ("Hallo [Vorname],", "[Vorname]"),
    ("Am [Datum] treffen wir uns", "[Datum]"),
    ("pour [nom de votre entreprise]", "[nom de votre entreprise]"),
    ("[Insert amount here]", "[Insert amount here]"),
    ("Hi <Name>,", "<Name>"),
    ("Hi <first name>,", "<first name>"),
    ("Hi %FIRSTNAME%,", "%FIRSTNAME%"),
    ("Hi %%name%%", "%%name%%"),
    ("It costs XXX EUR", "XXX"),
    ("on XX.XX.XXXX", "XX.XX.XXXX"),
    ("TODO: add the price", "TODO"),
    ("text\nTODO\n", "TODO"),
    ("Lorem ipsum dolor", "Lorem ipsum"),
    ("date [TBD]", "[TBD]"),
    ("Hi Jane\n\n-- \nSam, {{title}}", "{{title}}"),
]

LEFT_ALONE = [
    "Hi Jane,",
    "[Name](https://acme.com)",
    "[our company](https://acme.com)",
    "![Name](https://acme.com/a.png)",
    "See [Name].\n\n[name]: https://acme.com",
    "See [our page][Company]\n\n[company]: https://acme.com",
    "- [ ] task\n- [x] done",
    "Text[^1]\n\n[^1]: Note",
    "[sic] and [1] and [2024]",
    "[see the date below]",
    "[name withheld]",
    "he [the CEO] said",
    "`{{name}}` is how it is written",
    "```\n{{name}} [Name] XXX TODO:\n```",
    "> Hi {{name}},\n\nthat was in your mail",
    "Thanks\n\n> Hi {{name}}",
    "{a, b} is a set",
    "{ }",
    "function() { return 1 }",
    "<br> <b>bold</b> <https://acme.com> <jane@acme.com>",
    "<address>Main St</address>",
    "a < b and c > d",
    "Love, xxx",
    "size XXXL and XXL",
    "IBAN DE89 XXXX XXXX 1234",
    "card XXXX-XXXX-XXXX-1234",
    "phone 0171 XXXXX",
    "my to do list",
    "todo: no, not that",
    "el TODO y la nada",
    "TODO INCLUIDO",
    "100% SAFE and 50% off",
    "20%OFF%",
    "%d and %s",
    "the Lorem company",
]


@pytest.mark.parametrize(("markdown", "trigger"), FOUND)
def test_found(markdown: str, trigger: str) -> None:
    """The finding quotes it exactly."""
    finding = only(check_placeholders(make_context(markdown=markdown)))
    assert (finding.field, finding.trigger) == ("Message", trigger)
    assert f"“{trigger}”" in finding.text


@pytest.mark.parametrize("markdown", LEFT_ALONE)
def test_left_alone(markdown: str) -> None:
    """Links, notes, tasks, code, quotes, HTML, masked numbers and plain words are not placeholders."""
    assert not list(check_placeholders(make_context(markdown=markdown)))


def test_the_subject() -> None:
    """The subject is checked as well."""
    finding = only(check_placeholders(make_context(subject="Offer for [Company]")))
    assert (finding.field, finding.trigger) == ("Subject", "[Company]")


@pytest.mark.parametrize(
    ("subject", "trigger"),
    [
        ("TODO", "TODO"),
        ("TODO Angebot", "TODO"),
        ("Angebot TODO", "TODO"),
        ("TODO: Angebot", "TODO"),
        ("Re: TODO subject", "TODO"),
        ("FIXME offer", "FIXME"),
        ("Vertrag vom ______", "______"),
        ("Angebot ....... GmbH", "......."),
        ("Offer for ???", "???"),
        ("Angebot XX GmbH", "XX"),
        ("Meeting TBD", "TBD"),
        ("[Betreff]", "[Betreff]"),
        ("<Subject>", "<Subject>"),
        ("Offer {{company}}", "{{company}}"),
    ],
)
def test_found_in_a_subject(subject: str, trigger: str) -> None:
    """A subject is short: a note to oneself and a blank to fill in stand out."""
    assert only(check_placeholders(make_context(subject=subject))).trigger == trigger


@pytest.mark.parametrize(
    "subject",
    ["Viaje TODO INCLUIDO", "to-do list", "todo bien", "Really?", "Und nun...", "a_b", "Size XXL"],
)
def test_plain_subjects(subject: str) -> None:
    """Spanish, lists of tasks, and marks that people write."""
    assert not list(check_placeholders(make_context(subject=subject)))


def test_each_is_named_once_and_few_are_enough() -> None:
    """Equal placeholders give one finding, and the number of findings is limited."""
    assert len(list(check_placeholders(make_context(markdown="{{a}} {{a}} {{b}}")))) == 2
    assert len(list(check_placeholders(make_context(markdown=" ".join(f"{{{{f{n}}}}}" for n in range(50)))))) == 5


@pytest.mark.parametrize(
    ("field", "text", "mended"),
    [
        ("markdown", "Hi {{first_name}},\n\n{{first_name}}!", "Hi Jane,\n\nJane!"),
        ("markdown", "Hi [Name],", "Hi Jane,"),
        ("subject", "For %FIRSTNAME%", "For Jane"),
    ],
)
def test_a_known_first_name_is_filled_in(field: str, text: str, mended: str) -> None:
    """The fix fills in the name of the only recipient."""
    context = with_field(field, text)
    assert getattr(fixed(context, only(check_placeholders(context))), field) == mended


@pytest.mark.parametrize(
    ("to", "markdown"),
    [
        ("Jane Doe <jane@acme.com>", "Hi {{last_name}}"),
        ("Jane Doe <jane@acme.com>", "at {{company_name}}"),
        ("Jane Doe <jane@acme.com>", "costs XXX"),
        ("info@acme.com", "Hi {{name}}"),
        ("Jane Doe <jane@acme.com>, Bob Fox <bob@acme.com>", "Hi {{name}}"),
        ("", "Hi {{name}}"),
    ],
)
def test_nothing_is_made_up(to: str, markdown: str) -> None:
    """No fix where the value is unknown."""
    assert only(check_placeholders(make_context(to=to, markdown=markdown))).fix is None
