-- A database of schema m009, written by that version's own code: mails that were imported out of order, scheduled,
-- sent at once and later, unknown, marked as sent, refused, and one that is not indexed yet.
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
CREATE TABLE blob (
	sha256 VARCHAR(64) NOT NULL, 
	size BIGINT NOT NULL, 
	created_at DOUBLE NOT NULL, 
	PRIMARY KEY (sha256)
);
CREATE TABLE dispatcher (
	owner VARCHAR(200) NOT NULL, 
	seen_until DOUBLE NOT NULL, 
	PRIMARY KEY (owner)
);
CREATE TABLE workspace (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	fingerprint VARCHAR(64) NOT NULL, 
	practice BOOLEAN NOT NULL, 
	created_at DOUBLE NOT NULL, 
	undo_seconds INTEGER DEFAULT '10' NOT NULL, 
	paused_until DOUBLE, 
	calls_limit INTEGER, 
	calls_remaining INTEGER, 
	calls_reset_at DOUBLE, keep_bodies_months INTEGER, keep_files_months INTEGER, 
	UNIQUE (fingerprint)
);
CREATE TABLE blob_chunk (
	sha256 VARCHAR(64) NOT NULL, 
	number INTEGER NOT NULL, 
	data BLOB NOT NULL, 
	PRIMARY KEY (sha256, number), 
	FOREIGN KEY(sha256) REFERENCES blob (sha256) ON DELETE CASCADE
);
CREATE TABLE draft (
	id VARCHAR(36) NOT NULL, 
	workspace_id INTEGER, 
	updated_at DOUBLE NOT NULL, 
	"to" TEXT NOT NULL, 
	cc TEXT NOT NULL, 
	bcc TEXT NOT NULL, 
	reply_to TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	markdown TEXT NOT NULL, 
	contact_id TEXT NOT NULL, 
	deal_id TEXT NOT NULL, 
	thread_id TEXT NOT NULL, plain_text TEXT DEFAULT '' NOT NULL, version INTEGER DEFAULT '1' NOT NULL, deleted_at DOUBLE, opening VARCHAR(36), 
	PRIMARY KEY (id), 
	FOREIGN KEY(workspace_id) REFERENCES workspace (id)
);
CREATE TABLE message (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	workspace_id INTEGER NOT NULL, 
	draft_id VARCHAR(36) NOT NULL, 
	supersedes_id INTEGER, 
	created_at DOUBLE NOT NULL, 
	status VARCHAR(10) NOT NULL, 
	needs_you BOOLEAN DEFAULT 0 NOT NULL, 
	due_at DOUBLE, 
	undo_until DOUBLE, 
	lease_owner VARCHAR(200), 
	lease_until DOUBLE, 
	idempotency_key VARCHAR(36) NOT NULL, 
	body_sha256 VARCHAR(64) NOT NULL, 
	body_length BIGINT NOT NULL, 
	first_attempt_at DOUBLE, 
	attempts INTEGER DEFAULT '0' NOT NULL, 
	tries INTEGER DEFAULT '0' NOT NULL, 
	unclear BOOLEAN DEFAULT 0 NOT NULL, 
	recipients TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	preview VARCHAR(120) NOT NULL, 
	attachment_count INTEGER NOT NULL, 
	contact_id TEXT, 
	deal_id TEXT, 
	thread_id TEXT, 
	http_status INTEGER, 
	code TEXT, 
	detail TEXT, 
	request_id TEXT, 
	provider TEXT, 
	provider_message_id TEXT, 
	provider_thread_id TEXT, 
	sent_at TEXT, 
	settled_at DOUBLE, "indexed" BOOLEAN DEFAULT 0 NOT NULL, body_dropped_at DOUBLE, files_dropped_at DOUBLE, 
	FOREIGN KEY(supersedes_id) REFERENCES message (id) ON DELETE SET NULL, 
	FOREIGN KEY(workspace_id) REFERENCES workspace (id), 
	UNIQUE (draft_id), 
	UNIQUE (idempotency_key), 
	UNIQUE (supersedes_id)
);
CREATE TABLE body (
	message_id INTEGER NOT NULL, 
	"to" JSON NOT NULL, 
	cc JSON NOT NULL, 
	bcc JSON NOT NULL, 
	reply_to JSON NOT NULL, 
	markdown TEXT NOT NULL, 
	html TEXT NOT NULL, 
	text TEXT NOT NULL, text_edited BOOLEAN DEFAULT 0 NOT NULL, 
	PRIMARY KEY (message_id), 
	FOREIGN KEY(message_id) REFERENCES message (id) ON DELETE CASCADE
);
CREATE TABLE draft_file (
	draft_id VARCHAR(36) NOT NULL, 
	position INTEGER NOT NULL, 
	filename TEXT NOT NULL, 
	mime_type TEXT NOT NULL, 
	size BIGINT, 
	sha256 VARCHAR(64), 
	storage_path TEXT, 
	PRIMARY KEY (draft_id, position), 
	FOREIGN KEY(draft_id) REFERENCES draft (id) ON DELETE CASCADE, 
	FOREIGN KEY(sha256) REFERENCES blob (sha256)
);
CREATE TABLE message_file (
	message_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	filename TEXT NOT NULL, 
	mime_type TEXT NOT NULL, 
	size BIGINT, 
	sha256 VARCHAR(64), 
	storage_path TEXT, 
	PRIMARY KEY (message_id, position), 
	FOREIGN KEY(message_id) REFERENCES message (id) ON DELETE CASCADE, 
	FOREIGN KEY(sha256) REFERENCES blob (sha256)
);
CREATE TABLE recipient (
	message_id INTEGER NOT NULL, 
	mailbox TEXT NOT NULL, 
	workspace_id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	PRIMARY KEY (message_id, mailbox), 
	FOREIGN KEY(message_id) REFERENCES message (id) ON DELETE CASCADE, 
	FOREIGN KEY(workspace_id) REFERENCES workspace (id)
);
CREATE TABLE correspondent (
	workspace_id INTEGER NOT NULL, 
	mailbox TEXT NOT NULL, 
	name TEXT NOT NULL, 
	mails INTEGER NOT NULL, 
	PRIMARY KEY (workspace_id, mailbox), 
	FOREIGN KEY(workspace_id) REFERENCES workspace (id)
);
CREATE TABLE signature (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	workspace_id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	markdown TEXT NOT NULL, 
	is_default BOOLEAN NOT NULL, 
	FOREIGN KEY(workspace_id) REFERENCES workspace (id), 
	UNIQUE (workspace_id, name)
);
CREATE TABLE counted (
	message_id INTEGER NOT NULL, 
	hour INTEGER NOT NULL, 
	status VARCHAR(10) NOT NULL, 
	provider TEXT NOT NULL, 
	code TEXT NOT NULL, 
	bucket INTEGER, 
	PRIMARY KEY (message_id), 
	FOREIGN KEY(message_id) REFERENCES message (id) ON DELETE CASCADE
);
CREATE TABLE mails_by_hour (
	workspace_id INTEGER NOT NULL, 
	hour INTEGER NOT NULL, 
	status TEXT NOT NULL, 
	provider TEXT NOT NULL, 
	code TEXT NOT NULL, 
	mails INTEGER NOT NULL, 
	PRIMARY KEY (workspace_id, hour, status, provider, code), 
	FOREIGN KEY(workspace_id) REFERENCES workspace (id)
)
 WITHOUT ROWID

