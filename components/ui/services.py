"""The services that the whole process shares: the store, the dispatcher, the clients, the practice gateway."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import streamlit as st

from components.config import ServerKey, Settings, settings
from components.errors import InvalidKey, NotPermitted
from components.gateway.client import Client
from components.gateway.practice import PracticeGateway
from components.mailer.administration import Administration
from components.mailer.connection import connect, is_confirmed, open_workspace, refresh, to_fingerprint
from components.mailer.crm import CrmCopies
from components.mailer.crm.conversations import Conversations
from components.mailer.crm.replies import ReplyChecks
from components.mailer.delivery import MailDelivery
from components.mailer.dispatcher import Dispatcher
from components.mailer.draft_comments import DraftComments
from components.mailer.draft_context import DraftContext
from components.mailer.drafts import Drafts
from components.mailer.edit_locks import EditLocks
from components.mailer.keyring import Keyring
from components.mailer.members import Members
from components.mailer.outbox import Outbox
from components.mailer.people import People
from components.mailer.permissions import Permissions
from components.mailer.reviews import Reviews
from components.mailer.transfer.exports import Exports
from components.model import ApiKey, Connection, Identity
from components.private_files import tighten
from components.store import Store
from components.store.engine import list_database_files
from components.ui.browser_sessions import BrowserSessions, SignedOut
from components.ui.uploads import Uploads

log = logging.getLogger(__name__)

#: Seconds to wait at the end for a look for replies.
_REPLY_SECONDS = 5.0
#: Not a secret: the practice gateway accepts any key of the right form.
PRACTICE_KEY = ApiKey("wbk_practice")


@dataclass
class ClientPool:
    """One client, and so one pool of network connections, per base URL."""

    _clients: dict[str, Client] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def open(self, base_url: str) -> Client:
        """Return the client of a base URL. Raises ConfigError for one that is not allowed."""
        with self._lock:
            if base_url not in self._clients:
                self._clients[base_url] = Client(base_url)
            return self._clients[base_url]

    def close(self) -> None:
        """Close every network connection."""
        with self._lock:
            for client in self._clients.values():
                client.close()
            self._clients.clear()


@dataclass(frozen=True)
class Services:
    """The process's services, connected to each other."""

    settings: Settings
    store: Store
    clients: ClientPool
    keyring: Keyring
    dispatcher: Dispatcher
    outbox: Outbox
    practice: PracticeGateway
    draft_context: DraftContext
    exports: Exports
    crm: CrmCopies
    conversations: Conversations
    replies: ReplyChecks
    permissions: Permissions
    members: Members
    drafts: Drafts
    edit_locks: EditLocks
    comments: DraftComments
    people: People
    administration: Administration
    reviews: Reviews
    browser_sessions: BrowserSessions = field(default_factory=BrowserSessions)
    uploads: Uploads = field(default_factory=Uploads)
    signed_out: SignedOut = field(default_factory=SignedOut)

    def connect(self, key: ApiKey) -> Connection:
        """Connect to LeadLex with a person's own key: one API call, and once a day a second one.

        Raises NotPermitted where the operator allows the server's keys alone, and what ``open`` raises.
        """
        if not self.settings.has_own_keys:
            raise NotPermitted("This server allows no other keys than its own. Choose a workspace.")
        return self.open(key)

    def open(self, key: ApiKey) -> Connection:
        """Connect to LeadLex with any key.

        Raises NotPermitted under a sign-in where LeadLex has not named its workspace, InvalidKey, KeyNotConfirmed and
        StoreError.
        """
        return self._connect(key, self.settings.base_url)

    def connect_practice(self) -> Connection:
        """Connect to the practice gateway, starting it if necessary. Raises StoreError."""
        base_url = self.practice.start()
        return self._connect(PRACTICE_KEY, base_url, practice=True)

    def list_server_keys(self, identity: Identity | None) -> tuple[ServerKey, ...]:
        """List the server's own keys that somebody may use; None is somebody who has not signed in."""
        address = identity.address if identity is not None else None
        return tuple(each for each in self.settings.server_keys if each.is_for(address))

    def connect_server(self, key: ServerKey, identity: Identity | None) -> Connection:
        """Connect with one of the server's own keys; all sessions share one API call an hour for each.

        Raises NotPermitted where it is for others, and what ``open`` raises.
        """
        if key not in self.list_server_keys(identity):
            raise NotPermitted("This workspace is for others. Ask whoever runs the server.")
        if to_fingerprint(key.key, self.settings.base_url) not in self.keyring.server_keys:
            # LeadLex has refused it since the last time, and is asked again.
            _server_connection.clear(key.name)
        connection = _server_connection(key.name)
        self.keyring.pin(connection)
        return connection

    def keep_up(self, connection: Connection) -> Connection:
        """Return a connection with its workspace as it is by now.

        Where LeadLex has not accepted its key within a day, or has refused it since, that is asked for again. Raises
        what ``open`` raises.
        """
        current = refresh(self.store, connection)
        if is_confirmed(current, time.time()):
            return current
        renewed = self._connect(connection.key, connection.base_url, connection.practice)
        return replace(renewed, person=connection.person, member_id=connection.member_id)

    def _connect(self, key: ApiKey, base_url: str, practice: bool = False) -> Connection:
        # A workspace of one's own would have none of the rules of the workspace that the key belongs to.
        must_be_named = self.settings.sign_in is not None and not practice
        try:
            return connect(
                self.store, self.clients.open(base_url), key, base_url, practice, must_be_named=must_be_named
            )
        except InvalidKey:
            self.keyring.drop(to_fingerprint(key, base_url, practice))
            raise

    def fetch_thread(self, connection: Connection, thread_id: str) -> None:
        """Fetch a conversation and note what it tells of replies. Raises GatewayError and StoreError."""
        thread = self.conversations.fetch_thread(connection, thread_id)
        self.replies.note_opened(connection.workspace_id, thread)

    def resume(self, connection: Connection) -> Connection:
        """Go on sending with a connection, without an API call. Raises StoreError."""
        self.outbox.resume(connection)
        return connection

    def close(self) -> None:
        """Stop sending, then close everything."""
        _server_connection.clear()
        self.dispatcher.stop()
        self.crm.close()
        self.replies.wait(_REPLY_SECONDS)
        self.exports.close()
        self.practice.stop()
        self.clients.close()
        self.store.close()


