"""Check for placeholders that were not filled in: ``{{name}}``, ``[Company]``, ``XXX``, "lorem ipsum"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from components.message.checks.context import CheckContext
from components.message.checks.finding import Finding, Fix, make_fix, quote
from components.message.checks.recipient_names import to_first_name
from components.message.checks.words import fold, to_words

#: Maximum number of placeholders reported for one field.
_REPORTED_LIMIT = 5
#: Marks that are always placeholders, whatever they enclose.
_CERTAIN = re.compile(
    r"\{\{[^{}\n]{1,60}\}\}|\$\{[^{}\n]{1,60}\}|\{%[^{}\n]{1,60}%\}|\*\|[^|\n]{1,40}\|\*|<<[^<>\n]{1,40}>>"
    r"|\[\[[^\[\]\n]{1,40}\]\]|(?<![\d%])%[A-Z][A-Z_]{2,30}%|%%[A-Za-z_]{2,30}%%|\blorem ipsum\b"
    r"|\bTODO\b(?=[ \t]{0,3}:)|^TODO$|\bFIXME\b|\bXX[./]XX[./](?:XX){1,2}\b",
    re.I | re.M,
)
#: Marks that are placeholders in a subject: there, a word in capitals among others is a note to oneself (but "TODO
#: INCLUIDO" is Spanish), and a line of underscores is no rule.
_IN_SUBJECT = re.compile(r"\bTODO\b(?![ ]{1,3}[A-ZÁÉÍÑÓÚ]{2})|\bTBD\b|_{3,60}|\.{4,60}|\?{3,60}|\bXX\b")
#: Marks that are placeholders only with certain words inside.
_POSSIBLE = re.compile(r"\{([^{}\n]{1,40})\}|\[([^\[\]\n]{1,40})\](?![(\[:])|<([^<>\n/]{1,40})>")
_X_RUN = re.compile(r"(?<![\w-])X{3,12}(?![\w-])")
_DIGITS = re.compile(r"[ ]{0,2}[\dX]|[ ]{0,2}[A-Z]{2}\d", re.A)
_WORD = re.compile(r"[^\W\d_]+")
#: Words for form fields, folded; a possible placeholder must contain one of them.
_FIELD_WORDS = to_words(
    """name firstname fname lname lastname surname fullname company companyname organisation organization amount title
    jobtitle position recipient sender product phone email address city country industry date vorname nachname firma
    firmenname unternehmen anrede ansprechpartner datum betrag stadt position produkt branche prenom nom entreprise
    societe montant ville poste nombre apellido empresa importe ciudad fecha cargo nome cognome azienda importo
    citta ruolo naam voornaam achternaam bedrijf bedrijfsnaam bedrag stad functie sobrenome apelido valor cidade
    cargo tbd tba placeholder platzhalter subject betreff objet asunto oggetto onderwerp assunto"""
)
#: Words that may accompany them.
_COMPANION_WORDS = to_words(
    """first last full your my his her their the of a an insert enter add here contact customer client lead user job
    recipient sender prospect s ihr ihre ihren der die das des hier einfugen einfuegen kunde kunden kontakt ihrer
    votre le la du de inserer su tu el del insertar il tuo inserire uw je de hier invullen seu sua o inserir"""
)
#: HTML elements with the name of a form field.
_ELEMENTS = frozenset({"address", "title"})
_FIRST = to_words("name firstname fname first vorname prenom nombre nome voornaam naam")
_NOT_FIRST = to_words("last full company customer sender my your product job surname user contact client")


def check_placeholders(context: CheckContext) -> Iterable[Finding]:
    """Warn of placeholders in the subject and in the author's text, signature included."""
    for field, attribute, text in (
        ("Subject", "subject", context.draft.subject[:1000]),
        ("Message", "markdown", context.unquoted),
    ):
        seen: set[str] = set()
        certain = _IN_SUBJECT.finditer(text) if field == "Subject" else ()
        for start, end in _find_positions(text, [match.span() for match in certain]):
            mark = text[start:end]
            if mark not in seen:
                seen.add(mark)
                fix = _to_fix(context, attribute, mark)
                yield Finding("placeholder", field, f"{quote(mark)} is still to be filled in.", mark, fix=fix)
            if len(seen) == _REPORTED_LIMIT:
                break


def _find_positions(text: str, certain: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    found = certain + [match.span() for match in _CERTAIN.finditer(text) if _is_upper_where_needed(match[0])]
    defined = {fold(match[1]) for match in re.finditer(r"^[ ]{0,3}\[([^\[\]\n]{1,60})\]:", text, re.M)}
    found += [match.span() for match in _POSSIBLE.finditer(text) if _is_field(match, defined)]
    found += [match.span() for match in _X_RUN.finditer(text) if not _is_masked(text, *match.span())]
    end = 0
    for start, stop in sorted(found):
        if start >= end:
            end = stop
            yield start, stop


def _is_upper_where_needed(mark: str) -> bool:
    """Tell whether a mark has the upper case that some placeholders need ("TODO:", but not "to-do")."""
    bare = mark[:1] not in "{$*<[" and fold(mark) != "lorem ipsum" and not mark.startswith("%%")
    return not bare or mark == mark.upper()


def _is_field(match: re.Match[str], defined: set[str]) -> bool:
    content = match[1] or match[2] or match[3]
    if match[2] and (fold(content) in defined or match.string[match.start() - 1 : match.start()] in ("]", "!", "\\")):
        return False
    if match[3] and content in _ELEMENTS:
        return False
    # Split firstName and FIRST_NAME into words.
    words = [fold(word) for word in _WORD.findall(re.sub(r"([a-z])([A-Z])", r"\1 \2", content))]
    has_field_word = not _FIELD_WORDS.isdisjoint({*words, "".join(words)})
    return has_field_word and all(word in _FIELD_WORDS or word in _COMPANION_WORDS for word in words)


def _is_masked(text: str, start: int, end: int) -> bool:
    """Tell whether the X characters mask part of a number, such as an account."""
    before = text[max(0, start - 4) : start].rstrip(" -")[-1:]
    return before.isdigit() or before == "X" or bool(_DIGITS.match(text, end)) or text[end : end + 1] == "-"


def _to_fix(context: CheckContext, attribute: str, mark: str) -> Fix | None:
    """Make a fix that fills in the first name of the only recipient, where it is certain."""
    words = {fold(word) for word in _WORD.findall(re.sub(r"([a-z])([A-Z])", r"\1 \2", mark))}
    if len(context.people) != 1 or not words & _FIRST or words & _NOT_FIRST:
        return None
    name = to_first_name(context.people[0])
    if not name:
        return None
    text: str = getattr(context.draft, attribute)
    return make_fix(f"Write “{name}”", **{attribute: text.replace(mark, name)})
