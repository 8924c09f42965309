"""Check that the person greeted is among the recipients: "Hi Bob" in a mail to Jane."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from components.message.checks.context import CheckContext
from components.message.checks.finding import Finding, Fix, make_fix, quote
from components.message.checks.nicknames import FIRST_NAMES
from components.message.checks.recipient_names import may_be_greeted, to_first_name
from components.message.checks.words import fold, to_words

# English, German, French, Spanish, Italian, Dutch, Portuguese.
_OPENING = re.compile(
    r"[ *_#]{0,8}(?:good (?:morning|afternoon|evening)|hi|hello|hey|dear|greetings"
    r"|sehr geehrte[rs]?|guten (?:tag|morgen|abend)|hallo|liebe[rs]?|moin|servus|grüß gott|grüezi"
    r"|bonjour|bonsoir|ch(?:er|ère)s?|salut"
    r"|estimad[oa]s?|querid[oa]s?|buenos d[ií]as|buenas tardes|buenas noches|hola"
    r"|buongiorno|buonasera|gentile|gentilissim[oa]|egregi[oa]|car[oai]|ciao|salve"
    r"|beste|geachte|hoi|dag|goede(?:morgen|middag|navond)"
    r"|ol[áa]|oi|prezad[oa]s?|car[oa]s|bom dia|boa tarde|boa noite)\b[ ,]{1,3}",
    re.I,
)
_TOKEN = re.compile(r"[^\s,.!?:;–—()/&+*_]+|[,.!?:;–—()/&+*_]")
_NAME = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_LISTED = re.compile(r",| (?:and|und|et|y|e|en|&) ", re.I)
#: What may stand around the names of a list.
_MARKS = " .!:*_\r"
_TITLES = to_words(
    """mr mrs ms miss mx dr doctor prof professor sir madam herr herrn frau hr fr ing dipl mag monsieur madame mme mlle
    mademoiselle docteur maitre me sr sra srta senor senora senorita don dona signor signora signore sig dott
    dottore dottoressa dottssa avv avvocato heer mevrouw meneer dhr mw mevr senhor senhora dra doutor doutora"""
)
#: Particles of surnames, and the words between two names.
_PARTICLES = to_words("van von de der den di da del della le la du dos das do ter ten zu zur el al bin")
_AND = to_words("and und et y e en & / +")
#: Words after a greeting that are not names.
_GENERIC = to_words(
    """there again all everyone everybody folks guys team teams people friend friends colleague colleagues customer
    customers client clients partner partners member members valued hiring manager recruiting recruiter talent
    support sales finance legal hr department committee board both two you from happy new year world reader readers
    subscriber subscribers investor investors supplier suppliers vendor vendors user users ladies gentlemen sirs sir
    madam mum mom dad neighbours student students applicant candidate candidates participant participants attendee
    attendees alle zusammen miteinander allerseits beide beiden ihr euch welt lieben kollege kollegen kollegin
    kolleginnen kunde kunden kundin kundinnen damen herren freunde freundin freund interessent interessenten
    bewerber mitglied mitglieder leser gruss gruesse grusse grusse nachbarn partnerin gaeste gaste familie tous
    toutes equipe client collegue collegues amis ami messieurs mesdames membres monde todos todas equipo cliente
    clientes senores senoras amigos amigas amigo companeros equipo colegas tutti tutte clienti colleghi signori
    signore ragazzi amici squadra spettabile allemaal iedereen collega collegas klant klanten mensen relatie allen
    team heren dames pessoal equipe equipa senhores senhoras galera turma"""
)
#: Characters of the first line that are examined, and maximum words of one name.
_LINE_LENGTH, _NAME_WORDS = 160, 4


@dataclass(frozen=True, slots=True)
class GreetedPerson:
    """A person greeted: the names, whether a title precedes them, and their position in the text."""

    names: tuple[str, ...]
    titled: bool
    start: int
    end: int


def parse_greeting(own: str) -> tuple[GreetedPerson, ...]:
    """Return the people whom the first line greets by name."""
    start = len(own) - len(own.lstrip())
    end = own.find("\n", start)
    line = own[start : min(start + _LINE_LENGTH, end if end >= 0 else len(own))]
    opening = _OPENING.match(line)
    if opening is None:
        return ()
    people: list[GreetedPerson] = []
    for group in _to_groups(line, opening.end()):
        if group is None:
            return ()
        person = _to_greeted(group, start)
        if person is not None:
            people.append(person)
    return (*people, *_parse_list(line, opening.end(), start))


def check_greeting(context: CheckContext) -> Iterable[Finding]:
    """Warn of each person greeted by names that no recipient can have."""
    greeted = parse_greeting(context.own)
    recipient_names = context.recipient_names
    if not recipient_names:
        return
    for person in greeted:
        if any(may_be_greeted(candidate, person.names) for candidate in recipient_names):
            continue
        if all(candidate.is_conclusive for candidate in recipient_names):
            phrase = context.own[person.start : person.end]
            yield Finding(
                "greeting",
                "Message",
                f"You greet {quote(phrase)}, but nobody of that name is among the recipients.",
                phrase,
                fix=_to_fix(context, person) if len(greeted) == 1 else None,
            )


def _parse_list(line: str, after: int, offset: int) -> tuple[GreetedPerson, ...]:
    """Return the people after the first comma: "Liebe Kate, lieber Jan," and "Hi Jane, Bob and Sue,".

    Each is greeted anew or has a known first name, and nothing else stands in the line: a sentence may begin there.
    """
    people: list[GreetedPerson] = []
    first = line.find(",", after)
    ends = [match.span() for match in _LISTED.finditer(line, first + 1)] if first >= 0 else []
    start = first + 1
    for end, following in [*ends, (len(line), len(line))] if first >= 0 else ():
        opening = _OPENING.match(line, start, end)
        words = list(_NAME.finditer(line, opening.end() if opening else start, end))
        rest = _NAME.sub("", line[opening.end() if opening else start : end]).strip(_MARKS)
        if opening or words or rest:
            if rest or not words or not (opening or fold(words[0][0]) in FIRST_NAMES):
                return ()
            person = _to_greeted(words, offset)
            if person is not None:
                people.append(person)
            elif not opening:
                return ()
        start = following
    return tuple(people)


def _to_fix(context: CheckContext, person: GreetedPerson) -> Fix | None:
    """Make a fix where the only recipient is greeted by first name."""
    if len(context.people) != 1 or person.titled or len(person.names) != 1:
        return None
    name = to_first_name(context.people[0])
    if not name:
        return None
    markdown = context.draft.markdown
    return make_fix(f"Write “{name}”", markdown=markdown[: person.start] + name + markdown[person.end :])


def _to_groups(line: str, start: int) -> Iterator[list[re.Match[str]] | None]:
    """Split the text after the greeting at "and"; yield None where it continues as a sentence."""
    group: list[re.Match[str]] = []
    for token in _TOKEN.finditer(line, start):
        word = token[0]
        if word in "*_":
            continue
        if word == "." and group and (fold(group[-1][0]) in _TITLES or len(group[-1][0]) == 1):
            continue
        if fold(word) in _AND and group:
            yield group
            group = []
        elif not _NAME.fullmatch(word):
            if word not in ",.!?:;–—(":
                yield None
            break
        else:
            group.append(token)
            if len(group) > _NAME_WORDS + 2:
                yield None
                return
    yield group


def _to_greeted(group: list[re.Match[str]], offset: int) -> GreetedPerson | None:
    titles = [token for token in group if fold(token[0]) in _TITLES]
    rest = [token for token in group if fold(token[0]) not in _TITLES]
    if not rest or len(rest) > _NAME_WORDS or any(fold(token[0]) in _GENERIC for token in rest):
        return None
    names = [token for token in rest if fold(token[0]) not in _PARTICLES]
    if not names or not all(_may_be_name(token[0]) for token in names):
        return None
    return GreetedPerson(tuple(t[0] for t in names), bool(titles), offset + rest[0].start(), offset + rest[-1].end())


def _may_be_name(word: str) -> bool:
    """In lower case only a known name counts ("hi bob", not "hi gorgeous"); "JD" are initials."""
    initials = len(word) <= 3 and word.isupper() and len(word) > 1
    return fold(word) in FIRST_NAMES or (word[0].isupper() and not initials)
