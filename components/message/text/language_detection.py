"""Detect the language and direction of a text from the text alone, without guessing where they are uncertain.

Screen readers choose their voice by ``lang`` and spell checkers their dictionary, so a wrong language is worse than
none.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from typing import Literal

from components.message.html.tokens import VOID, End, Text, tokenise

Direction = Literal["ltr", "rtl"]

# Function words with their accents; a word that several languages share counts for each of them.
_WORDS: Mapping[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "en": "the and of to you your we our is are was were that this with have has will would be for from it as "
        "please can could what which there their they been if not but by at on my",
        "de": "der das und ist nicht sie wir ich mit für auf ein eine einen einem einer dem den im zu zum zur von bei "
        "auch wird werden haben sind ihr ihre ihnen uns unser bitte oder noch über nach wenn dass",
        "fr": "le les et est une des du vous nous je pour dans avec sur pas votre vos notre nos ce cette ces qui au "
        "aux sont être avons avez ont bien merci c'est j'ai mais plus très",
        "es": "el los las y del una es por para con su sus nos usted ustedes este esta como más pero muy hay está "
        "estamos hemos gracias nuestro nuestra le lo",
        "it": "il gli che di è per con non una della del dei delle nel alla sono abbiamo grazie questo questa più "
        "anche vostra vostro suo loro ci lo ma",
        "nl": "het een en van niet is wij ik je jij jullie met voor op aan zijn heeft hebben wordt worden ook maar als "
        "naar bij uw onze ons dat dit graag kunnen om nog",
        "pt": "o os as e do da dos das não uma um para com por você vocês nós é são está estamos temos obrigado "
        "obrigada nosso nossa mais muito em ao à seu sua",
    }.items()
}
#: Scripts of a single modern language; Latin, Cyrillic, Arabic and Devanagari have many.
_SCRIPTS: Mapping[str, str] = {
    "GREEK": "el",
    "HEBREW": "he",
    "HANGUL": "ko",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "THAI": "th",
    "GEORGIAN": "ka",
    "ARMENIAN": "hy",
    "CJK": "zh",
}
# Elements without text of the author: quoted mail, code, and links, which may show addresses.
_SKIPPED_TAGS = frozenset({"blockquote", "pre", "code", "kbd", "a"})
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
#: Number of characters examined; more would not change the result.
_SAMPLE_LENGTH = 4_000
_MIN_WORDS = 3
_MIN_SHARE = 0.15
_OPENING, _CLOSING = {"LRI", "RLI", "FSI"}, "PDI"


def detect_language(text: str) -> str:
    """Detect the language of a text as a BCP 47 tag; "" where it is too short, mixed, or in another language."""
    words = [word.casefold().replace("’", "'") for word in _WORD.findall(text[:_SAMPLE_LENGTH])]
    if script := _detect_script(words):
        return _SCRIPTS.get(script, "") if script != "LATIN" else _detect_latin_language(words)
    return ""


def detect_direction(text: str) -> Direction:
    """Detect the direction of a text by its first strong character; from left to right where it has none."""
    return find_direction(text) or "ltr"


def find_direction(text: str) -> Direction | None:
    """Find the direction of the first strong character of a text outside isolates (UAX #9, P2 and P3)."""
    isolated = 0
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in _OPENING:
            isolated += 1
        elif kind == _CLOSING:
            isolated = max(0, isolated - 1)
        elif not isolated and kind in ("L", "R", "AL"):
            return "ltr" if kind == "L" else "rtl"
    return None


def extract_author_text(sanitised: str) -> str:
    """Extract the text of sanitised HTML without quoted mail, code and links, for detecting language and direction."""
    words: list[str] = []
    path: list[bool] = []
    skipped = 0
    for token in tokenise(sanitised):
        if isinstance(token, Text):
            if not skipped:
                words.append(token.text)
        elif isinstance(token, End):
            if path:
                skipped -= path.pop()
        elif token.tag not in VOID:
            path.append(token.tag in _SKIPPED_TAGS)
            skipped += path[-1]
    return " ".join(words)


def _detect_script(words: list[str]) -> str:
    """Return the script of most letters, or ""; Japanese mixes three and is recognised by its two kana."""
    counts = Counter(unicodedata.name(letter, "").split(" ")[0] for word in words for letter in word)
    total = counts.total()
    kana = counts["HIRAGANA"] + counts["KATAKANA"]
    if kana * 10 > total and kana + counts["CJK"] > total * 0.7:
        return "HIRAGANA"
    script, count = counts.most_common(1)[0] if counts else ("", 0)
    return script if count > total * 0.7 and (script == "LATIN" or total > 3) else ""


def _detect_latin_language(words: list[str]) -> str:
    counts = Counter(words)
    votes = Counter({language: sum(counts[word] for word in known) for language, known in _WORDS.items()})
    (first, most), (_, second) = votes.most_common(2)
    return first if most >= max(_MIN_WORDS, _MIN_SHARE * len(words)) and most >= 1.5 * second else ""
