"""Find the quoted original at the end of a message, in the shapes in which mail programs write it.

Some mark each line with ``>`` below a line that says who wrote (Gmail, Thunderbird, Apple Mail). Outlook marks nothing:
a block of From, Sent, To and Subject, or a line ``-----Original Message-----``, begins the original, which goes on to
the end. The words are those of English, German, French, Spanish, Italian, Dutch and Portuguese, then of others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_MARKED = re.compile(r"[ ]{0,3}>")
_RULE = re.compile(r"[ ]{0,3}(?:[-_*][ ]?){3,}\s*")
_LABEL = re.compile(
    r"""[ ]{0,3}(?:<(?:b|strong)>)?[*_]{0,3}(?:
    (?P<author>from|von|de|da|van|från|fra|od|lähettäjä|feladó|de\ la|от|від|kimden|από
        |发件人|寄件者|差出人|보낸\ 사람|מאת)
    |(?P<to>to|an|à|a|para|aan|till|til|do|komu|vastaanottaja|címzett|către|кому|kime|προς
        |收件人|收件者|宛先|받는\ 사람|אל)
    |(?P<sent>sent|date|gesendet(?:\ am)?|datum|envoyé(?:\ le)?|enviad[oa](?:\ el|\ em)?|fecha|data|inviato|verzonden
        |skickat|sendt|dato|wysłano|odesláno|lähetetty|elküldve|dátum|trimis|отправлено|дата|надіслано|gönderildi
        |gönderilme|gönderme\ tarihi|tarih|στάλθηκε|ημερομηνία
        |发送时间|日期|寄件日期|送信日時|日付|보낸\ 날짜|נשלח|תאריך)
    |(?P<subject>subject|betreff|objet|asunto|oggetto|onderwerp|assunto|ämne|emne|temat|předmět|predmet|aihe|tárgy
        |subiect|тема|konu|θέμα|主题|主旨|件名|제목|נושא)
    )[*_]{0,3}[ \xa0]?[:：]""",
    re.I | re.X,
)
_DIVIDER = re.compile(
    r"""[ ]{0,3}(?:\\?-{2,}[ \xa0]{0,3}(?:
        original\ (?:message|appointment)|forwarded\ (?:message|by)
        |ursprüngliche[r]?\ (?:nachricht|termin)|original-?nachricht|weitergeleitete?\ (?:nachricht|von)
        |message\ (?:d['’]origine|original|transféré|réexpédié)|transféré\ par
        |mensaje\ (?:original|reenviado)|reenviado\ por|messaggio\ (?:originale|inoltrato)|inoltrato\ da
        |oorspronkelijk\ bericht|doorgestuurd\ (?:bericht|door)
        |mensagem\ (?:original|encaminhada|reencaminhada)|encaminhado\ por
        |ursprungligt\ meddelande|vidarebefordrat|oprindelig\ meddelelse|opprinnelig\ melding|videresendt
        |alkuperäinen\ viesti|wiadomość\ oryginalna|oryginalna\ wiadomość|původní\ zpráva|eredeti\ üzenet
        |mesaj\ original|исходное\ сообщение|пересылаемое\ сообщение|orijinal\ (?:mesaj|ileti)
        |原始邮件|转发的邮件|元のメッセージ|원본\ 메시지
    ).{0,100}?-{2,}
    |begin\ forwarded\ message\ ?:|anfang\ der\ weitergeleiteten\ nachricht\ ?:
        |début\ du\ message\ (?:réexpédié|transféré)[ \xa0]?:|inicio\ del\ mensaje\ reenviado\ ?:
        |inizio\ messaggio\ inoltrato\ ?:|begin\ doorgestuurd\ bericht\ ?:
        |início\ da\ mensagem\ (?:re)?encaminhada\ ?:
    )\s*""",
    re.I | re.X,
)
_WROTE = re.compile(
    r"\b(?:wrote|writes|schrieb|schrieben|geschrieben|écrit|escribió|ha escrito|scritto|scrisse|schreef|geschreven"
    r"|escreveu|skrev|napisał|napisała|napsal|napsala|kirjoitti|írta|a scris"
    r"|написала?|пишет|писала?|yazdı|έγραψε)\b|写道|のメール",
    re.I,
)
#: Words with which the line begins that says when somebody wrote.
_OPENING = re.compile(r"[ ]{0,3}(?:on|am|le|el|il|op|em|no dia|den|w dniu|dne|в|at|il giorno)\b", re.I)
_LOOSE = re.compile(r"\S.{0,200}[:：]\s*")
_DATED = re.compile(r"\d|@")
_TIME, _YEAR = re.compile(r"\b\d{1,2} ?[:.h] ?\d{2}\b"), re.compile(r"\b(?:19|20)\d\d\b|@")
#: Maximum number of lines of an introduction, of its characters, and of lines below From that are examined.
_INTRODUCTION_LINES, _INTRODUCTION_LENGTH, _HEADER_LINES = 3, 600, 20
#: Lines between the labels of a header, such as the rest of a long list of recipients.
_OTHER_LINES = 3


def find_quote(lines: Sequence[str], signature: int | None = None) -> int:
    """Return the index of the line where the quoted original begins, or the number of lines.

    ``signature`` is the index of the line ``-- `` that begins the signature, if any: ``>`` directly below a line of the
    signature belongs to it.
    """
    for index, line in enumerate(lines):
        if _DIVIDER.fullmatch(line) or _is_header(lines, index) or _is_certain_introduction(lines, index):
            return _skip_rule(lines, index)
    return _find_marked(lines, signature)


def find_marked_end(lines: Sequence[str]) -> int:
    """Return the index of the first of the ``>`` lines at the end, or the number of lines."""
    start = len(lines)
    while start and (_MARKED.match(lines[start - 1]) or not lines[start - 1].strip()):
        start -= 1
    while start < len(lines) and not lines[start].strip():
        start += 1
    return start


def _find_marked(lines: Sequence[str], signature: int | None) -> int:
    start = find_marked_end(lines)
    if start == len(lines):
        return start
    above = start
    while above and not lines[above - 1].strip():
        above -= 1
    length = _measure_introduction(lines, above) if start - above <= 1 else 0
    if length:
        return above - length
    if above == start and signature is not None and signature < start:
        return len(lines)
    return above - 1 if above and start - above <= 1 and _LOOSE.fullmatch(lines[above - 1]) else start


def _measure_introduction(lines: Sequence[str], end: int) -> int:
    """Return how many lines before ``end`` say who wrote and when; 0 for none."""
    lengths = [n for n in range(1, _INTRODUCTION_LINES + 1) if _is_introduction(lines[max(0, end - n) : end])]
    whole = [n for n in lengths if end - n >= 0 and _OPENING.match(lines[end - n])]
    return (max(whole) if whole else lengths[0]) if lengths else 0


def _is_introduction(lines: Sequence[str]) -> bool:
    text = " ".join(line.strip() for line in lines)[: _INTRODUCTION_LENGTH + 1]
    return (
        len(text) <= _INTRODUCTION_LENGTH
        and all(line.strip() and line.strip()[-1] not in "!?.:" for line in lines[:-1])
        and text.endswith((":", "："))
        and _WROTE.search(text) is not None
        and _DATED.search(text) is not None
    )


def _is_certain_introduction(lines: Sequence[str], start: int) -> bool:
    """Tell whether a paragraph says who wrote at what time, above an original that is not marked."""
    if not lines[start].strip() or (start and lines[start - 1].strip()):
        return False
    end = start + 1
    while end < len(lines) and lines[end].strip() and end - start <= _INTRODUCTION_LINES:
        end += 1
    text = " ".join(lines[start:end])[:_INTRODUCTION_LENGTH]
    below = next((line for line in lines[end : end + _OTHER_LINES] if line.strip()), "")
    return (
        _is_introduction(lines[start:end])
        and _TIME.search(text) is not None
        and _YEAR.search(text) is not None
        and bool(below)
        and not _MARKED.match(below)
    )


def _is_header(lines: Sequence[str], start: int) -> bool:
    """Tell whether From, Subject, and To or a date stand here, each at the start of a line."""
    label = _LABEL.match(lines[start])
    if label is None or not label["author"]:
        return False
    found: set[str] = set()
    others = 0
    for line in lines[start + 1 : start + 1 + _HEADER_LINES]:
        label = _LABEL.match(line)
        if label:
            found.add(label.lastgroup or "")
        else:
            others += bool(line.strip())
        if others > _OTHER_LINES:
            break
    return "subject" in found and not found.isdisjoint({"to", "sent"})


def _skip_rule(lines: Sequence[str], start: int) -> int:
    """Return the index of the rule or divider above the original, else of its first line."""
    above = start
    while above and not lines[above - 1].strip():
        above -= 1
    return above - 1 if above and _RULE.fullmatch(lines[above - 1]) else start
