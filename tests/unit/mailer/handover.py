"""Mails to hand on, as people, programs and attackers may have written them."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC

from hypothesis import strategies as st

from components.mailer.transfer.formats import Format, open_writer
from components.model import Address, BlobReader, OutgoingMail, RateLimit, Status
from components.store import Attempt, Message
from tests.unit.store.samples import NOW, to_record

#: Whatever can stand in the database: all of Unicode but halves of pairs, and signs that formats trip over.
TEXT = st.text(
    st.one_of(
        st.sampled_from("=+-@\t\r\n\"',;'> \ufeff\u2028\x00＝a"),
        st.characters(codec="utf-8", exclude_categories=["Cs"]),
    ),
    max_size=30,
)
ADDRESS = st.builds(Address, TEXT, st.sampled_from(["jane@example.com", "jörg@exämple.de", "=1+1@x.org", "@"]))
ATTEMPT = st.builds(
    Attempt,
    number=st.just(1),
    started_at=st.floats(0, 2e9),
    duration=st.none() | st.floats(0, 60),
    outcome=st.none() | st.just("sent"),
    http_status=st.none() | st.integers(100, 599),
    code=st.none() | TEXT,
    detail=st.none() | TEXT,
    request_id=st.none() | TEXT,
    rate_limit=st.none() | st.builds(RateLimit, st.integers(0, 10), st.none(), st.just(NOW)),
)
LETTER = st.builds(
    lambda people, subject, text, html, link, status, detail, attempts: replace(
        to_record(
            OutgoingMail(
                to=people[:1],
                cc=people[1:2],
                bcc=people[2:],
                reply_to=people[-1] if people else None,
                subject=subject,
                text=text,
                html=html,
                markdown=text,
                contact_id=link,
            ),
            status,
            detail=detail,
            preview=text[:120],
        ),
        attempts=attempts,
    ),
    st.lists(ADDRESS, max_size=4).map(tuple),
    *(TEXT, TEXT, st.sampled_from(["", "<p>a &amp; b</p>"]), TEXT),
    st.sampled_from([Status.SENT, Status.QUEUED, Status.FAILED, Status.UNKNOWN]),
    st.none() | TEXT,
    st.lists(ATTEMPT, max_size=1).map(tuple),
)


def write_all(form: Format, letters: list[Message], open_blob: BlobReader | None = None) -> bytes:
    """The file that mails make."""
    file = io.BytesIO()
    write = open_writer(form, file, open_blob or (lambda _: iter(())), UTC)
    for letter in letters:
        write(letter)
    return file.getvalue()
