"""Who may come in: nobody but by Streamlit's OpenID Connect, where the operator has set ``[auth]``."""

from components.ui.sign_in.gate import Gate, check_gate, find_identity, render_gate, render_return, sign_out

__all__ = ["Gate", "check_gate", "find_identity", "render_gate", "render_return", "sign_out"]
