"""Seeded, realistic mails of two years: Zipfian words of several languages; contacts, deals and threads recur."""

from __future__ import annotations

import hashlib
import random
import uuid
from bisect import bisect
from collections.abc import Iterator, Sequence
from itertools import accumulate

from components.model import DAY_SECONDS, WENT_OUT, Address, Attachment, OutgoingMail, Status
from components.store import Message, MessageSummary

#: The time of the last mail, and the span before it, in seconds.
END, SPAN = 1_780_000_000.0, 2 * 365 * DAY_SECONDS
_SYLLABLES = {
    language: tuple(line.split())
    for language, line in {
        "en": "the of er an in pro con ment sale tract fer ing ly meet plan ser vice rate cus tom team price offer",
        "de": "ver trag an ge bot ung schaft lie fer be zahl kun de preis mög lich über grüß zeit haus für",
        "fr": "pré sen ta tion dé lai con trat prix rè gle ment ven te où été ré u nion dos sier fac ture",
        "ru": "до го вор пред ло же ние це на вре мя ра бо та встре ча счёт кли ент пос тав ка",
        "ja": "契 約 提 案 会 議 価 格 資 料 送 付 確 認 お 願 い し ま す 日 本 社 様",
    }.items()
}
_LANGUAGES = ("en",) * 14 + ("de",) * 3 + ("fr",) * 2 + ("ru", "ja")
_WORDS = 20_000
_STATUSES = (Status.SENT,) * 90 + (Status.QUEUED,) * 6 + (Status.FAILED,) * 3 + (Status.UNKNOWN,)
_CODES = ("RECIPIENT_REJECTED", "MAILBOX_DISCONNECTED", "VALIDATION_ERROR")
#: Who wrote and sent the mails, in turns.
AUTHORS = ("Alex", "Kim", "Sam")
_FILES = ("offer.pdf", "Contract draft.docx", "prices 2026.xlsx", "Übersicht.pdf", "deck.pptx")


class Corpus:
    """Mails of one seed; a longer run begins with the mails of a shorter one, at other times."""

    def __init__(self, size: int, seed: int = 5) -> None:
        self._random = random.Random(seed)
        self._size = size
        self._vocabulary = {language: self._make_words(language) for language in _SYLLABLES}
        self._weights = {
            language: list(accumulate(1 / (rank + 2) for rank in range(len(words))))
            for language, words in self._vocabulary.items()
        }
        self._people = max(50, size // 40)
        self._popularity = list(accumulate(1 / (rank + 10) ** 0.8 for rank in range(self._people)))

    def list_words(self, ranks: Sequence[int], language: str = "en") -> list[str]:
        """List the words of some ranks; 0 is the most frequent."""
        return [self._vocabulary[language][rank] for rank in ranks]

    def generate(self) -> Iterator[Message]:
        """Yield the mails, oldest first."""
        for number in range(self._size):
            yield self._make_mail(number)

    def _make_words(self, language: str) -> list[str]:
        syllables, words = _SYLLABLES[language], dict[str, None]()
        longest = 3 if language == "ja" else 4
        while len(words) < min(_WORDS, len(syllables) ** longest // 2):
            words["".join(self._random.choices(syllables, k=self._random.randint(1 + (len(words) > 99), longest)))] = (
                None
            )
        return list(words)

    def _write(self, language: str, count: int) -> str:
        words = self._random.choices(self._vocabulary[language], cum_weights=self._weights[language], k=count)
        if language == "ja":
            return "".join(word + ("。" if n % 9 == 8 else "") for n, word in enumerate(words))
        return " ".join(
            word + (".\n\n" if n % 60 == 59 else "." if n % 12 == 11 else "") for n, word in enumerate(words)
        )

    def _make_mail(self, number: int) -> Message:
        draw = self._random
        language = draw.choice(_LANGUAGES)
        person = bisect(self._popularity, draw.random() * self._popularity[-1])
        address = Address(
            f"{self._vocabulary['en'][person % 5000].title()} P{person}", f"p{person}@firm{person // 7}.example"
        )
        text = self._write(language, min(700, int(draw.lognormvariate(4.7, 0.6)) + 15))
        status = draw.choice(_STATUSES)
        files = (
            (Attachment(draw.choice(_FILES), "application/pdf", 1000, None, "files/x"),) if draw.random() < 0.15 else ()
        )
        mail = OutgoingMail(
            to=(address,),
            cc=(Address("", f"team@firm{person // 7}.example"),) if draw.random() < 0.2 else (),
            subject=self._write(language, draw.randint(3, 8)),
            html="<p>" + text.replace("\n\n", "</p><p>") + "</p>",
            text=text,
            markdown=text,
            contact_id=f"con_{person}" if draw.random() < 0.8 else "",
            deal_id=f"deal_{person // 3}" if draw.random() < 0.4 else "",
            thread_id=f"thr_{person}_{number // 20_000}" if draw.random() < 0.6 else "",
            attachments=files,
        )
        return Message(self._to_entry(number, mail, status), mail, ())

    def _to_entry(self, number: int, mail: OutgoingMail, status: Status) -> MessageSummary:
        draw = self._random
        created_at = END - SPAN * (1 - number / self._size)
        went_out = status in WENT_OUT
        failed = status is Status.FAILED
        key = str(uuid.UUID(int=draw.getrandbits(128), version=4))
        return MessageSummary(
            id=0, workspace_id=0, draft_id=str(uuid.UUID(int=draw.getrandbits(128), version=4)), supersedes_id=None,
            created_at=created_at, status=status, needs_you=False, due_at=None, undo_until=None, idempotency_key=key,
            body_sha256=hashlib.sha256(key.encode()).hexdigest(), body_length=len(mail.html),
            first_attempt_at=created_at + 10,
            attempts=1, tries=1, unclear=status is Status.UNKNOWN, recipients=", ".join(map(str, mail.to + mail.cc)),
            subject=mail.subject, preview=mail.text[:120], attachment_count=len(mail.attachments),
            contact_id=mail.contact_id or None, deal_id=mail.deal_id or None, thread_id=mail.thread_id or None,
            http_status=200 if went_out else 422 if failed else None, code=draw.choice(_CODES) if failed else None,
            detail="The mailbox of the recipient refused the mail." if failed else None, request_id=f"req_{number}",
            provider=draw.choice(("gmail", "gmail", "office365")) if went_out else None,
            provider_message_id=f"m{number}" if went_out else None, provider_thread_id=None, sent_at=None,
            settled_at=created_at + 10 + draw.lognormvariate(-0.5, 0.8),
            written_by=AUTHORS[number % len(AUTHORS)], sent_by=AUTHORS[number % len(AUTHORS)],
        )  # fmt: skip
