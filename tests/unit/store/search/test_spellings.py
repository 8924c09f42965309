"""The table of spellings that find each other, and of those that do not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from components.model import Address, OutgoingMail
from components.store import Store
from components.store.search.numerals import decode_domains
from components.store.search.query import parse
from tests.unit.store.samples import to_record

#: All of a line find each other.
SAME = (
    # Umlauts, written out in German, Danish, Norwegian and Swedish.
    ("Mueller", "Müller", "MÜLLER", "Mu\u0308ller"),
    ("Aerzte", "Ärzte", "ÄRZTE"),
    ("Goethe", "Göthe"),
    ("Ueberpruefung", "Überprüfung", "Ueberprüfung"),
    ("Strasse", "Straße", "STRASSE", "STRAẞE"),
    ("Groesse", "Größe", "GRÖSSE", "Grösse", "Groeße"),
    ("Soeren", "Søren", "Sören"),
    ("Aalborg", "Ålborg"),
    ("Frau Mueller", "Frau Müller", "frau-müller"),
    # Domains (RFC 5891).
    ("info@xn--bcher-kva.example", "info@bücher.example", "info@BÜCHER.example", "info@buecher.example"),
    ("xn--mnchen-3ya.example", "münchen.example", "XN--MNCHEN-3YA.example"),
    ("xn--e1afmkfd.example", "пример.example"),
    ("xn--fsqu00a.example", "例子.example"),
    ("a@xn--strae-oqa.example", "a@straße.example", "a@strasse.example"),
    # Numbers.
    (
        "1000",
        "1.000",
        "1,000",
        "1 000",
        "1\u00a0000",
        "1\u202f000",
        "1'000",
        "1’000",
        "1.000,00",
        "1,000.00",
        "1000,00",
    ),
    ("1000", "1.000 €", "€1,000", "1.000,-", "(1.000)", "1.000."),
    ("12345678", "12.345.678", "12,345,678", "12 345 678", "12'345'678", "12.345.678,00"),
    ("1234,56", "1.234,56", "1,234.56", "1234.56", "1 234,56", "1'234.56"),
    ("1.5", "1,5"),
    ("0,25", "0.25"),
    ("99,95", "99.95 €"),
    # Telephone numbers.
    (
        *("03012345678", "+49 30 123456-78", "+493012345678", "0049 30 12345678", "+49 (0)30 12345678"),
        *("+49 (30) 123 456 78", "(030) 12345678", "030/12345678", "030 / 123 45 678", "030-123456-78"),
        *("030.12345678", "030 12 34 56 78", "+49\u00a030\u00a012345678", "+49-30-12345678"),
    ),
    ("+43 1 5123456", "01 5123456", "0043 1 512 34 56", "01/512 34 56"),
    ("+1 212 555 1234", "(212) 555-1234", "212-555-1234", "212.555.1234", "2125551234", "+12125551234"),
    ("+44 20 7946 0958", "020 7946 0958", "02079460958", "+44 (0)20 7946 0958"),
    ("+33 1 42 68 53 00", "01 42 68 53 00", "01.42.68.53.00", "0142685300"),
    ("0171 2345678", "+49 171 2345678", "0171/234 56 78", "01712345678"),
    # Account numbers (ISO 13616).
    ("DE89370400440532013000", "DE89 3704 0044 0532 0130 00", "de89370400440532013000"),
)
#: What is searched for, and what it does not find.
OTHER = (
    *(
        ("1000", text)
        for text in ("10.000", "2.1000", "100", "10000", "1.000.000", "1.000,50", "0.1000", "1001", "1.0001")
    ),
    *(("1.5", text) for text in ("15", "1.55", "11.5", "1,50", "150")),
    *(("15", text) for text in ("1.5", "1,5", "1 5", "1.500", "150")),
    *(("500", text) for text in ("1.500", "1,500", "500.000", "1'500")),
    *(("1234", text) for text in ("12.34", "12,34", "1.2.3.4", "12 34")),
    *(
        ("03012345678", text)
        for text in ("+49 30 12345679", "+49 40 12345678", "12345678", "+49 30 1234567", "030123456789")
    ),
    *(("doe", text) for text in ("document", "do", "Dorothea")),
    *(("Mueller", text) for text in ("Muller", "Miller", "Müll")),
    *(("joel", text) for text in ("jolanda", "jol")),
    *(("blue", text) for text in ("blu", "blut")),
    *(("neue", text) for text in ("neun", "nu")),
    ('"müller"', "müllerin"),
    ("bücher.example", "xn--mnchen-3ya.example"),
    ("xn--bcher-kva.example", "bcher.example"),
    ("24.12.2026", "24122026"),
    ("192.168.1.1", "19216811"),
)
#: What is searched for, and what it finds though not the other way round, or though only a part of it was typed.
ALSO = (
    ("muller", "Müller"),
    ("mü", "Mueller"),
    ("muel", "Müller"),
    ("doe", "Dörr"),
    ("2026", "24.12.2026"),
    ("24.12.", "24.12.2026"),
    ("12.2026", "24.12.2026"),
    ("123456", "+49 30 123456-78"),
    ("bücher", "info@xn--bcher-kva.example"),
    ("100 000", "100.000"),
    ("+49 30 123456-78", "03012345678"),
    ("1 000,00", "1.000"),
    ("1000", "EUR 1.000,00."),
    ("xn--mnchen-3ya.example", "www.münchen.example"),
    ("пример.example", "https://xn--e1afmkfd.example/"),
)
FOUND = (*((one, other) for line in SAME for one in line for other in line), *ALSO)


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, int, dict[str, int]]]:
    """A store with a mail for each spelling, and the id of each."""
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('spellings') / 'x.db'}")
    workspace_id = store.workspaces.save_workspace("f", False)
    texts = list(dict.fromkeys(other for _, other in (*FOUND, *OTHER)))
    address = (Address("", "a@x.org"),)
    mails = [OutgoingMail(to=address, subject=text, html="", text=f"…, {text}, …") for text in texts]
    store.transfer.insert_messages(workspace_id, map(to_record, mails))
    yield store, workspace_id, {text: number for number, text in enumerate(texts, 1)}
    store.close()


@pytest.mark.parametrize(
    ("typed", "text", "is_found"), [*((*pair, True) for pair in FOUND), *((*pair, False) for pair in OTHER)]
)
def test_spelling(history: tuple[Store, int, dict[str, int]], typed: str, text: str, is_found: bool) -> None:
    """What is typed finds the mail or not, and where it does, its places are marked in the subject and in the text."""
    store, workspace_id, numbers = history
    query = parse(typed, datetime.now(UTC))
    hits = {hit.summary.id: hit for hit in store.search.search_mails(workspace_id, query, limit=1000).hits}
    assert (numbers[text] in hits) == is_found
    if is_found:
        hit = hits[numbers[text]]
        assert hit.subject_ranges
        assert hit.snippet_ranges


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Jane <jane@xn--bcher-kva.example>", "Jane <jane@bücher.example>"),
        ("a@XN--MNCHEN-3YA.example, b@x.org", "a@münchen.example, b@x.org"),
        ("a@sub.xn--e1afmkfd.example", "a@sub.пример.example"),
        ("a@xn--fsqu00a.example", "a@例子.example"),
        (
            "xn--99999999999999999999, xn--, axn--bcher-kva, xn--a-",
            "xn--99999999999999999999, xn--, axn--bcher-kva, xn--a-",
        ),
    ],
)
def test_domains_are_shown_in_unicode(text: str, shown: str) -> None:
    """What is no valid label stays as it is."""
    assert decode_domains(text) == shown
