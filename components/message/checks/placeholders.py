"""What was to be filled in and was not: ``{{name}}``, ``[Company]``, ``XXX``, "lorem ipsum"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from components.message.checks.context import CheckContext
from components.message.checks.finding import Finding, Fix, make_fix, quote
from components.message.checks.recipient_names import to_first_name
from components.message.checks.words import fold, to_words

#: How many one mail names; more say nothing new.
_MOST = 5
#: Marks that mean nothing else in a mail, whatever is between them.
_SURE = re.compile(
    r"\{\{[^{}\n]{1,60}\}\}|\$\{[^{}\n]{1,60}\}|\{%[^{}\n]{1,60}%\}|\*\|[^|\n]{1,40}\|\*|<<[^<>\n]{1,40}>>"
    r"|\[\[[^\[\]\n]{1,40}\]\]|(?<![\d%])%[A-Z][A-Z_]{2,30}%|%%[A-Za-z_]{2,30}%%|\blorem ipsum\b"
    r"|\bTODO\b(?=[ \t]{0,3}:)|^TODO$|\bXX[./]XX[./](?:XX){1,2}\b",
    re.I | re.M,
)
#: Marks that may be anything; what they hold decides.
_PERHAPS = re.compile(r"\{([^{}\n]{1,40})\}|\[([^\[\]\n]{1,40})\](?![(\[:])|<([^<>\n/]{1,40})>")
_CROSSES = re.compile(r"(?<![\w-])X{3,12}(?![\w-])")
_DIGITS = re.compile(r"[ ]{0,2}[\dX]|[ ]{0,2}[A-Z]{2}\d", re.A)
_WORD = re.compile(r"[^\W\d_]+")
#: What forms ask for, folded; one of them must be in a placeholder of the kind that may be anything.
_ASKED = to_words(
    """name firstname fname lname lastname surname fullname company companyname organisation organization amount title
    jobtitle position recipient sender product phone email address city country industry date vorname nachname firma
    firmenname unternehmen anrede ansprechpartner datum betrag stadt position produkt branche prenom nom entreprise
    societe montant ville poste nombre apellido empresa importe ciudad fecha cargo nome cognome azienda importo
    citta ruolo naam voornaam achternaam bedrijf bedrijfsnaam bedrag stad functie sobrenome apelido valor cidade
    cargo tbd tba placeholder platzhalter"""
)
#: What may stand beside it.
_BESIDE = to_words(
    """first last full your my his her their the of a an insert enter add here contact customer client lead user job
    recipient sender prospect s ihr ihre ihren der die das des hier einfugen einfuegen kunde kunden kontakt ihrer
    votre le la du de inserer su tu el del insertar il tuo inserire uw je de hier invullen seu sua o inserir"""
)
#: Elements of HTML that are called like something a form asks for.
_ELEMENTS = frozenset({"address", "title"})
_FIRST = to_words("name firstname fname first vorname prenom nombre nome voornaam naam")
_NOT_FIRST = to_words("last full company customer sender my your product job surname user contact client")


def check_placeholders(context: CheckContext) -> Iterable[Finding]:
    """Warn of every placeholder in the subject and the author's words, the signature included."""
    for field, attribute, text in (
        ("Subject", "subject", context.draft.subject[:1000]),
        ("Message", "markdown", context.unquoted),
    ):
        seen: set[str] = set()
        for start, end in _list_places(text):
            mark = text[start:end]
            if mark not in seen:
                seen.add(mark)
                fix = _to_fix(context, attribute, mark)
                yield Finding("placeholder", field, f"{quote(mark)} is still to be filled in.", mark, fix=fix)
            if len(seen) == _MOST:
                break


def _list_places(text: str) -> Iterator[tuple[int, int]]:
    found = [match.span() for match in _SURE.finditer(text) if _is_upper_where_needed(match[0])]
    defined = {fold(match[1]) for match in re.finditer(r"^[ ]{0,3}\[([^\[\]\n]{1,60})\]:", text, re.M)}
    found += [match.span() for match in _PERHAPS.finditer(text) if _is_asked(match, defined)]
    found += [match.span() for match in _CROSSES.finditer(text) if not _is_masked(text, *match.span())]
    end = 0
    for start, stop in sorted(found):
        if start >= end:
            end = stop
            yield start, stop


def _is_upper_where_needed(mark: str) -> bool:
    """A to-do list is written in many ways, the mark in one; a percentage is no merge field."""
    bare = mark[:1] not in "{$*<[" and fold(mark) != "lorem ipsum" and not mark.startswith("%%")
    return not bare or mark == mark.upper()


def _is_asked(match: re.Match[str], defined: set[str]) -> bool:
    content = match[1] or match[2] or match[3]
    if match[2] and (fold(content) in defined or match.string[match.start() - 1 : match.start()] in ("]", "!", "\\")):
        return False
    if match[3] and content in _ELEMENTS:
        return False
    # firstName and FIRST_NAME are words as well.
    words = [fold(word) for word in _WORD.findall(re.sub(r"([a-z])([A-Z])", r"\1 \2", content))]
    return bool(_ASKED & {*words, "".join(words)}) and all(word in _ASKED or word in _BESIDE for word in words)


def _is_masked(text: str, start: int, end: int) -> bool:
    """Whether the crosses hide a part of a number: an account, a telephone."""
    before = text[max(0, start - 4) : start].rstrip(" -")[-1:]
    return before.isdigit() or before == "X" or bool(_DIGITS.match(text, end)) or text[end : end + 1] == "-"


def _to_fix(context: CheckContext, attribute: str, mark: str) -> Fix | None:
    """Fill in a first name that is known for sure; whatever else belongs there only the author knows."""
    words = {fold(word) for word in _WORD.findall(re.sub(r"([a-z])([A-Z])", r"\1 \2", mark))}
    if len(context.people) != 1 or not words & _FIRST or words & _NOT_FIRST:
        return None
    name = to_first_name(context.people[0])
    if not name:
        return None
    text: str = getattr(context.draft, attribute)
    return make_fix(f"Write “{name}”", **{attribute: text.replace(mark, name)})
