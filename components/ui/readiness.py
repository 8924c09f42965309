"""The quiet panel "Ready to send": what stands against the mail, what is worth a look, what one click can mend."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import streamlit as st

from components.mailer.preflight import Background, Preflight, inspect
from components.message import CLIP, CLIP_NEAR, MIME_LIMIT, NEAR, SUBJECT_ADVICE, Finding
from components.ui.address import Page
from components.ui.composer import shown_faults
from components.ui.drafting import change_draft, field_key, read_fields
from components.ui.services import services
from components.ui.session import session
from components.ui.text import render_text
from components.ui.words import literal, size

_KILOBYTE = 1024


def look_over() -> Preflight:
    """Look the open draft over, with all that is known beside it."""
    state = session()
    return inspect(state.composer.draft, Background(services().recollection, state.connection))


def render_readiness(preflight: Preflight) -> None:
    """Say what stands against sending and what is worth a look, or that the mail is ready; then its measures."""
    named = shown_faults(preflight)
    faults = [finding for finding in preflight.findings if finding.blocking and finding.field in named]
    with st.container(border=True, key="readiness"):
        with st.container():
            _render_head(preflight, faults)
        with st.container(key="readiness-findings", gap="small"):
            for finding in (*faults, *_list_open(preflight)):
                _render_finding(finding)
        with st.container():
            _render_gauges(preflight)
        with st.container():
            if session().connection is None:
                st.page_link(Page.SETTINGS, label="Not connected yet: connect to send")


def render_hint(preflight: Preflight) -> None:
    """Say beside Send how many things are worth a look; they never keep it from being clicked."""
    count = len(_list_open(preflight))
    if count and not preflight.faults:
        render_text((_to_count(count), "caution"), wide=False)


def _render_head(preflight: Preflight, faults: Sequence[Finding]) -> None:
    warnings = len(_list_open(preflight))
    if faults:
        render_text(("Before it can go", "strong"))
    elif preflight.faults:
        missing = {"To": "recipients", "Subject": "a subject", "Message": "a message"}
        rest = [missing.get(field, field) for field in preflight.faults]
        render_text((f"Still to come: {', '.join(rest)}", "faint"))
    else:
        gauges = preflight.gauges
        people = "1 recipient" if gauges.recipients == 1 else f"{gauges.recipients} recipients"
        tail = {0: "", 1: ", 1 file"}.get(gauges.files, f", {gauges.files} files")
        note = f"· {_to_count(warnings)}" if warnings else ""
        render_text(("Ready to send", "good"), (f"to {people}{tail}", "plain"), (note, "caution"))


def _render_finding(finding: Finding) -> None:
    """One line with its buttons; the text is people's own and is never read as Markdown."""
    name = hashlib.sha256(finding.key.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    with st.container(key=field_key(f"finding-{name}"), gap="xxsmall"):
        if finding.blocking:
            render_text((f"{finding.field}:", "faint"), (finding.text, "fault"))
        else:
            render_text((finding.text, "caution"))
        if not finding.blocking or finding.fix is not None:
            _render_buttons(finding, name)


def _render_buttons(finding: Finding, name: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if finding.fix is not None:
            # A name of a person may be in the label.
            st.button(literal(finding.fix.label), key=field_key(f"fix-{name}"), on_click=_mend, args=(finding.key,))
        if not finding.blocking:
            key = field_key(f"accept-{name}")
            st.button("Fine as it is", key=key, type="tertiary", on_click=_accept, args=(finding.key,))


def _render_gauges(preflight: Preflight) -> None:
    gauges = preflight.gauges
    files = session().composer.draft.attachments
    html = f"HTML {gauges.html / _KILOBYTE:.0f} of {CLIP // _KILOBYTE} KB"
    words = "1 word" if gauges.words == 1 else f"{gauges.words:,} words"
    render_text(
        (html, "fault" if gauges.html >= CLIP else "caution" if gauges.html >= CLIP_NEAR else "faint"),
        (f"· {words} ·", "faint"),
        (f"subject {gauges.subject}/{SUBJECT_ADVICE}", "caution" if gauges.subject > SUBJECT_ADVICE else "faint"),
    )
    if files:
        share = gauges.mime / MIME_LIMIT
        whole = f"{size(gauges.mime)} of {size(MIME_LIMIT)} as it travels"
        each = ", ".join(f"{file.filename} {size(file.size)}" for file in files)
        render_text((whole, "fault" if share > 1 else "caution" if share >= NEAR else "faint"), (f"· {each}", "faint"))


def _mend(key: str) -> None:
    """Apply a finding's fix to the draft as its fields are now."""
    composer = session().composer
    with composer.lock:
        composer.draft = read_fields()
        fix = next((finding.fix for finding in look_over().findings if finding.key == key), None)
        if fix is not None:
            change_draft(**fix.changes)


def _accept(key: str) -> None:
    composer = session().composer
    composer.accepted |= {(composer.draft.id, key)}


def _list_open(preflight: Preflight) -> list[Finding]:
    """List the warnings that nobody has accepted yet."""
    composer = session().composer
    return [finding for finding in preflight.warnings if (composer.draft.id, finding.key) not in composer.accepted]


def _to_count(count: int) -> str:
    return "1 thing to look at" if count == 1 else f"{count} things to look at"
