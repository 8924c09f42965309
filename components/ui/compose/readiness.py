"""The panel "Ready to send": what prevents sending, what is worth a look, and what one click can fix."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence

import streamlit as st

from components.mailer.preflight import Preflight, PreflightContext, inspect
from components.message import (
    Finding,
    split_parts,
)
from components.ui.compose.draft_sync import change_draft, field_key, read_fields
from components.ui.compose.recipients import read_typing
from components.ui.compose.upload_state import is_uploading
from components.ui.services import services
from components.ui.session import session
from components.ui.url_state import Page
from components.ui.widgets.escaped_text import escape_markdown, render_text

#: Faults of fields that are still empty; they are named only after a click on Send.
_UNFINISHED = ("Add at least one recipient.", "Enter a subject.", "Write a message.")
#: The fields that say themselves what is wrong with them.
_SAYING = {"To", "Cc", "Bcc", "Subject", "Message", "Attachments"}


def run_preflight() -> Preflight:
    """Check the open draft against everything known: rules, mailbox, earlier mails."""
    state = session()
    return inspect(state.composer.draft, PreflightContext(services().draft_context, state.connection))


def list_shown_faults(preflight: Preflight) -> Mapping[str, str]:
    """Return the faults to name now, by the field's label.

    Those of empty fields, and of a recipient who is still being typed, are named only after a click on Send.
    """
    tried, typing = session().composer.send_tried, read_typing(field_key("recipients")).label
    unfinished = {label for label, text in preflight.faults.items() if text in _UNFINISHED or label == typing}
    return {label: text for label, text in preflight.faults.items() if tried or label not in unfinished}


def render_readiness(preflight: Preflight, *, needs_approval: bool = False) -> None:
    """Draw the faults and warnings with their buttons, or that the mail is ready, unless it still needs an approval."""
    named = list_shown_faults(preflight)
    faults = [finding for finding in preflight.findings if finding.blocking and finding.field in named]
    with st.container(key="readiness", gap="small"):
        with st.container():
            _render_head(preflight, faults, needs_approval)
        with st.container(key="readiness-findings", gap="small"):
            for finding in (*faults, *list_open_warnings(preflight)):
                if finding.field not in _SAYING or finding.fix is not None or not finding.blocking:
                    _render_finding(finding)
        with st.container():
            if session().connection is None:
                st.page_link(Page.SETTINGS, label="Connect to send")


def render_hint(preflight: Preflight) -> None:
    """Draw the number of open warnings beside Send; they never disable it."""
    count = len(list_open_warnings(preflight))
    if count and not preflight.faults:
        render_text(("1 warning" if count == 1 else f"{count} warnings", "caution"), wide=False)


def _render_head(preflight: Preflight, faults: Sequence[Finding], needs_approval: bool) -> None:
    if faults:
        fields = dict.fromkeys(finding.field for finding in faults if finding.field in _SAYING)
        render_text((f"Fix before sending{':' if fields else ''}", "strong"), (_enumerate(fields), "plain"))
    elif preflight.faults:
        missing = {**dict.fromkeys(("To", "Cc", "Bcc"), "recipients"), "Subject": "a subject", "Message": "a message"}
        rest = dict.fromkeys(missing.get(field, field) for field in preflight.faults)
        render_text((f"Add {_enumerate(rest)}", "faint"))
    elif reason := _why_not_ready() or ("Ready for review" if needs_approval else ""):
        render_text((reason, "faint"))
    elif session().connection is not None:
        count = preflight.gauges.recipients
        people = "1 recipient" if count == 1 else f"{count} recipients"
        render_text(("Ready to send", "good"), (f"to {people}", "plain"))


def _why_not_ready() -> str:
    """Say why a mail without faults is not ready to be sent; empty if it is, but perhaps for the connection."""
    state = session()
    parts = split_parts(state.composer.draft.markdown)
    if state.composer.saving.has_conflict:
        return "Choose a version first"
    if is_uploading():
        return "A file is being uploaded"
    if not parts.own.strip() and not parts.quote.strip():
        return "The message has only a signature"
    return ""


def _render_finding(finding: Finding) -> None:
    """Draw a finding with its buttons beside it; its text may quote the mail, so it is never read as Markdown."""
    name = hashlib.sha256(finding.key.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    with st.container(key=field_key(f"finding-{name}"), horizontal=True, vertical_alignment="center", gap="small"):
        if finding.blocking and finding.field not in _SAYING:
            render_text((f"{finding.field}:", "faint"), (finding.text, "fault"), wide=False)
        elif not finding.blocking:
            render_text((finding.text, "caution"), wide=False)
        if finding.fix is not None:
            # The label may contain a person's name.
            label, key = escape_markdown(finding.fix.label), field_key(f"fix-{name}")
            st.button(label, key=key, on_click=_apply_fix, args=(finding.key,))
        if not finding.blocking:
            key = field_key(f"accept-{name}")
            st.button("Ignore", key=key, type="tertiary", on_click=_accept, args=(finding.key,))


def _apply_fix(key: str) -> None:
    """Apply a finding's fix to the draft as its fields are now."""
    composer = session().composer
    with composer.lock:
        composer.draft = read_fields()
        fix = next((finding.fix for finding in run_preflight().findings if finding.key == key), None)
        if fix is not None:
            change_draft(**fix.changes)


def _accept(key: str) -> None:
    composer = session().composer
    composer.accepted |= {(composer.draft.id, key)}


def list_open_warnings(preflight: Preflight) -> list[Finding]:
    """List the warnings that nobody has accepted yet."""
    composer = session().composer
    return [finding for finding in preflight.warnings if (composer.draft.id, finding.key) not in composer.accepted]


def _enumerate(words: Collection[str]) -> str:
    *most, last = words or ("",)
    return f"{', '.join(most)} and {last}" if most else last
