"""The choice of the signature below a mail's text."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from components.ui.services import services
from tests.pages.driver import PERSON, connected_workspace, field, texts, to_session


def test_a_default_signature_is_in_the_next_mail(practising: AppTest) -> None:
    """A signature alone creates no draft, and the choice removes it."""
    app = practising
    workspace = connected_workspace(app)
    store = services().store
    store.signatures.save_signature(workspace, PERSON, "Work", "Sam\n**Acme**", default=True)
    app.switch_page("history.py").run()
    app.switch_page("compose.py").run()
    assert to_session(app).composer.draft.markdown == "\n\n-- \nSam\n**Acme**"
    assert store.drafts.list_drafts(workspace) == ()
    assert "Signature" in [group.label for group in app.button_group]
    app.button_group(key=field(app, "signature")).set_value("No signature").run()
    edit = to_session(app).composer.edit
    assert edit is not None
    assert edit.after == ""
    assert "Not saved" not in texts(app)
