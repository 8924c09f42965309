"""The database, behind one ``Store``: outbox, drafts, history, search and maintenance."""

from __future__ import annotations

from components.model import Actor
from components.store.api_keys import ApiKeyStore
from components.store.clock import StoreClock
from components.store.correspondents import CorrespondentStore
from components.store.crm.loads import LoadStore
from components.store.crm.lookups import CrmStore
from components.store.drafting.comments import DraftCommentStore
from components.store.drafting.locks import DraftLockStore
from components.store.drafting.types import DraftComment, DraftLock, DraftSummary, DraftVersion, SavedDraft
from components.store.drafting.versions import DraftVersionStore
from components.store.drafts import DraftStore
from components.store.engine import open_engine, to_database
from components.store.files import BlobStore
from components.store.history import HistoryStore
from components.store.insights import InsightStore
from components.store.leases import LeaseStore
from components.store.maintenance.erasure import ErasureStore
from components.store.maintenance.retention import RetentionStore
from components.store.maintenance.secure_delete import SecureDeleteStore
from components.store.members import MemberStore
from components.store.migrations import upgrade
from components.store.new_message import NewMessage
from components.store.outbox import OutboxStore, Sender
from components.store.people import PersonStore, SignatureStore
from components.store.related import RelatedStore
from components.store.replies import ReplyStore
from components.store.review.approvals import ApprovalStore
from components.store.review.events import MailEventStore
from components.store.review.reviews import ReviewStore
from components.store.search.index import open_index
from components.store.search.indexer import IndexStore
from components.store.search.searching import SearchStore
from components.store.transfer import BulkImportStore, IterationStore
from components.store.types import (
    ApiKeyState,
    Attempt,
    AttemptResult,
    Claim,
    ClaimTerms,
    Heartbeat,
    Message,
    MessageSummary,
    RecordedMessage,
    WorkspaceState,
)
from components.store.workspaces import WorkspaceStore

__all__ = [
    "Actor",
    "ApiKeyState",
    "Attempt",
    "AttemptResult",
    "Claim",
    "ClaimTerms",
    "DraftComment",
    "DraftLock",
    "DraftSummary",
    "DraftVersion",
    "Heartbeat",
    "Message",
    "MessageSummary",
    "NewMessage",
    "RecordedMessage",
    "SavedDraft",
    "Sender",
    "Store",
    "WorkspaceState",
]


class Store:
    """The database at an SQLAlchemy URL, created or upgraded on opening.

    Raises StoreTooNew, StoreReadOnly, StoreFull, StoreCorrupt, StoreUnreachable or StoreBusy, and then leaves the
    database unchanged.
    """

    def __init__(self, url: str) -> None:
        self.engine = open_engine(url)
        try:
            upgrade(self.engine)
            self.clock = StoreClock(self.engine)
            self.clock.synchronise()
        except BaseException:
            self.engine.dispose()
            raise
        self.api_keys = ApiKeyStore(self.engine)
        self.approvals = ApprovalStore(self.engine)
        self.blobs = BlobStore(self.engine)
        search_index = open_index(self.engine)
        self.index = IndexStore(self.engine, search_index)
        self.correspondents = CorrespondentStore(self.engine, self.index)
        self.crm = CrmStore(self.engine)
        self.crm_loads = LoadStore(self.engine)
        self.erasures = ErasureStore(self.engine, self.index)
        self.drafts = DraftStore(self.engine, self.clock)
        self.draft_comments = DraftCommentStore(self.engine, self.clock)
        self.draft_locks = DraftLockStore(self.engine, self.clock)
        self.draft_versions = DraftVersionStore(self.engine, self.clock)
        self.history = HistoryStore(self.engine)
        self.insights = InsightStore(self.engine, self.index)
        self.leases = LeaseStore(self.engine)
        self.mail_events = MailEventStore(self.engine)
        self.members = MemberStore(self.engine)
        self.outbox = OutboxStore(self.engine, self.clock)
        self.retention = RetentionStore(self.engine)
        self.secure_delete = SecureDeleteStore(self.engine, self.index)
        self.search = SearchStore(self.engine, self.index, search_index)
        self.people = PersonStore(self.engine)
        self.related = RelatedStore(self.engine, self.search)
        self.replies = ReplyStore(self.engine)
        self.reviews = ReviewStore(self.engine)
        self.signatures = SignatureStore(self.engine)
        self.transfer = BulkImportStore(self.engine)
        self.iteration = IterationStore(self.engine, self.search)
        self.workspaces = WorkspaceStore(self.engine)

    @property
    def spans_machines(self) -> bool:
        """Tell whether processes of several machines may share the database."""
        return to_database(self.engine).spans_machines

    @property
    def keeps_remains(self) -> bool:
        """Tell whether erased words stay in the database's files until its own maintenance removes them."""
        return to_database(self.engine).keeps_remains

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()