;
CREATE TABLE delays_by_day (
	workspace_id INTEGER NOT NULL, 
	day INTEGER NOT NULL, 
	bucket INTEGER NOT NULL, 
	mails INTEGER NOT NULL, 
	PRIMARY KEY (workspace_id, day, bucket), 
	FOREIGN KEY(workspace_id) REFERENCES workspace (id)
)
 WITHOUT ROWID

;
CREATE TABLE ids_by_day (
	workspace_id INTEGER NOT NULL, 
	day INTEGER NOT NULL, 
	first_id INTEGER NOT NULL, 
	last_id INTEGER NOT NULL, 
	PRIMARY KEY (workspace_id, day), 
	FOREIGN KEY(workspace_id) REFERENCES workspace (id)
)
 WITHOUT ROWID

;
CREATE TABLE mails_by_link (
	workspace_id INTEGER NOT NULL, 
	kind VARCHAR(7) NOT NULL, 
	"key" TEXT NOT NULL, 
	mails INTEGER NOT NULL, 
	last_id INTEGER NOT NULL, 
	last_at DOUBLE NOT NULL, 
	PRIMARY KEY (workspace_id, kind, "key"), 
	FOREIGN KEY(workspace_id) REFERENCES workspace (id)
)
 WITHOUT ROWID

;
CREATE TABLE erasure (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	workspace_id INTEGER NOT NULL, 
	kind VARCHAR(10) NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	mails INTEGER NOT NULL, 
	requested_at DOUBLE NOT NULL, 
	scrubbed_at DOUBLE, 
	FOREIGN KEY(workspace_id) REFERENCES workspace (id)
);
CREATE TABLE attempt (
	message_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	started_at DOUBLE NOT NULL, 
	duration DOUBLE, 
	outcome VARCHAR(10), 
	http_status INTEGER, 
	code TEXT, 
	detail TEXT, 
	request_id TEXT, 
	calls_limit INTEGER, 
	calls_remaining INTEGER, 
	calls_reset_at DOUBLE, 
	PRIMARY KEY (message_id, number), 
	FOREIGN KEY(message_id) REFERENCES message (id) ON DELETE CASCADE
)
 WITHOUT ROWID

