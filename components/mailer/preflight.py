"""From what a person typed to the mail that would go out, with everything that stands against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from components.errors import RenderError
from components.message import Caution, Checked, Rendered, check_mail, render
from components.model import Draft, Mail


@dataclass(frozen=True, slots=True)
class Preflight:
    """A draft read and rendered. ``mail`` is None while there are ``faults`` (visible label → sentence)."""

    checked: Checked
    rendered: Rendered
    #: The plain text that goes out: the author's own, or what the Markdown gives.
    text: str
    faults: Mapping[str, str]
    warnings: tuple[Caution, ...]
    mail: Mail | None


def inspect(draft: Draft) -> Preflight:
    """Check and render a draft; never raises for what was typed. The mail holds the very HTML the preview shows."""
    checked = check_mail(draft)
    faults = dict(checked.faults)
    rendered = Rendered(html="", text="")
    try:
        rendered = render(draft.markdown)
    except RenderError as error:
        faults["Message"] = error.message
    if "Message" not in faults and not rendered.text.strip() and "<img" not in rendered.html:
        faults["Message"] = "Write a message."
    mail = None if faults else _to_mail(draft, checked, rendered)
    return Preflight(checked, rendered, draft.plain_text or rendered.text, faults, checked.warnings, mail)


def _to_mail(draft: Draft, checked: Checked, rendered: Rendered) -> Mail:
    return Mail(
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
