"""From a draft to the mail that would go out, with everything that the checks found."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType

from components.errors import RenderError
from components.mailer.draft_context import DraftContext
from components.message import (
    CheckContext,
    CheckedFields,
    Finding,
    MessageSizes,
    Rendered,
    check_fields,
    measure_sizes,
    render,
    run_checks,
)
from components.model import Address, ColleagueQuery, Connection, Draft, OutgoingMail


@dataclass(frozen=True, slots=True)
class PreflightContext:
    """What the checks know besides the draft: the workspace's earlier mails and its mailbox.

    Without a connection neither is known.
    """

    draft_context: DraftContext
    connection: Connection | None


@dataclass(frozen=True)
class Preflight:
    """A parsed and rendered draft; its findings are computed on first use, so that a preview need not wait for them."""

    draft: Draft
    checked: CheckedFields
    rendered: Rendered
    background: PreflightContext | None = None

    @property
    def faults(self) -> Mapping[str, str]:
        """What keeps the mail from being sent: visible label → sentence."""
        return self.checked.faults

    @property
    def text(self) -> str:
        """The plain text that is sent: the author's own, or the one rendered from the Markdown."""
        return self.draft.plain_text or self.rendered.text

    @property
    def mail(self) -> OutgoingMail | None:
        """The mail as it would be sent, with exactly the preview's HTML; None while there are faults."""
        return None if self.faults else _to_mail(self.draft, self.checked, self.rendered)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """The faults, then the warnings."""
        return run_checks(self._situation)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings that do not keep the mail from being sent."""
        return tuple(finding for finding in self.findings if not finding.blocking)

    @cached_property
    def gauges(self) -> MessageSizes:
        """The measures of the mail, such as its size and word count."""
        return measure_sizes(self._situation)

    @cached_property
    def _situation(self) -> CheckContext:
        return _to_situation(self.draft, self.checked, self.rendered, self.background)


def inspect(draft: Draft, background: PreflightContext | None = None) -> Preflight:
    """Check and render a draft. Never raises for what was typed.

    Without a background the faults are the same, but the warnings that need it are left out.
    """
    checked = check_fields(draft)
    faults = dict(checked.faults)
    rendered = Rendered(html="", text="")
    try:
        rendered = render(draft.markdown)
    except RenderError as error:
        faults["Message"] = error.message
    if "Message" not in faults and not rendered.text.strip() and "<img" not in rendered.html:
        faults["Message"] = "Write a message."
    return Preflight(draft, replace(checked, faults=MappingProxyType(faults)), rendered, background)


def _to_situation(
    draft: Draft, checked: CheckedFields, rendered: Rendered, background: PreflightContext | None
) -> CheckContext:
    situation = CheckContext(draft, checked, rendered, now=time.time())
    if background is None:
        return situation
    draft_context, connection = background.draft_context, background.connection
    archives = draft_context.read_archives(draft.attachments)
    situation = replace(situation, now=draft_context.clock(), archives=archives)
    if connection is None:
        return situation
    mailbox, workspace = connection.mailbox, connection.workspace_id
    situation = replace(
        situation,
        sender=Address(mailbox.display_name, mailbox.address) if mailbox and "@" in mailbox.address else None,
        provider=mailbox.provider if mailbox else "",
        written_to=draft_context.list_written_to(workspace, draft.id, [a.mailbox for a in situation.people]),
        last_written=draft_context.list_last_written(workspace, draft.id),
    )
    outside = frozenset(address.mailbox for address in situation.outsiders)
    wanted = ColleagueQuery(draft.id, connection.person, outside, frozenset(situation.company_domains))
    is_theirs = draft.written_by not in ("", connection.person)
    return replace(
        situation,
        colleagues=draft_context.list_colleague_mails(workspace, wanted),
        person=connection.person,
        signatures=draft_context.list_signatures(workspace, draft.id) if is_theirs else (),
    )


def _to_mail(draft: Draft, checked: CheckedFields, rendered: Rendered) -> OutgoingMail:
    return OutgoingMail(
        to=checked.to,
        cc=checked.cc,
        bcc=checked.bcc,
        reply_to=checked.reply_to,
        subject=checked.subject,
        markdown=draft.markdown,
        html=rendered.html,
        text=draft.plain_text or rendered.text,
        text_edited=bool(draft.plain_text),
        contact_id=checked.contact_id,
        deal_id=checked.deal_id,
        thread_id=checked.thread_id,
        attachments=draft.attachments,
    )
