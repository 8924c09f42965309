"""The tables. ``message.sort_key`` grows with time: ``ORDER BY sort_key DESC LIMIT n`` is a page and stops early.

``message`` has the small columns that lists and the dispatcher read, ``body`` what only an opened mail needs. All times
are epoch seconds (UTC). Keys are never reused (AUTOINCREMENT): a stale button must not act on another mail.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from components.store.sound_values import People

metadata = sa.MetaData()

#: The conditions of the partial indexes. Queries repeat them literally, since SQLite uses no index for bound values.
IS_OPEN = sa.text("status IN ('held', 'sending', 'unknown')")
NEEDS_YOU = sa.text("needs_you")
NOT_INDEXED = sa.text("NOT indexed")

workspace = sa.Table(
    "workspace",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("fingerprint", sa.String(64), nullable=False, unique=True),
    sa.Column("practice", sa.Boolean, nullable=False),
    sa.Column("created_at", sa.Double, nullable=False),
    sa.Column("undo_seconds", sa.Integer, nullable=False, server_default="10"),
    # LeadLex's limits up to schema m011; since then each key has its own.
    sa.Column("paused_until", sa.Double),
    sa.Column("calls_limit", sa.Integer),
    sa.Column("calls_remaining", sa.Integer),
    sa.Column("calls_reset_at", sa.Double),
    # Retention in months after the click on Send; null: for ever.
    sa.Column("keep_bodies_months", sa.Integer),
    sa.Column("keep_files_months", sa.Integer),
    # Where LeadLex is (its base URL, or "practice") and what it calls the workspace there; null until it has told.
    sa.Column("place", sa.Text),
    sa.Column("leadlex_id", sa.Text),
    *(sa.Column(name, sa.Text, nullable=False, server_default=sa.text("''")) for name in ("name", "slug")),
    *(sa.Column(name, sa.Text, nullable=False, server_default=sa.text("''")) for name in ("timezone", "locale")),
    # The workspace that everything of this one has moved to, because both proved to be the same.
    sa.Column("merged_into", sa.ForeignKey("workspace.id")),
    # Days within which what a colleague wrote to the same people is worth a warning; 0: it never is.
    sa.Column("colleague_days", sa.Integer, nullable=False, server_default="14"),
    sqlite_autoincrement=True,
)
sa.Index("workspace_by_leadlex_id", workspace.c.place, workspace.c.leadlex_id, unique=True)
sa.Index("workspace_by_merge", workspace.c.merged_into)

# What is known of each API key, by its one-way fingerprint. The key itself is never stored.
api_key = sa.Table(
    "api_key",
    metadata,
    sa.Column("fingerprint", sa.String(64), primary_key=True),
    sa.Column("workspace_id", sa.ForeignKey("workspace.id"), nullable=False),
    # When LeadLex last accepted it; null before the first time, and since it was refused.
    sa.Column("accepted_at", sa.Double),
    # When LeadLex was last asked for the workspace, and why it did not say; null where it did.
    sa.Column("asked_at", sa.Double),
    sa.Column("asked_code", sa.Text),
    # LeadLex's limits, as an answer to this key stated them.
    sa.Column("paused_until", sa.Double),
    sa.Column("calls_limit", sa.Integer),
    sa.Column("calls_remaining", sa.Integer),
    sa.Column("calls_reset_at", sa.Double),
)
sa.Index("api_key_by_workspace", api_key.c.workspace_id)

dispatcher = sa.Table(
    "dispatcher",
    metadata,
    sa.Column("owner", sa.String(200), primary_key=True),
    sa.Column("seen_until", sa.Double, nullable=False),
    # The fingerprints of the API keys that it holds, separated by blanks; null before m017, which did not say.
    sa.Column("held_keys", sa.Text),
    # Those of them that are the server's own, and send what no key has tried.
    sa.Column("server_keys", sa.Text),
)

message = sa.Table(
    "message",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("workspace_id", sa.ForeignKey("workspace.id"), nullable=False),
    # The draft that it was made from; unique, so that a second click on Send finds the first one's row.
    sa.Column("draft_id", sa.String(36), nullable=False, unique=True),
    # The version of that draft, from which its versions count on when the message is taken back.
    sa.Column("draft_version", sa.Integer, nullable=False, server_default="0"),
    # The unknown message that this one repeats under a new key, by a person's choice, at most once.
    sa.Column("supersedes_id", sa.ForeignKey("message.id", ondelete="SET NULL"), unique=True),
    # Its place in every list (``components.store.sort_key``); 0: none was given, which is an error.
    sa.Column("sort_key", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("created_at", sa.Double, nullable=False),
    sa.Column("status", sa.String(10), nullable=False),
    sa.Column("needs_you", sa.Boolean, nullable=False, server_default=sa.false()),
    # When the dispatcher may claim it next; null: only a person decides.
    sa.Column("due_at", sa.Double),
    # The end of the countdown after Send; null for "send later".
    sa.Column("undo_until", sa.Double),
    sa.Column("lease_owner", sa.String(200)),
    sa.Column("lease_until", sa.Double),
    sa.Column("idempotency_key", sa.String(36), nullable=False, unique=True),
    sa.Column("body_sha256", sa.String(64), nullable=False),
    sa.Column("body_length", sa.BigInteger, nullable=False),
    sa.Column("first_attempt_at", sa.Double),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    # Attempts counted against the retry limit since a person last decided.
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    # An attempt may have delivered the mail: from then on only a 2xx or a person settles it.
    sa.Column("unclear", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("recipients", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("preview", sa.String(120), nullable=False),
    sa.Column("attachment_count", sa.Integer, nullable=False),
    sa.Column("contact_id", sa.Text),
    sa.Column("deal_id", sa.Text),
    sa.Column("thread_id", sa.Text),
    # The result of the last attempt.
    sa.Column("http_status", sa.Integer),
    sa.Column("code", sa.Text),
    sa.Column("detail", sa.Text),
    sa.Column("request_id", sa.Text),
    # What LeadLex answered when it accepted the mail.
    sa.Column("provider", sa.Text),
    sa.Column("provider_message_id", sa.Text),
    sa.Column("provider_thread_id", sa.Text),
    sa.Column("sent_at", sa.Text),
    sa.Column("settled_at", sa.Double),
    # Whether the search index and the rollups are up to date; the indexer works in the background.
    sa.Column("indexed", sa.Boolean, nullable=False, server_default=sa.false()),
    # The fingerprint of the one API key that may send it; fixed by its first attempt. Null: no key that is known.
    sa.Column("key_fingerprint", sa.Text),
    # The member who sends it: it goes out only while they may send. Null without a sign-in.
    sa.Column("sender_id", sa.Integer, sa.ForeignKey("member.id")),
    # When the workspace's retention removed its bodies, or the contents of its files.
    sa.Column("body_dropped_at", sa.Double),
    sa.Column("files_dropped_at", sa.Double),
    # Who began the draft, clicked Send, marked it as sent or not sent, and approved it: names, "" where not known.
    *(
        sa.Column(name, sa.Text, nullable=False, server_default=sa.text("''"))
        for name in ("written_by", "sent_by", "settled_by", "approved_by")
    ),
    sqlite_autoincrement=True,
)
sa.Index("message_by_sort_key", message.c.sort_key, unique=True)
sa.Index("message_by_workspace", message.c.workspace_id, message.c.sort_key)
for _link in (message.c.contact_id, message.c.deal_id, message.c.thread_id):
    sa.Index(
        f"message_by_{_link.name.removesuffix('_id')}",
        message.c.workspace_id,
        _link,
        message.c.sort_key,
        sqlite_where=_link.is_not(None),
        postgresql_where=_link.is_not(None),
    )
sa.Index("message_open", message.c.due_at, message.c.id, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN)
sa.Index(
    "message_needing_you",
    message.c.workspace_id,
    message.c.sort_key,
    sqlite_where=NEEDS_YOU,
    postgresql_where=NEEDS_YOU,
)
sa.Index("message_not_indexed", message.c.sort_key, sqlite_where=NOT_INDEXED, postgresql_where=NOT_INDEXED)

body = sa.Table(
    "body",
    metadata,
    sa.Column("message_id", sa.ForeignKey("message.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("to", People, nullable=False),
    sa.Column("cc", People, nullable=False),
    sa.Column("bcc", People, nullable=False),
    sa.Column("reply_to", People, nullable=False),
    sa.Column("markdown", sa.Text, nullable=False),
    sa.Column("html", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    # The author has edited the plain text; it does not follow from the Markdown.
    sa.Column("text_edited", sa.Boolean, nullable=False, server_default=sa.false()),
)

# The recipients of mails that went out.
recipient = sa.Table(
    "recipient",
    metadata,
    sa.Column("message_id", sa.ForeignKey("message.id", ondelete="CASCADE"), primary_key=True),
    # With the domain in lower case, so that spellings of one mailbox are equal.
    sa.Column("mailbox", sa.Text, primary_key=True),
    sa.Column("workspace_id", sa.ForeignKey("workspace.id"), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
)
sa.Index("recipient_by_mailbox", recipient.c.workspace_id, recipient.c.mailbox, recipient.c.message_id)

correspondent = sa.Table(
    "correspondent",
    metadata,
    sa.Column("workspace_id", sa.ForeignKey("workspace.id"), primary_key=True),
    sa.Column("mailbox", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("mails", sa.Integer, nullable=False),
    # The sort key of the mail that named them last.
    sa.Column("named_by", sa.BigInteger, nullable=False, server_default="0"),
    # The domain of the mailbox: what is at a company is found by it.
    sa.Column("domain", sa.Text, nullable=False, server_default=sa.text("''")),
)
sa.Index("correspondent_by_mails", correspondent.c.workspace_id, correspondent.c.mails)
sa.Index("correspondent_by_domain", correspondent.c.workspace_id, correspondent.c.domain)

# The people who write and send. Their names are chosen, not proved.
person = sa.Table(
    "person",
    metadata,
    sa.Column("workspace_id", sa.ForeignKey("workspace.id"), primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("created_at", sa.Double, nullable=False),
    sa.Column("undo_seconds", sa.Integer, nullable=False, server_default="10"),
    sa.Column("reply_to", sa.Text, nullable=False, server_default=sa.text("''")),
    sa.Column("dark_preview", sa.Boolean, nullable=False, server_default=sa.false()),
)

signature = sa.Table(
    "signature",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("workspace_id", sa.ForeignKey("workspace.id"), nullable=False),
    # The name of the person whose it is; "" for one from before people had names, which the first person takes over.
    sa.Column("person", sa.Text, nullable=False, server_default=sa.text("''")),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("name", "markdown")),
    sa.Column("is_default", sa.Boolean, nullable=False),
    sa.UniqueConstraint("workspace_id", "person", "name"),
    sqlite_autoincrement=True,
)

attempt = sa.Table(
    "attempt",
    metadata,
    sa.Column("message_id", sa.ForeignKey("message.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("started_at", sa.Double, nullable=False),
    sa.Column("duration", sa.Double),
    sa.Column("outcome", sa.String(10)),
    sa.Column("http_status", sa.Integer),
    sa.Column("code", sa.Text),
    sa.Column("detail", sa.Text),
    sa.Column("request_id", sa.Text),
    sa.Column("calls_limit", sa.Integer),
    sa.Column("calls_remaining", sa.Integer),
    sa.Column("calls_reset_at", sa.Double),
    # It is only looked up by its key, so that one tree is written for each attempt instead of two.
    sqlite_with_rowid=False,
)

blob = sa.Table(
    "blob",
    metadata,
    sa.Column("sha256", sa.String(64), primary_key=True),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("created_at", sa.Double, nullable=False),
)

blob_chunk = sa.Table(
    "blob_chunk",
    metadata,
    sa.Column("sha256", sa.ForeignKey("blob.sha256", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("data", sa.LargeBinary, nullable=False),
)

draft = sa.Table(
    "draft",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    # Null until somebody connects: a draft may be begun earlier.
    sa.Column("workspace_id", sa.ForeignKey("workspace.id")),
    sa.Column("updated_at", sa.Double, nullable=False),
    *(
        sa.Column(name, sa.Text, nullable=False)
        for name in ("to", "cc", "bcc", "reply_to", "subject", "markdown", "contact_id", "deal_id", "thread_id")
    ),
    # The plain text as the author edited it; empty while it follows the Markdown.
    sa.Column("plain_text", sa.Text, nullable=False, server_default=sa.text("''")),
    # Counts the saves, so that the second of two windows on one draft notices the first one's save.
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    # In which opening of the composer the last save took place: a random id.
    sa.Column("opening", sa.String(36)),
    # The name of the person who began it.
    sa.Column("written_by", sa.Text, nullable=False, server_default=sa.text("''")),
    # Deleted, and kept for a while so that it can be restored.
    sa.Column("deleted_at", sa.Double),
)
sa.Index("draft_by_workspace", draft.c.workspace_id, draft.c.updated_at)


def file_table(name: str, owner: str, owner_key: sa.ForeignKey) -> sa.Table:
    """Build a table of attached files, whose first column ``owner`` names what they are attached to."""
    return sa.Table(
        name,
        metadata,
        sa.Column(owner, owner_key, primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("filename", sa.Text, nullable=False),
        sa.Column("mime_type", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger),
        sa.Column("sha256", sa.ForeignKey("blob.sha256"), index=True),
        sa.Column("storage_path", sa.Text),
    )


message_file = file_table("message_file", "message_id", sa.ForeignKey("message.id", ondelete="CASCADE"))
draft_file = file_table("draft_file", "draft_id", sa.ForeignKey("draft.id", ondelete="CASCADE"))

# Records that mails, or parts of them, were erased, without their contents. ``digest`` is keyed by the workspace.
erasure = sa.Table(
    "erasure",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("workspace_id", sa.ForeignKey("workspace.id"), nullable=False),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("mails", sa.Integer, nullable=False),
    sa.Column("requested_at", sa.Double, nullable=False),
    # When no page of the database contained any of it any more.
    sa.Column("scrubbed_at", sa.Double),
    sqlite_autoincrement=True,
)
sa.Index("erasure_by_workspace", erasure.c.workspace_id, erasure.c.id)

# The tables below can be rebuilt from the mails: they exist for finding and counting them.

#: The full-text index, by sort key. SQLite's own kind of table (FTS5), so only the migration creates it.
SEARCH_COLUMNS = ("to", "cc", "bcc", "from", "subject", "text", "filename", "error", "facet")
message_search = sa.table("message_search", sa.column("rowid", sa.Integer), *map(sa.column, SEARCH_COLUMNS))

# How a mail is counted in the rollups below. A trigger subtracts it from them when its row is deleted.
counted = sa.Table(
    "counted",
    metadata,
    sa.Column("message_id", sa.ForeignKey("message.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("hour", sa.Integer, nullable=False),
    sa.Column("status", sa.String(10), nullable=False),
    sa.Column("provider", sa.Text, nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    # The bucket of its time from click to sent; null where it was not sent.
    sa.Column("bucket", sa.Integer),
)


#: The columns of ``message`` that name who had a part in it.
PARTS = ("written_by", "approved_by", "sent_by")


def _rollup_table(name: str, keys: tuple[sa.Column[Any], ...], *values: sa.Column[Any]) -> sa.Table:
    workspace_id: sa.Column[int] = sa.Column("workspace_id", sa.ForeignKey("workspace.id"), primary_key=True)
    return sa.Table(name, metadata, workspace_id, *keys, *values, sqlite_with_rowid=False)


# Mails by the hour of their sort key (epoch hours), which add up to the days of every time zone.
mails_by_hour = _rollup_table(
    "mails_by_hour",
    (
        sa.Column("hour", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.Text, primary_key=True) for name in ("status", "provider", "code")),
    ),
    sa.Column("mails", sa.Integer, nullable=False),
)
# Insights sum the hours of one status and provider from one range of this index.
sa.Index(
    "mails_by_hour_by_status",
    *(mails_by_hour.c[name] for name in ("workspace_id", "status", "provider", "hour", "mails")),
)

# Mails of a day (epoch days, by their sort key) by their time from click to sent.
delays_by_day = _rollup_table(
    "delays_by_day",
    tuple(sa.Column(name, sa.Integer, primary_key=True) for name in ("day", "bucket")),
    sa.Column("mails", sa.Integer, nullable=False),
)

# Mails of a day (epoch days, by their sort key) that went out, by their people. Triggers on ``counted`` maintain it.
mails_by_people = _rollup_table(
    "mails_by_people",
    (
        sa.Column("day", sa.Integer, primary_key=True),
        *(sa.Column(name, sa.Text, primary_key=True) for name in PARTS),
    ),
    sa.Column("mails", sa.Integer, nullable=False),
)

# The number of mails that went out to each contact and deal, and the last of them.
mails_by_link = _rollup_table(
    "mails_by_link",
    (sa.Column("kind", sa.String(7), primary_key=True), sa.Column("key", sa.Text, primary_key=True)),
    sa.Column("mails", sa.Integer, nullable=False),
    sa.Column("last_id", sa.Integer, nullable=False),
    sa.Column("last_at", sa.Double, nullable=False),
)
for _name in ("mails", "last_at"):
    sa.Index(f"mails_by_link_{_name}", *(mails_by_link.c[name] for name in ("workspace_id", "kind", _name, "key")))
