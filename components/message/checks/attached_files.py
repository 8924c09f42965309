"""Check attached files: empty, duplicate, of a type or size that does not arrive, or not the one mentioned."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher

from components.message.attachments import BLOCKED, MEGABYTE, MICROSOFT_FILE_LIMIT, to_extension
from components.message.checks.context import CheckContext
from components.message.checks.finding import Finding, make_fix, quote
from components.message.checks.words import fold, to_words
from components.model import Attachment, Draft

#: Extensions that Outlook blocks in addition to those that Gmail refuses (Microsoft's list of blocked file types).
HIDDEN_BY_OUTLOOK = to_words(
    """app asp aspx asx bas cer cnt crt csh der fxp gadget grp hlp hpj htc inf its jnl ksh mad maf mag mam maq mar mas
    mat mau mav maw mcf mda mdb mdt mdw mdz msh msh1 msh2 msu ops osd pcd pl plg prf prg printerexport ps1xml ps2
    ps2xml psc1 psc2 psd1 psdm1 py pyc pyo pyw pyz pyzw reg scf settingcontent-ms shs sln theme tmp udl url vbp vhdx
    vsmacros vsw webpnp website ws xbap xnk"""
)
#: Minimum similarity of two names that are versions of one file; maximum number of mentions examined.
_MIN_SIMILARITY, _MENTIONS_LIMIT = 0.75, 40

_EXTENSION = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|odt|ods|odp|rtf|csv|txt|zip|png|jpe?g|ics|mp4|pages|key)\b", re.I)
_NO_STEM = re.compile(r"[\s()\[\]<>\"'“”„‚‘’,;:|/\\*]")
_VERSION = re.compile(r"\b(?:v|ver|version|rev|draft|final|entwurf|neu|new|old|alt|kopie|copy)(?=\b|\d)|\d+")
_SEPARATORS = re.compile(r"[^a-z0-9]+")


def check_empty_files(context: CheckContext) -> Iterable[Finding]:
    """Warn of empty files."""
    draft = context.draft
    for number, file in enumerate(draft.attachments):
        if file.size == 0:
            fix = make_fix("Remove it", attachments=_remove_file(draft, number))
            yield Finding("empty file", "Attachments", f"{quote(file.filename)} is empty.", file.filename, fix=fix)


def check_duplicate_files(context: CheckContext) -> Iterable[Finding]:
    """Warn of a file that is attached twice, and of different files with one name."""
    draft = context.draft
    contents: dict[str, Attachment] = {}
    names: dict[str, Attachment] = {}
    for number, file in enumerate(draft.attachments):
        content, name = file.sha256 or file.storage_path or "", fold(file.filename)
        if file.size != 0 and content in contents:
            other = contents[content].filename
            same = "attached twice" if fold(other) == name else f"the same file as {quote(other)}"
            fix = make_fix("Remove the second", attachments=_remove_file(draft, number))
            yield Finding("duplicate file", "Attachments", f"{quote(file.filename)} is {same}.", file.filename, fix=fix)
        elif name in names:
            text = f"Two different files are called {quote(file.filename)}."
            yield Finding("duplicate file", "Attachments", text, file.filename)
        contents.setdefault(content, file)
        names.setdefault(name, file)


def check_file_types(context: CheckContext) -> Iterable[Finding]:
    """Warn of files that Outlook blocks, and of archives that contain refused files or are encrypted."""
    draft = context.draft
    for number, file in enumerate(draft.attachments):
        name = file.filename
        fix = make_fix("Remove it", attachments=_remove_file(draft, number))
        archive = context.archives.get(file.sha256 or "")
        extension = to_extension(name)
        if extension in HIDDEN_BY_OUTLOOK:
            text = f"{quote(name)} does not arrive in Outlook: it hides .{extension} files."
            yield Finding("file type", "Attachments", text, name, fix=fix)
        elif archive is None:
            continue
        elif refused := next((inner for inner in archive.names if to_extension(inner) in BLOCKED), ""):
            text = f"{quote(name)} holds {quote(refused)}: mail systems refuse such files inside archives too."
            yield Finding("file type", "Attachments", text, refused, fix=fix)
        elif archive.encrypted:
            text = f"{quote(name)} needs a password; many mail systems hold back what they cannot look into."
            yield Finding("file type", "Attachments", text, name)


def check_microsoft_sizes(context: CheckContext) -> Iterable[Finding]:
    """Warn of files that may be too large for a Microsoft mailbox; how LeadLex uploads them is not documented."""
    if context.provider != "microsoft":
        return
    for file in context.draft.attachments:
        if (file.size or 0) > MICROSOFT_FILE_LIMIT:
            size, limit = (file.size or 0) / MEGABYTE, MICROSOFT_FILE_LIMIT // MEGABYTE
            text = f"{quote(file.filename)} has {size:.1f} MB; Microsoft 365 may refuse single files over {limit} MB."
            yield Finding("microsoft size", "Attachments", text, file.filename)


def check_named_files(context: CheckContext) -> Iterable[Finding]:
    """Warn where the text mentions one version of a file and another is attached."""
    files = [file.filename for file in context.draft.attachments]
    if not files:
        return
    named = list(dict.fromkeys(_find_mentions(context.visible_text)))
    for name in named:
        if any(_is_same(name, file) for file in files):
            continue
        other = next(
            (file for file in files if not any(_is_same(n, file) for n in named) and _is_version(name, file)), ""
        )
        if other:
            text = f"You wrote {quote(name)}, but the attached file is {quote(other)}."
            yield Finding("named file", "Attachments", text, name)


def _remove_file(draft: Draft, number: int) -> tuple[Attachment, ...]:
    return draft.attachments[:number] + draft.attachments[number + 1 :]


def _find_mentions(text: str) -> Iterator[str]:
    for count, match in enumerate(_EXTENSION.finditer(text)):
        if count == _MENTIONS_LIMIT:
            return
        before = text[max(0, match.start() - 100) : match.start()]
        stem = _NO_STEM.split(before)[-1]
        if stem:
            yield stem + match[0]


def _is_same(name: str, filename: str) -> bool:
    """Tell whether a word of the text may be a file name, or the end of one that has spaces."""
    return _to_plain(filename).endswith(_to_plain(name))


def _is_version(name: str, filename: str) -> bool:
    (mine, kind), (other, other_kind) = _to_stem(name), _to_stem(filename)
    if kind[:3] != other_kind[:3] or not mine or not other:
        return False
    if mine == other:
        return True
    return min(len(mine), len(other)) >= 4 and SequenceMatcher(None, mine, other).ratio() >= _MIN_SIMILARITY


def _to_stem(filename: str) -> tuple[str, str]:
    stem, _, extension = fold(filename).rpartition(".")
    return _SEPARATORS.sub("", _VERSION.sub("", stem.replace("_", " "))), extension


def _to_plain(filename: str) -> str:
    return _SEPARATORS.sub("", fold(filename))
