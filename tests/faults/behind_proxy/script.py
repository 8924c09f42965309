"""A script that enters mails without a browser: ``python script.py DATABASE-URL BASE-URL KEY …``, until its input ends.

It is run as a file with the components of whichever release ``PYTHONPATH`` names. It sends nothing by itself: the
servers that hold its keys do. Each line it prints is the subject of a mail that is recorded.
"""

from __future__ import annotations

import select
import sys
import uuid
from collections.abc import Sequence
from itertools import count, cycle

from components.gateway.client import Client
from components.mailer.connection import open_workspace
from components.mailer.delivery import MailDelivery
from components.mailer.dispatcher import Dispatcher
from components.mailer.keyring import Keyring
from components.mailer.outbox import Outbox
from components.mailer.permissions import Permissions
from components.model import Address, ApiKey, OutgoingMail
from components.store import Store

#: Seconds between two mails.
_PAUSE = 3.0


def open_outbox(store: Store, base_url: str) -> tuple[Outbox, Dispatcher]:
    """Return an outbox and its dispatcher, which has not been started."""
    client, keyring = Client(base_url), Keyring()
    dispatcher = Dispatcher(store, keyring, MailDelivery(store, lambda _: client, clock=store.clock))
    return Outbox(store, keyring, dispatcher, Permissions(store, has_sign_in=False), store.clock), dispatcher


def enter_mails(url: str, base_url: str, keys: Sequence[str]) -> None:
    """Enter one mail after the other, with the keys in turns."""
    store = Store(url)
    outbox, _ = open_outbox(store, base_url)
    for number, key in zip(count(1), cycle(keys)):
        if select.select([sys.stdin], [], [], _PAUSE)[0]:
            break
        subject = f"Script {number}"
        to = (Address("", f"reader{number}@example.com"),)
        mail = OutgoingMail(to=to, subject=subject, html=f"<p>{subject}</p>", text=subject, markdown=subject)
        outbox.enqueue(open_workspace(store, ApiKey(key), base_url), str(uuid.uuid4()), mail)
        print(subject, flush=True)
    store.close()


if __name__ == "__main__":
    enter_mails(sys.argv[1], sys.argv[2], sys.argv[3:])