def list_private_files(chosen: Settings) -> Iterator[Path]:
    """List what the app keeps: its data folder with practice mails and exports, the database with its log anywhere."""
    yield chosen.data_dir
    yield from chosen.data_dir.glob("composer.db*")
    yield from list_database_files(chosen.database_url)
    for folder in (chosen.data_dir / "practice", chosen.data_dir / "exports"):
        yield folder
        yield from folder.rglob("*")


@st.cache_resource(show_spinner=False, on_release=Services.close)
def services() -> Services:
    """Return the process's services; the first call starts them: at the server's start, or by a page in tests.

    Raises ConfigError and StoreError; a later call tries again.
    """
    chosen = settings()
    tightened = tighten(list_private_files(chosen))
    if tightened:
        log.warning("%d files and folders of the app were open to others; now they are not.", tightened)
    store = Store(chosen.database_url)
    clients, keyring = ClientPool(), Keyring()
    try:
        for server_key in chosen.server_keys:
            keyring.pin(open_workspace(store, server_key.key, chosen.base_url))
        dispatcher = Dispatcher(store, keyring, MailDelivery(store, clients.open, clock=store.clock))
        dispatcher.start()
    except BaseException:
        store.close()
        raise
    practice = PracticeGateway(chosen.data_dir / "practice")
    permissions = Permissions(store, has_sign_in=chosen.sign_in is not None)
    members = Members(store, permissions, chosen.sign_in)
    outbox = Outbox(store, keyring, dispatcher, permissions, store.clock)
    draft_context = DraftContext(store.correspondents, store.blobs.read_blob, signatures=store.signatures)
    exports = Exports(store, chosen.data_dir / "exports")
    exports.remove_leftovers()
    crm, conversations = CrmCopies(store, clients.open, store.clock), Conversations(store, clients.open)
    look_ups = (crm, conversations, ReplyChecks(store, clients.open, store.clock))
    drafting = (Drafts(store, permissions), EditLocks(store, permissions), DraftComments(store, permissions))
    own = (People(store, permissions), Administration(store, permissions))
    basis = (chosen, store, clients, keyring, dispatcher, outbox, practice, draft_context, exports)
    return Services(*basis, *look_ups, permissions, members, *drafting, *own, Reviews(store, permissions, store.clock))


@st.cache_resource(show_spinner=False, ttl="1h")
def _server_connection(name: str) -> Connection:
    chosen = next(each for each in services().settings.server_keys if each.name == name)
    return services().open(chosen.key)
