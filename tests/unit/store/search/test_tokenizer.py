"""The tokenizer and the highlighter, in every script that people write mails in."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.store.search.highlights import Marker
from components.store.search.numerals import find_numerals
from components.store.search.tokenizer import Reading, list_readings, split_words, to_index_text, to_phrases

#: How FTS5's tokenizer ``ascii`` splits and folds what the index stores.
ASCII_WORD = re.compile("[a-z0-9\x80-\U0010ffff]+")
LOWER = {ord(letter): letter.lower() for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Don't panic_now", "don t panic now"),
        ("jane@Example.com", "jane example com"),
        ("Ünïcödé Straße ŁÓDŹ Ærø", "unicode strasse lodz aero"),
        ("Cafe\u0301", "cafe"),
        ("Счёт ЙОД", "счет иод"),
        ("ΟΔΟΣ", "οδοσ"),
        ("İstanbul ısı", "istanbul isi"),
        ("ﬁn ＡＢＣ １２", "fin abc 12"),
        ("so\u00adft", "soft"),
        ("שָׁלוֹם مُحَمَّد", "שלום محمد"),
        ("契約書", "契約 約書 書"),
        ("を買うiPhone15を", "を買 買う う iphone15 を"),
        ("ｶﾞｽ", "ガス ス"),
        ("회사에서", "회사 사에 에서 서"),
        (unicodedata.normalize("NFD", "회사"), "회사 사"),
        ("ไทย", "ไท ทย ย"),
        ("हिन्दी", "हिन्दी"),
        ("❤️ % \0 ...", ""),
    ],
)
def test_words_as_they_are_indexed(text: str, words: str) -> None:
    """Case, accents and compatibility forms make no difference; unspaced scripts become pairs."""
    assert [word.text for word in split_words(text)] == words.split()
    if not text.isascii():
        assert to_index_text(text).split(" \ue002 ")[0] == words


@pytest.mark.parametrize(
    ("text", "literal", "meant"),
    [
        ("Müller", "muller", "mueller"),
        ("Mu\u0308ller", "muller", "mueller"),
        ("Mueller", "mueller", "mueller"),
        ("ÄÖÜ Größe", "aou grosse", "aeoeue groesse"),
        ("Søren Ålborg Ærø", "soren alborg aero", "soeren aalborg aeroe"),
        ("Citroën naïve", "citroen naive", "citroen naive"),
        ("1 000 €", "1 000", "1000"),
        ("24.12.", "24 12", "24\ua78f12"),
        ("info@xn--bcher-kva.example", "info bucher example", "info buecher example"),
        ("契ü約", "契 u 約", "契 ue 約"),
    ],
)
def test_a_text_has_two_readings(text: str, literal: str, meant: str) -> None:
    """Letter by letter, and as it is meant."""
    assert [word.text for word in split_words(text)] == literal.split()
    assert [word.text for word in split_words(text, Reading.MEANT)] == meant.split()


@given(st.text(max_size=40) | st.text("+()0123456789.,'/- \u00a0xXnN-aü", max_size=40))
def test_readings_that_differ_are_listed(text: str) -> None:
    """A text with one reading reads the same in both, so that nothing is missing in the index."""
    if len(list_readings(text)) == 1:
        assert list(split_words(text)) == list(split_words(text, Reading.MEANT))
    stored = to_index_text(text).split(" \ue002 ")
    for reading, words in ((Reading.LITERAL, stored[0]), (Reading.MEANT, stored[-1])):
        assert [word.text for word in split_words(text, reading)] == ASCII_WORD.findall(words.translate(LOWER))


@given(st.text("+()0123456789.,'/- \u00a0DE", max_size=60))
def test_numerals_follow_each_other(text: str) -> None:
    """Their places lie in the text, in order, and so do the places of their words."""
    last = 0
    for numeral in find_numerals(text):
        assert last <= numeral.start < numeral.end <= len(text)
        last = numeral.end
        for words in (numeral.typed, numeral.meant):
            assert all(0 <= start < end <= numeral.end - numeral.start for _, start, end in words)


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("契", ((("契",), True),)),
        ("契約", ((("契約",), False),)),
        ("契約 書", ((("契約", "約", "書"), True),)),
        ("!", ()),
    ],
)
def test_a_run_without_spaces_is_open_at_its_end(text: str, phrases: object) -> None:
    """What was typed may be the middle of a line."""
    assert to_phrases(text) == phrases


@given(st.text(max_size=40))
def test_places_lie_in_the_text(text: str) -> None:
    """Each word's place lies in the text, in order, for any text."""
    last = 0
    for word in split_words(text):
        assert last <= word.start < word.end <= len(text)
        assert word.text
        assert not set(word.text) & set(' "\0')
        last = word.start


