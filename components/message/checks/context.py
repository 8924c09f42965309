"""The input of all checks: a draft, parsed and rendered, and what is known about earlier mails and its files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from components.message.archives import ZipDirectory
from components.message.checks.link_parser import Link, list_links
from components.message.checks.recipient_names import RecipientNames, read_names, to_company_label
from components.message.checks.validation import CheckedFields
from components.message.checks.visible_text import blank_code, blank_targets
from components.message.parts import MessageParts, split_parts
from components.message.rendering.limits import SOURCE_LIMIT
from components.message.rendering.protocol import Rendered
from components.model import Address, ColleagueMail, Draft, SentMail


@dataclass(frozen=True)
class CheckContext:
    """A message before it is sent.

    ``now`` is in epoch seconds. ``sender`` is None and ``provider`` ("gmail", "microsoft") is "" where unknown.
    ``written_to`` are the latest mails to these recipients and ``last_written`` the latest to anybody, newest first.
    ``colleagues`` is what others of the workspace wrote to these recipients and their companies lately, newest first.
    ``person`` is the name of whoever sends it, ``signatures`` are the workspace's, each with the name of whose it is.
    ``archives`` maps the SHA-256 of attached ZIP files to their directories, where those could be read.
    """

    draft: Draft
    checked: CheckedFields
    rendered: Rendered
    now: float
    sender: Address | None = None
    provider: str = ""
    written_to: tuple[SentMail, ...] = ()
    last_written: tuple[SentMail, ...] = ()
    colleagues: tuple[ColleagueMail, ...] = ()
    person: str = ""
    signatures: tuple[tuple[str, str], ...] = ()
    archives: Mapping[str, ZipDirectory] = field(default_factory=dict)

    @cached_property
    def parts(self) -> MessageParts:
        """The parts of the message; only its beginning where it is too long to be rendered."""
        return split_parts(self.draft.markdown[:SOURCE_LIMIT])

    @cached_property
    def own(self) -> str:
        """The author's own Markdown with code and quotes blanked; positions are those in the message."""
        return self.unquoted[: len(self.parts.own)]

    @cached_property
    def visible_text(self) -> str:
        """The same with link addresses and mailboxes blanked as well."""
        return blank_targets(self.own)

    @cached_property
    def unquoted(self) -> str:
        """The author's own text and signature with code blanked; positions are those in the message."""
        return blank_code(self.parts.own + self.parts.signature)

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """The links and pictures in the author's own text and signature."""
        return list_links(self.unquoted)

    @cached_property
    def people(self) -> tuple[Address, ...]:
        """All recipients."""
        return (*self.checked.to, *self.checked.cc, *self.checked.bcc)

    @cached_property
    def outsiders(self) -> tuple[Address, ...]:
        """The recipients outside of the sender's own firm, as far as that is known."""
        own = _to_domain(self.sender) if self.sender is not None else ""
        if not to_company_label(own):
            return self.people
        return tuple(address for address in self.people if _to_domain(address) != own)

    @cached_property
    def company_domains(self) -> frozenset[str]:
        """The domains of their companies, without those of personal mailboxes."""
        domains = map(_to_domain, self.outsiders)
        return frozenset(domain for domain in domains if to_company_label(domain))

    @cached_property
    def recipient_names(self) -> tuple[RecipientNames, ...]:
        """The possible names of all recipients."""
        return tuple(map(read_names, self.people))


def _to_domain(address: Address) -> str:
    return address.mailbox.rpartition("@")[2].lower()
