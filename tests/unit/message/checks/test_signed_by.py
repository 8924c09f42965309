"""Whose signature stands in a colleague's draft."""

from __future__ import annotations

from dataclasses import replace

import pytest

from components.message import run_checks
from tests.unit.message.checks.contexts import make_context

SIGNATURES = (("Ann Lee", "Ann Lee  \nReuter & Partners"), ("Ben Ott", "Ben Ott"))


@pytest.mark.parametrize(
    ("signature", "said"),
    [
        ("-- \nAnn Lee  \nReuter & Partners", "This is Will’s draft. In it stands Ann Lee’s signature."),
        ("-- \nKim\nElsewhere", "This is Will’s draft. In it stands a signature that nobody has saved here, “Kim”."),
        ("", "This is Will’s draft. It has no signature."),
        ("-- \nBen Ott", ""),
    ],
)
def test_a_colleagues_draft(signature: str, said: str) -> None:
    """Its signature is named, unless it is that of whoever sends."""
    assert check(signature, written_by="Will") == said


@pytest.mark.parametrize("author", ["", "Ben Ott"])
def test_ones_own_draft(author: str) -> None:
    """It may be signed with whatever one likes."""
    assert check("-- \nAnn Lee  \nReuter & Partners", written_by=author) == ""


def check(signature: str, written_by: str) -> str:
    """Return what is said of a draft that Ben sends."""
    context = make_context(markdown=f"Hi Jane,\n\nas agreed.\n\n{signature}", written_by=written_by)
    found = run_checks(replace(context, person="Ben Ott", signatures=SIGNATURES))
    return " ".join(finding.text for finding in found if finding.check == "signed-by")