PIECES = [
    "1.000",
    "1 000",
    "ü",
    "ue",
    *"abCsußæüİiйи契が한éー々²½…_-。· \n",
    "ss",
    "ae",
    "契約",
    "約契",
    "e\u0301",
    "ﬁ",
    "\u00ad",
    "ΟΣ",
    ", ",
]
TYPED = (
    "a",
    "ab",
    "b",
    "c",
    "ss",
    "s",
    "ae",
    "u",
    "и",
    "契",
    "契約",
    "約契約",
    "が契",
    "한",
    "e",
    "οσ",
    "fi",
    "a b",
    "契約 a",
    "1000",
    "ue",
)


@given(
    st.lists(st.sampled_from(PIECES), max_size=14).map("".join),
    st.lists(st.tuples(st.sampled_from(TYPED), st.booleans()), min_size=1, max_size=3),
)
def test_both_ways_to_highlight_agree(text: str, typed: list[tuple[str, bool]]) -> None:
    """The patterns for ASCII mark what the comparison of words marks, which a Thai letter after the text enforces."""
    phrases = tuple(phrase for each in typed for phrase in to_phrases(*each))
    marker = Marker(phrases)
    assert marker.find_ranges(text) == marker.find_ranges(text + "\n\u0e01")


def test_a_snippet_shows_the_hit() -> None:
    """One line around the first hit, cut at words, with its places."""
    text = "Dear Jane,\n\n" + "filler words go here " * 20 + "the Ángebot you asked for " + "and so on " * 30
    snippet = Marker(to_phrases("angebot")).cut_snippet(text)
    assert snippet is not None
    line, ranges = snippet
    assert line.startswith("… ")
    assert line.endswith(" …")
    assert "\n" not in line
    assert len(line) < 170
    assert [line[start:end] for start, end in ranges] == ["Ángebot"]
    assert Marker(to_phrases("nowhere")).cut_snippet(text) is None
    assert Marker(()).cut_snippet(text) is None


@pytest.mark.parametrize("before", ["", "a word and another " * 9, "ein Wort und noch eines über " * 6])
@pytest.mark.parametrize("after", ["", " and so on" * 30, " und so weiter für immer" * 9])
def test_hits_lie_in_the_snippet(before: str, after: str) -> None:
    """Wherever it was cut: a word, the beginning of one, words after each other, also one inside the other."""
    text = f"{before}new offer  new offer\nnew offers{after}"
    for typed, prefix, hits in (("offer", False, 2), ("OFF", True, 3), ("new offer new", False, 1)):
        snippet = Marker(to_phrases(typed, prefix)).cut_snippet(text)
        assert snippet is not None
        line, ranges = snippet
        assert len(ranges) == hits
        assert {line[start : start + 3].casefold() for start, _ in ranges} == {typed[:3].casefold()}
    both = Marker((*to_phrases("offer"), *to_phrases("new"))).cut_snippet(text)
    assert both is not None
    assert [both[0][start:end] for start, end in both[1]] == ["new", "offer", "new", "offer", "new"]
