"""The messages that a practice gateway accepted from one workspace."""

from __future__ import annotations

import email
import email.policy
import threading
import time
from email.message import EmailMessage

from components.gateway.practice import Delivery, PracticeGateway
from components.gateway.practice.authentication import authenticate

DELIVERY_SECONDS = 30.0


class Deliveries:
    """Reads what ``gateway`` accepted with the API key ``key``."""

    def __init__(self, gateway: PracticeGateway, key: str) -> None:
        self._gateway = gateway
        self._fingerprint = authenticate(f"Bearer {key}").fingerprint

    def find(self, subject: str) -> list[Delivery]:
        """List the accepted messages with this subject, oldest first."""
        return [
            delivery
            for delivery in self._gateway.list_deliveries()
            if (delivery.subject, delivery.key_fingerprint) == (subject, self._fingerprint)
        ]

    def wait_for(self, subject: str) -> Delivery:
        """Wait until a message with this subject is accepted, and return the first."""
        until = time.monotonic() + DELIVERY_SECONDS
        while not (found := self.find(subject)):
            assert time.monotonic() < until, f"{subject!r} was not delivered"
            threading.Event().wait(0.1)
        return found[0]

    def read_eml(self, delivery: Delivery) -> bytes:
        """Read the ``.eml`` file of an accepted message."""
        return (self._gateway.sent_folder / delivery.eml).read_bytes()

    def read_message(self, delivery: Delivery) -> EmailMessage:
        """Parse the ``.eml`` file of an accepted message."""
        return email.message_from_bytes(self.read_eml(delivery), policy=email.policy.default)

    def read_bodies(self, delivery: Delivery) -> tuple[str, str]:
        """Read the HTML and the plain text of an accepted message, with LF line ends."""
        message = self.read_message(delivery)
        html, text = message.get_body(("html",)), message.get_body(("plain",))
        assert html is not None
        assert text is not None
        return html.get_content().replace("\r\n", "\n"), text.get_content().replace("\r\n", "\n")
