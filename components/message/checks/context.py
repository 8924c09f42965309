"""All that the checks may look at: a draft as it was read and rendered, and what is known beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from components.message.archives import ZipDirectory
from components.message.checks.link_parser import Link, list_links
from components.message.checks.recipient_names import RecipientNames, read_names
from components.message.checks.validation import CheckedFields
from components.message.checks.visible_text import blank_code, blank_targets
from components.message.parts import MessageParts, split_parts
from components.message.rendering.limits import SOURCE_LIMIT
from components.message.rendering.protocol import Rendered
from components.model import Address, Draft, Written


@dataclass(frozen=True)
class CheckContext:
    """A mail before its send.

    ``now`` is in epoch seconds; ``sender`` and ``provider`` ("gmail", "microsoft") are None and "" where they are not
    known; ``written_to`` are the latest mails to these recipients, ``last_written`` the latest to anybody, newest
    first; ``archives`` tells by SHA-256 what lies in the attached archives that could be read.
    """

    draft: Draft
    checked: CheckedFields
    rendered: Rendered
    now: float
    sender: Address | None = None
    provider: str = ""
    written_to: tuple[Written, ...] = ()
    last_written: tuple[Written, ...] = ()
    archives: Mapping[str, ZipDirectory] = field(default_factory=dict)

    @cached_property
    def parts(self) -> MessageParts:
        """The message taken apart; of one too long to be rendered only its beginning."""
        return split_parts(self.draft.markdown[:SOURCE_LIMIT])

    @cached_property
    def own(self) -> str:
        """The author's own Markdown, code and quotes blanked: every place in it is the same in the message."""
        return self.unquoted[: len(self.parts.own)]

    @cached_property
    def prose(self) -> str:
        """The same without addresses of links and mailboxes, which are no words of the author's."""
        return blank_targets(self.own)

    @cached_property
    def unquoted(self) -> str:
        """Own words and signature, code blanked, with the places of the message."""
        return blank_code(self.parts.own + self.parts.signature)

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """The links and pictures of own words and signature."""
        return list_links(self.unquoted)

    @cached_property
    def people(self) -> tuple[Address, ...]:
        """Everybody who gets the mail."""
        return (*self.checked.to, *self.checked.cc, *self.checked.bcc)

    @cached_property
    def recipient_names(self) -> tuple[RecipientNames, ...]:
        """What everybody who gets the mail may be called."""
        return tuple(map(read_names, self.people))