;
CREATE VIRTUAL TABLE message_search USING fts5(
    "to", cc, bcc, "from", subject, text, filename, error, facet,
    tokenize='ascii', prefix='2 4 6 8', columnsize=0
);
CREATE VIRTUAL TABLE message_search_word USING fts5vocab(message_search, 'instance');
INSERT INTO "alembic_version" ("version_num") VALUES('m009');
INSERT INTO "workspace" ("id", "fingerprint", "practice", "created_at", "undo_seconds", "paused_until", "calls_limit", "calls_remaining", "calls_reset_at", "keep_bodies_months", "keep_files_months") VALUES(1,'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',0,1.79597465347391104699e+09,10,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "message" ("id", "workspace_id", "draft_id", "supersedes_id", "created_at", "status", "needs_you", "due_at", "undo_until", "lease_owner", "lease_until", "idempotency_key", "body_sha256", "body_length", "first_attempt_at", "attempts", "tries", "unclear", "recipients", "subject", "preview", "attachment_count", "contact_id", "deal_id", "thread_id", "http_status", "code", "detail", "request_id", "provider", "provider_message_id", "provider_thread_id", "sent_at", "settled_at", "indexed", "body_dropped_at", "files_dropped_at") VALUES(1,1,'6513270e-269e-4d37-b2a7-4de452e6b438',NULL,1800000000.0,'sent',0,NULL,NULL,NULL,NULL,'d23f0824-128b-4f33-8c5c-7fd0a6a3a450','0000000000000000000000000000000000000000000000000000000000000000',1,1800000010.0,1,1,0,'Jane <jane@example.com>','First','Anbei das Angebot.',0,'con_1',NULL,NULL,200,NULL,NULL,NULL,'gmail','m','thr_1','2027-01-15T08:00:11Z',1800000011.5,1,NULL,NULL);
INSERT INTO "message" ("id", "workspace_id", "draft_id", "supersedes_id", "created_at", "status", "needs_you", "due_at", "undo_until", "lease_owner", "lease_until", "idempotency_key", "body_sha256", "body_length", "first_attempt_at", "attempts", "tries", "unclear", "recipients", "subject", "preview", "attachment_count", "contact_id", "deal_id", "thread_id", "http_status", "code", "detail", "request_id", "provider", "provider_message_id", "provider_thread_id", "sent_at", "settled_at", "indexed", "body_dropped_at", "files_dropped_at") VALUES(2,1,'9531985d-5d9d-49f8-9818-e811892f902b',NULL,1800000020.0,'held',0,1800604800.0,NULL,NULL,NULL,'36f675cc-81e7-4ef5-a8e2-5d940ed90475','0000000000000000000000000000000000000000000000000000000000000000',1,NULL,0,0,0,'Jane <jane@example.com>','Next week','Anbei das Angebot.',0,'con_1',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,NULL,NULL);
INSERT INTO "message" ("id", "workspace_id", "draft_id", "supersedes_id", "created_at", "status", "needs_you", "due_at", "undo_until", "lease_owner", "lease_until", "idempotency_key", "body_sha256", "body_length", "first_attempt_at", "attempts", "tries", "unclear", "recipients", "subject", "preview", "attachment_count", "contact_id", "deal_id", "thread_id", "http_status", "code", "detail", "request_id", "provider", "provider_message_id", "provider_thread_id", "sent_at", "settled_at", "indexed", "body_dropped_at", "files_dropped_at") VALUES(3,1,'6b0d549b-6f03-475a-9600-a35a099950d8',NULL,1774080000.0,'sent',0,NULL,NULL,NULL,NULL,'8d116ece-1738-47d9-bd9c-172411e20b8f','0000000000000000000000000000000000000000000000000000000000000000',1,NULL,1,1,0,'Old Jane 0 <jane@example.com>','Import 0','Anbei das Angebot.',0,'con_1',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1774080010.0,1,NULL,NULL);
INSERT INTO "message" ("id", "workspace_id", "draft_id", "supersedes_id", "created_at", "status", "needs_you", "due_at", "undo_until", "lease_owner", "lease_until", "idempotency_key", "body_sha256", "body_length", "first_attempt_at", "attempts", "tries", "unclear", "recipients", "subject", "preview", "attachment_count", "contact_id", "deal_id", "thread_id", "http_status", "code", "detail", "request_id", "provider", "provider_message_id", "provider_thread_id", "sent_at", "settled_at", "indexed", "body_dropped_at", "files_dropped_at") VALUES(4,1,'90c192cf-d3ac-44af-8f21-ddb66cad4a26',NULL,1791360000.0,'failed',0,NULL,NULL,NULL,NULL,'a170b338-3926-4059-b28c-105d1fb17c23','0000000000000000000000000000000000000000000000000000000000000000',1,NULL,1,1,0,'Old Jane 1 <jane@example.com>','Import 1','Anbei das Angebot.',0,'con_1',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1791360010.0,1,NULL,NULL);
INSERT INTO "message" ("id", "workspace_id", "draft_id", "supersedes_id", "created_at", "status", "needs_you", "due_at", "undo_until", "lease_owner", "lease_until", "idempotency_key", "body_sha256", "body_length", "first_attempt_at", "attempts", "tries", "unclear", "recipients", "subject", "preview", "attachment_count", "contact_id", "deal_id", "thread_id", "http_status", "code", "detail", "request_id", "provider", "provider_message_id", "provider_thread_id", "sent_at", "settled_at", "indexed", "body_dropped_at", "files_dropped_at") VALUES(5,1,'0fd630f1-f29d-4da9-953f-48f1a09f76b5',NULL,1782720000.0,'queued',0,NULL,NULL,NULL,NULL,'0cb1e29c-658c-4a14-95e6-0af593bd04cf','0000000000000000000000000000000000000000000000000000000000000000',1,NULL,1,1,0,'Old Jane 2 <jane@example.com>','Import 2','Anbei das Angebot.',0,'con_1',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1782720010.0,1,NULL,NULL);
INSERT INTO "message" ("id", "workspace_id", "draft_id", "supersedes_id", "created_at", "status", "needs_you", "due_at", "undo_until", "lease_owner", "lease_until", "idempotency_key", "body_sha256", "body_length", "first_attempt_at", "attempts", "tries", "unclear", "recipients", "subject", "preview", "attachment_count", "contact_id", "deal_id", "thread_id", "http_status", "code", "detail", "request_id", "provider", "provider_message_id", "provider_thread_id", "sent_at", "settled_at", "indexed", "body_dropped_at", "files_dropped_at") VALUES(6,1,'8e81973e-0bec-47b0-b898-d190f9ebdacc',NULL,1799999913.6,'sent',0,NULL,NULL,NULL,NULL,'6b4cb242-4a23-4596-a217-beaddbc496cb','0000000000000000000000000000000000000000000000000000000000000000',1,NULL,1,1,0,'Old Jane 3 <jane@example.com>','Import 3','Anbei das Angebot.',0,'con_1',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1799999923.6,1,NULL,NULL);
INSERT INTO "message" ("id", "workspace_id", "draft_id", "supersedes_id", "created_at", "status", "needs_you", "due_at", "undo_until", "lease_owner", "lease_until", "idempotency_key", "body_sha256", "body_length", "first_attempt_at", "attempts", "tries", "unclear", "recipients", "subject", "preview", "attachment_count", "contact_id", "deal_id", "thread_id", "http_status", "code", "detail", "request_id", "provider", "provider_message_id", "provider_thread_id", "sent_at", "settled_at", "indexed", "body_dropped_at", "files_dropped_at") VALUES(7,1,'92276658-1e27-41c0-8a6a-63ec24ede6a4',NULL,1800000100.0,'sent',0,NULL,NULL,NULL,NULL,'ae97ba94-d0ed-482f-8f6d-05584ef8aa38','0000000000000000000000000000000000000000000000000000000000000000',1,1800005001.0,1,1,0,'"Jane D." <jane@example.com>','Sent on time','Anbei das Angebot.',0,'con_1',NULL,NULL,200,NULL,NULL,NULL,'gmail','m','thr_1','2027-01-15T09:23:22Z',1800005002.4,1,NULL,NULL);
INSERT INTO "message" ("id", "workspace_id", "draft_id", "supersedes_id", "created_at", "status", "needs_you", "due_at", "undo_until", "lease_owner", "lease_until", "idempotency_key", "body_sha256", "body_length", "first_attempt_at", "attempts", "tries", "unclear", "recipients", "subject", "preview", "attachment_count", "contact_id", "deal_id", "thread_id", "http_status", "code", "detail", "request_id", "provider", "provider_message_id", "provider_thread_id", "sent_at", "settled_at", "indexed", "body_dropped_at", "files_dropped_at") VALUES(8,1,'923a7369-94e3-4f91-9a61-dbe22e44158b',NULL,1800000200.0,'sent',0,NULL,NULL,NULL,NULL,'18f135d2-5f55-4203-b018-50c5a38fd547','0000000000000000000000000000000000000000000000000000000000000000',1,1800000210.0,1,1,0,'Jane <jane@example.com>','In between','Anbei das Angebot.',0,'con_1',NULL,NULL,200,NULL,NULL,NULL,'gmail','m','thr_1',NULL,1800000211.0,1,NULL,NULL);
INSERT INTO "message" ("id", "workspace_id", "draft_id", "supersedes_id", "created_at", "status", "needs_you", "due_at", "undo_until", "lease_owner", "lease_until", "idempotency_key", "body_sha256", "body_length", "first_attempt_at", "attempts", "tries", "unclear", "recipients", "subject", "preview", "attachment_count", "contact_id", "deal_id", "thread_id", "http_status", "code", "detail", "request_id", "provider", "provider_message_id", "provider_thread_id", "sent_at", "settled_at", "indexed", "body_dropped_at", "files_dropped_at") VALUES(9,1,'907a70c3-1012-4037-b64c-e4228c38fb29',NULL,1800005100.0,'unknown',1,NULL,NULL,NULL,NULL,'7f150524-34b9-45df-9e77-69b10f4205b4','0000000000000000000000000000000000000000000000000000000000000000',1,1800005110.0,1,1,1,'Jane <jane@example.com>','Unknown','Anbei das Angebot.',0,'con_1',NULL,NULL,NULL,'timeout',NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,NULL,NULL);
INSERT INTO "message" ("id", "workspace_id", "draft_id", "supersedes_id", "created_at", "status", "needs_you", "due_at", "undo_until", "lease_owner", "lease_until", "idempotency_key", "body_sha256", "body_length", "first_attempt_at", "attempts", "tries", "unclear", "recipients", "subject", "preview", "attachment_count", "contact_id", "deal_id", "thread_id", "http_status", "code", "detail", "request_id", "provider", "provider_message_id", "provider_thread_id", "sent_at", "settled_at", "indexed", "body_dropped_at", "files_dropped_at") VALUES(10,1,'c6f87718-6d76-407e-881e-d162ae2eb154',NULL,1800005200.0,'sent',0,NULL,NULL,NULL,NULL,'ec66a787-95e7-41d1-b731-af10506bf2ef','0000000000000000000000000000000000000000000000000000000000000000',1,1800005210.0,1,1,1,'Jane <jane@example.com>','Marked','Anbei das Angebot.',0,'con_1',NULL,NULL,NULL,'marked_sent',NULL,NULL,NULL,NULL,NULL,NULL,1800172800.0,1,NULL,NULL);
INSERT INTO "message" ("id", "workspace_id", "draft_id", "supersedes_id", "created_at", "status", "needs_you", "due_at", "undo_until", "lease_owner", "lease_until", "idempotency_key", "body_sha256", "body_length", "first_attempt_at", "attempts", "tries", "unclear", "recipients", "subject", "preview", "attachment_count", "contact_id", "deal_id", "thread_id", "http_status", "code", "detail", "request_id", "provider", "provider_message_id", "provider_thread_id", "sent_at", "settled_at", "indexed", "body_dropped_at", "files_dropped_at") VALUES(11,1,'3f98e277-4cbd-47ad-9c90-a9587403e430',NULL,1800005300.0,'failed',1,NULL,NULL,NULL,NULL,'c7a2ea20-b2f1-4c94-ae05-319acb5c7427','0000000000000000000000000000000000000000000000000000000000000000',1,1800005310.0,1,1,0,'Jane <jane@example.com>','Refused','Anbei das Angebot.',1,'con_2',NULL,NULL,NULL,'VALIDATION_ERROR','No.',NULL,NULL,NULL,NULL,NULL,1800005311.0,1,NULL,NULL);
INSERT INTO "message" ("id", "workspace_id", "draft_id", "supersedes_id", "created_at", "status", "needs_you", "due_at", "undo_until", "lease_owner", "lease_until", "idempotency_key", "body_sha256", "body_length", "first_attempt_at", "attempts", "tries", "unclear", "recipients", "subject", "preview", "attachment_count", "contact_id", "deal_id", "thread_id", "http_status", "code", "detail", "request_id", "provider", "provider_message_id", "provider_thread_id", "sent_at", "settled_at", "indexed", "body_dropped_at", "files_dropped_at") VALUES(12,1,'4cdd2055-930d-4eaf-94f4-733f3e7d1bfb',NULL,1800005400.0,'held',0,1800005410.0,1800005410.0,NULL,NULL,'57ee05cd-e009-42c7-bebf-f20686734721','0000000000000000000000000000000000000000000000000000000000000000',1,NULL,0,0,0,'Jane <jane@example.com>','Just clicked','Anbei das Angebot.',0,'con_1',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL);
INSERT INTO "body" ("message_id", "to", "cc", "bcc", "reply_to", "markdown", "html", "text", "text_edited") VALUES(1,'[["Jane", "jane@example.com"]]','[]','[]','[]','Anbei das Angebot.','<p>Anbei das Angebot.</p>','Anbei das Angebot.',0);
INSERT INTO "body" ("message_id", "to", "cc", "bcc", "reply_to", "markdown", "html", "text", "text_edited") VALUES(2,'[["Jane", "jane@example.com"]]','[]','[]','[]','Anbei das Angebot.','<p>Anbei das Angebot.</p>','Anbei das Angebot.',0);
INSERT INTO "body" ("message_id", "to", "cc", "bcc", "reply_to", "markdown", "html", "text", "text_edited") VALUES(3,'[["Old Jane 0", "jane@example.com"]]','[]','[]','[]','Anbei das Angebot.','<p>Anbei das Angebot.</p>','Anbei das Angebot.',0);
INSERT INTO "body" ("message_id", "to", "cc", "bcc", "reply_to", "markdown", "html", "text", "text_edited") VALUES(4,'[["Old Jane 1", "jane@example.com"]]','[]','[]','[]','Anbei das Angebot.','<p>Anbei das Angebot.</p>','Anbei das Angebot.',0);
INSERT INTO "body" ("message_id", "to", "cc", "bcc", "reply_to", "markdown", "html", "text", "text_edited") VALUES(5,'[["Old Jane 2", "jane@example.com"]]','[]','[]','[]','Anbei das Angebot.','<p>Anbei das Angebot.</p>','Anbei das Angebot.',0);
INSERT INTO "body" ("message_id", "to", "cc", "bcc", "reply_to", "markdown", "html", "text", "text_edited") VALUES(6,'[["Old Jane 3", "jane@example.com"]]','[]','[]','[]','Anbei das Angebot.','<p>Anbei das Angebot.</p>','Anbei das Angebot.',0);
INSERT INTO "body" ("message_id", "to", "cc", "bcc", "reply_to", "markdown", "html", "text", "text_edited") VALUES(7,'[["Jane D.", "jane@example.com"]]','[]','[]','[]','Anbei das Angebot.','<p>Anbei das Angebot.</p>','Anbei das Angebot.',0);
INSERT INTO "body" ("message_id", "to", "cc", "bcc", "reply_to", "markdown", "html", "text", "text_edited") VALUES(8,'[["Jane", "jane@example.com"]]','[]','[]','[]','Anbei das Angebot.','<p>Anbei das Angebot.</p>','Anbei das Angebot.',0);
INSERT INTO "body" ("message_id", "to", "cc", "bcc", "reply_to", "markdown", "html", "text", "text_edited") VALUES(9,'[["Jane", "jane@example.com"]]','[]','[]','[]','Anbei das Angebot.','<p>Anbei das Angebot.</p>','Anbei das Angebot.',0);
INSERT INTO "body" ("message_id", "to", "cc", "bcc", "reply_to", "markdown", "html", "text", "text_edited") VALUES(10,'[["Jane", "jane@example.com"]]','[]','[]','[]','Anbei das Angebot.','<p>Anbei das Angebot.</p>','Anbei das Angebot.',0);
INSERT INTO "body" ("message_id", "to", "cc", "bcc", "reply_to", "markdown", "html", "text", "text_edited") VALUES(11,'[["Jane", "jane@example.com"]]','[]','[]','[]','Anbei das Angebot.','<p>Anbei das Angebot.</p>','Anbei das Angebot.',0);
INSERT INTO "body" ("message_id", "to", "cc", "bcc", "reply_to", "markdown", "html", "text", "text_edited") VALUES(12,'[["Jane", "jane@example.com"]]','[]','[]','[]','Anbei das Angebot.','<p>Anbei das Angebot.</p>','Anbei das Angebot.',0);
INSERT INTO "message_file" ("message_id", "position", "filename", "mime_type", "size", "sha256", "storage_path") VALUES(11,0,'offer.pdf','application/pdf',3,NULL,'files/x');
INSERT INTO "recipient" ("message_id", "mailbox", "workspace_id", "name") VALUES(1,'jane@example.com',1,'Jane');
INSERT INTO "recipient" ("message_id", "mailbox", "workspace_id", "name") VALUES(3,'jane@example.com',1,'Old Jane 0');
INSERT INTO "recipient" ("message_id", "mailbox", "workspace_id", "name") VALUES(5,'jane@example.com',1,'Old Jane 2');
INSERT INTO "recipient" ("message_id", "mailbox", "workspace_id", "name") VALUES(6,'jane@example.com',1,'Old Jane 3');
INSERT INTO "recipient" ("message_id", "mailbox", "workspace_id", "name") VALUES(7,'jane@example.com',1,'Jane D.');
INSERT INTO "recipient" ("message_id", "mailbox", "workspace_id", "name") VALUES(8,'jane@example.com',1,'Jane');
INSERT INTO "recipient" ("message_id", "mailbox", "workspace_id", "name") VALUES(10,'jane@example.com',1,'Jane');
INSERT INTO "correspondent" ("workspace_id", "mailbox", "name", "mails") VALUES(1,'jane@example.com','Jane',7);
INSERT INTO "counted" ("message_id", "hour", "status", "provider", "code", "bucket") VALUES(1,500000,'sent','gmail','',82);
INSERT INTO "counted" ("message_id", "hour", "status", "provider", "code", "bucket") VALUES(3,492800,'sent','','',80);
INSERT INTO "counted" ("message_id", "hour", "status", "provider", "code", "bucket") VALUES(4,497600,'failed','','',NULL);
INSERT INTO "counted" ("message_id", "hour", "status", "provider", "code", "bucket") VALUES(5,495200,'queued','','',80);
INSERT INTO "counted" ("message_id", "hour", "status", "provider", "code", "bucket") VALUES(6,499999,'sent','','',80);
INSERT INTO "counted" ("message_id", "hour", "status", "provider", "code", "bucket") VALUES(7,500000,'sent','gmail','',152);
INSERT INTO "counted" ("message_id", "hour", "status", "provider", "code", "bucket") VALUES(8,500000,'sent','gmail','',81);
INSERT INTO "counted" ("message_id", "hour", "status", "provider", "code", "bucket") VALUES(9,500001,'unknown','','timeout',NULL);
INSERT INTO "counted" ("message_id", "hour", "status", "provider", "code", "bucket") VALUES(10,500001,'sent','','',192);
INSERT INTO "counted" ("message_id", "hour", "status", "provider", "code", "bucket") VALUES(11,500001,'failed','','VALIDATION_ERROR',NULL);
INSERT INTO "mails_by_hour" ("workspace_id", "hour", "status", "provider", "code", "mails") VALUES(1,492800,'sent','','',1);
INSERT INTO "mails_by_hour" ("workspace_id", "hour", "status", "provider", "code", "mails") VALUES(1,495200,'queued','','',1);
INSERT INTO "mails_by_hour" ("workspace_id", "hour", "status", "provider", "code", "mails") VALUES(1,497600,'failed','','',1);
INSERT INTO "mails_by_hour" ("workspace_id", "hour", "status", "provider", "code", "mails") VALUES(1,499999,'sent','','',1);
INSERT INTO "mails_by_hour" ("workspace_id", "hour", "status", "provider", "code", "mails") VALUES(1,500000,'sent','gmail','',3);
INSERT INTO "mails_by_hour" ("workspace_id", "hour", "status", "provider", "code", "mails") VALUES(1,500001,'failed','','VALIDATION_ERROR',1);
INSERT INTO "mails_by_hour" ("workspace_id", "hour", "status", "provider", "code", "mails") VALUES(1,500001,'sent','','',1);
INSERT INTO "mails_by_hour" ("workspace_id", "hour", "status", "provider", "code", "mails") VALUES(1,500001,'unknown','','timeout',1);
INSERT INTO "delays_by_day" ("workspace_id", "day", "bucket", "mails") VALUES(1,20533,80,1);
INSERT INTO "delays_by_day" ("workspace_id", "day", "bucket", "mails") VALUES(1,20633,80,1);
INSERT INTO "delays_by_day" ("workspace_id", "day", "bucket", "mails") VALUES(1,20833,80,1);
INSERT INTO "delays_by_day" ("workspace_id", "day", "bucket", "mails") VALUES(1,20833,81,1);
INSERT INTO "delays_by_day" ("workspace_id", "day", "bucket", "mails") VALUES(1,20833,82,1);
INSERT INTO "delays_by_day" ("workspace_id", "day", "bucket", "mails") VALUES(1,20833,152,1);
INSERT INTO "delays_by_day" ("workspace_id", "day", "bucket", "mails") VALUES(1,20833,192,1);
INSERT INTO "ids_by_day" ("workspace_id", "day", "first_id", "last_id") VALUES(1,20533,3,3);
INSERT INTO "ids_by_day" ("workspace_id", "day", "first_id", "last_id") VALUES(1,20633,5,5);
INSERT INTO "ids_by_day" ("workspace_id", "day", "first_id", "last_id") VALUES(1,20733,4,4);
INSERT INTO "ids_by_day" ("workspace_id", "day", "first_id", "last_id") VALUES(1,20833,1,11);
INSERT INTO "mails_by_link" ("workspace_id", "kind", "key", "mails", "last_id", "last_at") VALUES(1,'contact','con_1',7,10,1800005200.0);
INSERT INTO "attempt" ("message_id", "number", "started_at", "duration", "outcome", "http_status", "code", "detail", "request_id", "calls_limit", "calls_remaining", "calls_reset_at") VALUES(1,1,1800000010.0,0.2,'sent',200,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "attempt" ("message_id", "number", "started_at", "duration", "outcome", "http_status", "code", "detail", "request_id", "calls_limit", "calls_remaining", "calls_reset_at") VALUES(7,1,1800005001.0,0.2,'sent',200,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "attempt" ("message_id", "number", "started_at", "duration", "outcome", "http_status", "code", "detail", "request_id", "calls_limit", "calls_remaining", "calls_reset_at") VALUES(8,1,1800000210.0,0.2,'sent',200,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "attempt" ("message_id", "number", "started_at", "duration", "outcome", "http_status", "code", "detail", "request_id", "calls_limit", "calls_remaining", "calls_reset_at") VALUES(9,1,1800005110.0,30.0,'unclear',NULL,'timeout',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "attempt" ("message_id", "number", "started_at", "duration", "outcome", "http_status", "code", "detail", "request_id", "calls_limit", "calls_remaining", "calls_reset_at") VALUES(10,1,1800005210.0,30.0,'unclear',NULL,'timeout',NULL,NULL,NULL,NULL,NULL);
INSERT INTO "attempt" ("message_id", "number", "started_at", "duration", "outcome", "http_status", "code", "detail", "request_id", "calls_limit", "calls_remaining", "calls_reset_at") VALUES(11,1,1800005310.0,0.1,'refused',NULL,'VALIDATION_ERROR','No.',NULL,NULL,NULL,NULL);
INSERT INTO "message_search" ("rowid", "to", "cc", "bcc", "from", "subject", "text", "filename", "error", "facet") VALUES(1,'Jane jane@example.com','','','','First','Anbei das Angebot.','',' ','f9eb16f2bb ebcd9797eb 5e3b62b078 7765ddd0e1 0fc421a397');
INSERT INTO "message_search" ("rowid", "to", "cc", "bcc", "from", "subject", "text", "filename", "error", "facet") VALUES(2,'Jane jane@example.com','','','','Next week','Anbei das Angebot.','',' ','f9eb16f2bb 5524b7d588 7765ddd0e1');
INSERT INTO "message_search" ("rowid", "to", "cc", "bcc", "from", "subject", "text", "filename", "error", "facet") VALUES(3,'Old Jane 0 jane@example.com','','','','Import 0','Anbei das Angebot.','',' ','f9eb16f2bb ebcd9797eb 7765ddd0e1');
INSERT INTO "message_search" ("rowid", "to", "cc", "bcc", "from", "subject", "text", "filename", "error", "facet") VALUES(4,'Old Jane 1 jane@example.com','','','','Import 1','Anbei das Angebot.','',' ','f9eb16f2bb f549c3400b 7765ddd0e1');
INSERT INTO "message_search" ("rowid", "to", "cc", "bcc", "from", "subject", "text", "filename", "error", "facet") VALUES(5,'Old Jane 2 jane@example.com','','','','Import 2','Anbei das Angebot.','',' ','f9eb16f2bb 59aea6549e 7765ddd0e1');
INSERT INTO "message_search" ("rowid", "to", "cc", "bcc", "from", "subject", "text", "filename", "error", "facet") VALUES(6,'Old Jane 3 jane@example.com','','','','Import 3','Anbei das Angebot.','',' ','f9eb16f2bb ebcd9797eb 7765ddd0e1');
INSERT INTO "message_search" ("rowid", "to", "cc", "bcc", "from", "subject", "text", "filename", "error", "facet") VALUES(7,'Jane D. jane@example.com','','','','Sent on time','Anbei das Angebot.','',' ','f9eb16f2bb ebcd9797eb 5e3b62b078 7765ddd0e1 0fc421a397');
INSERT INTO "message_search" ("rowid", "to", "cc", "bcc", "from", "subject", "text", "filename", "error", "facet") VALUES(8,'Jane jane@example.com','','','','In between','Anbei das Angebot.','',' ','f9eb16f2bb ebcd9797eb 5e3b62b078 7765ddd0e1 0fc421a397');
INSERT INTO "message_search" ("rowid", "to", "cc", "bcc", "from", "subject", "text", "filename", "error", "facet") VALUES(9,'Jane jane@example.com','','','','Unknown','Anbei das Angebot.','','timeout ','f9eb16f2bb bc18f7a84b 7765ddd0e1');
INSERT INTO "message_search" ("rowid", "to", "cc", "bcc", "from", "subject", "text", "filename", "error", "facet") VALUES(10,'Jane jane@example.com','','','','Marked','Anbei das Angebot.','','marked_sent ','f9eb16f2bb ebcd9797eb 7765ddd0e1');
INSERT INTO "message_search" ("rowid", "to", "cc", "bcc", "from", "subject", "text", "filename", "error", "facet") VALUES(11,'Jane jane@example.com','','','','Refused','Anbei das Angebot.','offer.pdf','VALIDATION_ERROR No.','f9eb16f2bb f549c3400b e33e6ae65a 9a3dcd9bf5');
UPDATE sqlite_sequence SET seq = 1 WHERE name = 'workspace';
UPDATE sqlite_sequence SET seq = 12 WHERE name = 'message';
CREATE INDEX draft_by_workspace ON draft (workspace_id, updated_at);
CREATE INDEX message_by_contact ON message (workspace_id, contact_id, id) WHERE contact_id IS NOT NULL;
CREATE INDEX message_by_deal ON message (workspace_id, deal_id, id) WHERE deal_id IS NOT NULL;
CREATE INDEX message_by_thread ON message (workspace_id, thread_id, id) WHERE thread_id IS NOT NULL;
CREATE INDEX message_by_workspace ON message (workspace_id, id);
CREATE INDEX message_needing_you ON message (workspace_id, id) WHERE needs_you;
CREATE INDEX message_open ON message (due_at, id) WHERE status IN ('held', 'sending', 'unknown');
CREATE INDEX ix_draft_file_sha256 ON draft_file (sha256);
CREATE INDEX ix_message_file_sha256 ON message_file (sha256);
CREATE INDEX message_not_indexed ON message (id) WHERE NOT indexed;
CREATE INDEX recipient_by_mailbox ON recipient (workspace_id, mailbox, message_id);
CREATE INDEX correspondent_by_mails ON correspondent (workspace_id, mails);
CREATE INDEX mails_by_link_mails ON mails_by_link (workspace_id, kind, mails, "key");
CREATE INDEX mails_by_link_last_at ON mails_by_link (workspace_id, kind, last_at, "key");
CREATE TRIGGER message_goes BEFORE DELETE ON message BEGIN DELETE FROM counted WHERE message_id = old.id; DELETE FROM message_search WHERE rowid = old.id; END;
CREATE TRIGGER counted_goes BEFORE DELETE ON counted BEGIN 
    UPDATE mails_by_hour SET mails = mails_by_hour.mails - 1 FROM message
    WHERE message.id = old.message_id AND mails_by_hour.workspace_id = message.workspace_id
    AND mails_by_hour.hour = old.hour AND mails_by_hour.status = old.status
    AND mails_by_hour.provider = old.provider AND mails_by_hour.code = old.code;
    UPDATE delays_by_day SET mails = delays_by_day.mails - 1 FROM message
    WHERE message.id = old.message_id AND delays_by_day.workspace_id = message.workspace_id
    AND delays_by_day.day = old.hour / 24 AND delays_by_day.bucket = old.bucket;
    
    UPDATE mails_by_link SET mails = mails_by_link.mails - 1 FROM message
    WHERE message.id = old.message_id AND old.status IN ('sent', 'queued')
    AND mails_by_link.workspace_id = message.workspace_id
    AND mails_by_link.kind = 'contact' AND mails_by_link.key = message.contact_id;
    DELETE FROM mails_by_link WHERE mails < 1 AND kind = 'contact' AND (workspace_id, key) =
    (SELECT message.workspace_id, message.contact_id FROM message WHERE message.id = old.message_id);
    UPDATE mails_by_link SET (last_id, last_at) = (
        SELECT other.id, other.created_at FROM message AS other JOIN counted ON counted.message_id = other.id
        WHERE other.workspace_id = mails_by_link.workspace_id AND other.contact_id = mails_by_link.key
        AND other.id <> old.message_id AND counted.status IN ('sent', 'queued') ORDER BY other.id DESC LIMIT 1
    )
    WHERE kind = 'contact' AND last_id = old.message_id AND (workspace_id, key) =
    (SELECT message.workspace_id, message.contact_id FROM message WHERE message.id = old.message_id);

    
    UPDATE mails_by_link SET mails = mails_by_link.mails - 1 FROM message
    WHERE message.id = old.message_id AND old.status IN ('sent', 'queued')
    AND mails_by_link.workspace_id = message.workspace_id
    AND mails_by_link.kind = 'deal' AND mails_by_link.key = message.deal_id;
    DELETE FROM mails_by_link WHERE mails < 1 AND kind = 'deal' AND (workspace_id, key) =
    (SELECT message.workspace_id, message.deal_id FROM message WHERE message.id = old.message_id);
    UPDATE mails_by_link SET (last_id, last_at) = (
        SELECT other.id, other.created_at FROM message AS other JOIN counted ON counted.message_id = other.id
        WHERE other.workspace_id = mails_by_link.workspace_id AND other.deal_id = mails_by_link.key
        AND other.id <> old.message_id AND counted.status IN ('sent', 'queued') ORDER BY other.id DESC LIMIT 1
    )
    WHERE kind = 'deal' AND last_id = old.message_id AND (workspace_id, key) =
    (SELECT message.workspace_id, message.deal_id FROM message WHERE message.id = old.message_id);

 END;
CREATE INDEX erasure_by_workspace ON erasure (workspace_id, id);
COMMIT;
