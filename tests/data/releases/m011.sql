-- A database of schema m011, written by that version's own code: two keys of one firm, each with a workspace of its
-- own: a person, a signature, a draft, and mails that were sent, refused, left in doubt, and that wait.
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
	thread_id TEXT NOT NULL, plain_text TEXT DEFAULT '' NOT NULL, version INTEGER DEFAULT '1' NOT NULL, deleted_at DOUBLE, opening VARCHAR(36), written_by TEXT DEFAULT '' NOT NULL, 
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
	settled_at DOUBLE, "indexed" BOOLEAN DEFAULT 0 NOT NULL, body_dropped_at DOUBLE, files_dropped_at DOUBLE, sort_key BIGINT DEFAULT '0' NOT NULL, written_by TEXT DEFAULT '' NOT NULL, sent_by TEXT DEFAULT '' NOT NULL, settled_by TEXT DEFAULT '' NOT NULL, 
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
	mails INTEGER NOT NULL, named_by BIGINT DEFAULT '0' NOT NULL, 
	PRIMARY KEY (workspace_id, mailbox), 
	FOREIGN KEY(workspace_id) REFERENCES workspace (id)
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
CREATE TABLE person (
	workspace_id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	created_at DOUBLE NOT NULL, 
	undo_seconds INTEGER DEFAULT '10' NOT NULL, 
	reply_to TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (workspace_id, name), 
	FOREIGN KEY(workspace_id) REFERENCES workspace (id)
);
CREATE TABLE signature (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	workspace_id INTEGER NOT NULL, 
	person TEXT DEFAULT '' NOT NULL, 
	name TEXT NOT NULL, 
	markdown TEXT NOT NULL, 
	is_default BOOLEAN NOT NULL, 
	UNIQUE (workspace_id, person, name), 
	FOREIGN KEY(workspace_id) REFERENCES workspace (id)
);
CREATE VIRTUAL TABLE message_search USING fts5(
    "to", cc, bcc, "from", subject, text, filename, error, facet,
    tokenize='ascii', prefix='2 4 6 8', columnsize=0
);
CREATE VIRTUAL TABLE message_search_word USING fts5vocab(message_search, 'instance');
INSERT INTO "alembic_version" ("version_num") VALUES('m011');
INSERT INTO "workspace" ("id", "fingerprint", "practice", "created_at", "undo_seconds", "paused_until", "calls_limit", "calls_remaining", "calls_reset_at", "keep_bodies_months", "keep_files_months") VALUES(1,'5bfb567ca42789dd551d00b639a5e5a9998ca267ca2e450fd9ea0e69d306d065',0,1795986529.012774,10,NULL,100,47,1800009000.0,12,6);
INSERT INTO "workspace" ("id", "fingerprint", "practice", "created_at", "undo_seconds", "paused_until", "calls_limit", "calls_remaining", "calls_reset_at", "keep_bodies_months", "keep_files_months") VALUES(2,'d624613dafa259b4e9d968c892191653879afaa382f1fea526ce5482cc339ad1',0,1795986529.0259,10,1800003600.0,100,47,1800009000.0,NULL,24);
INSERT INTO "draft" ("id", "workspace_id", "updated_at", "to", "cc", "bcc", "reply_to", "subject", "markdown", "contact_id", "deal_id", "thread_id", "plain_text", "version", "deleted_at", "opening", "written_by") VALUES('db5b5fab-8f4d-4e27-9da1-494c73cf256d',1,1795986529.0746882,'jane@example.com','','','','Entwurf Anna','half a sen','','','','',1,NULL,NULL,'Anna');
INSERT INTO "draft" ("id", "workspace_id", "updated_at", "to", "cc", "bcc", "reply_to", "subject", "markdown", "contact_id", "deal_id", "thread_id", "plain_text", "version", "deleted_at", "opening", "written_by") VALUES('09208a65-0f3e-4dd3-902b-938b8743feb6',2,1795986530.1579955,'jane@example.com','','','','Entwurf Ben','half a sen','','','','',1,NULL,NULL,'Ben');
INSERT INTO "message" ("id", "workspace_id", "draft_id", "supersedes_id", "created_at", "status", "needs_you", "due_at", "undo_until", "lease_owner", "lease_until", "idempotency_key", "body_sha256", "body_length", "first_attempt_at", "attempts", "tries", "unclear", "recipients", "subject", "preview", "attachment_count", "contact_id", "deal_id", "thread_id", "http_status", "code", "detail", "request_id", "provider", "provider_message_id", "provider_thread_id", "sent_at", "settled_at", "indexed", "body_dropped_at", "files_dropped_at", "sort_key", "written_by", "sent_by", "settled_by") VALUES(1,1,'73ab4876-7734-47c1-87fd-e805ec99108d',NULL,1800000000.0,'sent',0,NULL,NULL,NULL,NULL,'309d6b79-965e-4a32-9ae4-45508201e2bd','0000000000000000000000000000000000000000000000000000000000000000',1,1800000000.0,1,1,0,'Jane <jane@example.com>','Angebot Anna 0','x',0,'con-1',NULL,NULL,200,NULL,NULL,NULL,'gmail','m','t-1','2027-01-15T08:00:00Z',1800000001.0,1,NULL,NULL,1800000000000,'Anna','Anna','');
INSERT INTO "message" ("id", "workspace_id", "draft_id", "supersedes_id", "created_at", "status", "needs_you", "due_at", "undo_until", "lease_owner", "lease_until", "idempotency_key", "body_sha256", "body_length", "first_attempt_at", "attempts", "tries", "unclear", "recipients", "subject", "preview", "attachment_count", "contact_id", "deal_id", "thread_id", "http_status", "code", "detail", "request_id", "provider", "provider_message_id", "provider_thread_id", "sent_at", "settled_at", "indexed", "body_dropped_at", "files_dropped_at", "sort_key", "written_by", "sent_by", "settled_by") VALUES(2,1,'79cb9e86-830c-41c2-8dcc-69292f45e678',NULL,1800000010.0,'failed',1,NULL,NULL,NULL,NULL,'2fa91425-cb00-4853-9d2c-67eda13ffe79','0000000000000000000000000000000000000000000000000000000000000000',1,1800000010.0,1,1,0,'Jane <jane@example.com>','Angebot Anna 1','x',0,'con-1',NULL,NULL,400,'validation_error','no',NULL,NULL,NULL,NULL,NULL,1800000011.0,1,NULL,NULL,1800000011000,'Anna','Anna','');
INSERT INTO "message" ("id", "workspace_id", "draft_id", "supersedes_id", "created_at", "status", "needs_you", "due_at", "undo_until", "lease_owner", "lease_until", "idempotency_key", "body_sha256", "body_length", "first_attempt_at", "attempts", "tries", "unclear", "recipients", "subject", "preview", "attachment_count", "contact_id", "deal_id", "thread_id", "http_status", "code", "detail", "request_id", "provider", "provider_message_id", "provider_thread_id", "sent_at", "settled_at", "indexed", "body_dropped_at", "files_dropped_at", "sort_key", "written_by", "sent_by", "settled_by") VALUES(3,1,'244caf9c-4dab-4481-b253-edc618187993',NULL,1800000020.0,'unknown',1,NULL,NULL,NULL,NULL,'e3eff9c0-cf44-4d3f-89e7-d15f17362f25','0000000000000000000000000000000000000000000000000000000000000000',1,1800000020.0,1,1,1,'Jane <jane@example.com>','Angebot Anna 2','x',0,'con-1',NULL,NULL,NULL,'timeout','late',NULL,NULL,NULL,NULL,NULL,NULL,1,NULL,NULL,1800000020000,'Anna','Anna','');
INSERT INTO "message" ("id", "workspace_id", "draft_id", "supersedes_id", "created_at", "status", "needs_you", "due_at", "undo_until", "lease_owner", "lease_until", "idempotency_key", "body_sha256", "body_length", "first_attempt_at", "attempts", "tries", "unclear", "recipients", "subject", "preview", "attachment_count", "contact_id", "deal_id", "thread_id", "http_status", "code", "detail", "request_id", "provider", "provider_message_id", "provider_thread_id", "sent_at", "settled_at", "indexed", "body_dropped_at", "files_dropped_at", "sort_key", "written_by", "sent_by", "settled_by") VALUES(4,1,'986e86cb-0ab8-4b67-a26b-7f62b1852f27',NULL,1800000030.0,'sent',0,NULL,NULL,NULL,NULL,'73f778aa-f6fa-4db8-a56a-bd72fb710734','0000000000000000000000000000000000000000000000000000000000000000',1,1800000030.0,1,1,0,'Jane <jane@example.com>','Angebot Anna 3','x',0,'con-1',NULL,NULL,200,NULL,NULL,NULL,'gmail','m','t-1','2027-01-15T08:00:00Z',1800000031.0,1,NULL,NULL,1800000000002,'Anna','Anna','');
INSERT INTO "message" ("id", "workspace_id", "draft_id", "supersedes_id", "created_at", "status", "needs_you", "due_at", "undo_until", "lease_owner", "lease_until", "idempotency_key", "body_sha256", "body_length", "first_attempt_at", "attempts", "tries", "unclear", "recipients", "subject", "preview", "attachment_count", "contact_id", "deal_id", "thread_id", "http_status", "code", "detail", "request_id", "provider", "provider_message_id", "provider_thread_id", "sent_at", "settled_at", "indexed", "body_dropped_at", "files_dropped_at", "sort_key", "written_by", "sent_by", "settled_by") VALUES(5,1,'a66b0d38-9d95-447e-bd29-9753a7677796',NULL,1800000040.0,'held',0,1800000040.0,NULL,NULL,NULL,'d4ea65d0-03d7-4684-9f85-58a628518867','0000000000000000000000000000000000000000000000000000000000000000',1,NULL,0,0,0,'Jane <jane@example.com>','Angebot Anna 4','x',0,'con-1',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,NULL,NULL,1800000040000,'Anna','Anna','');
INSERT INTO "message" ("id", "workspace_id", "draft_id", "supersedes_id", "created_at", "status", "needs_you", "due_at", "undo_until", "lease_owner", "lease_until", "idempotency_key", "body_sha256", "body_length", "first_attempt_at", "attempts", "tries", "unclear", "recipients", "subject", "preview", "attachment_count", "contact_id", "deal_id", "thread_id", "http_status", "code", "detail", "request_id", "provider", "provider_message_id", "provider_thread_id", "sent_at", "settled_at", "indexed", "body_dropped_at", "files_dropped_at", "sort_key", "written_by", "sent_by", "settled_by") VALUES(6,2,'99809225-3def-4a38-a12b-2b8f30b17d0b',NULL,1800000000.0,'sent',0,NULL,NULL,NULL,NULL,'5387f613-76c4-48ae-8732-1cc007b37e14','0000000000000000000000000000000000000000000000000000000000000000',1,1800000000.0,1,1,0,'Jane <jane@example.com>','Angebot Ben 0','x',0,'con-1',NULL,NULL,200,NULL,NULL,NULL,'gmail','m','t-1','2027-01-15T08:00:00Z',1800000001.0,1,NULL,NULL,1800000000001,'Ben','Ben','');
INSERT INTO "message" ("id", "workspace_id", "draft_id", "supersedes_id", "created_at", "status", "needs_you", "due_at", "undo_until", "lease_owner", "lease_until", "idempotency_key", "body_sha256", "body_length", "first_attempt_at", "attempts", "tries", "unclear", "recipients", "subject", "preview", "attachment_count", "contact_id", "deal_id", "thread_id", "http_status", "code", "detail", "request_id", "provider", "provider_message_id", "provider_thread_id", "sent_at", "settled_at", "indexed", "body_dropped_at", "files_dropped_at", "sort_key", "written_by", "sent_by", "settled_by") VALUES(7,2,'320094ea-d7a9-4ded-9749-1e2370c6a5b8',NULL,1800000010.0,'failed',1,NULL,NULL,NULL,NULL,'4b4d8474-a3ea-484d-bbd0-334684e55160','0000000000000000000000000000000000000000000000000000000000000000',1,1800000010.0,1,1,0,'Jane <jane@example.com>','Angebot Ben 1','x',0,'con-1',NULL,NULL,400,'validation_error','no',NULL,NULL,NULL,NULL,NULL,1800000011.0,1,NULL,NULL,1800000011001,'Ben','Ben','');
INSERT INTO "message" ("id", "workspace_id", "draft_id", "supersedes_id", "created_at", "status", "needs_you", "due_at", "undo_until", "lease_owner", "lease_until", "idempotency_key", "body_sha256", "body_length", "first_attempt_at", "attempts", "tries", "unclear", "recipients", "subject", "preview", "attachment_count", "contact_id", "deal_id", "thread_id", "http_status", "code", "detail", "request_id", "provider", "provider_message_id", "provider_thread_id", "sent_at", "settled_at", "indexed", "body_dropped_at", "files_dropped_at", "sort_key", "written_by", "sent_by", "settled_by") VALUES(8,2,'15c1d2df-a996-4aef-812d-0ea67ff12229',NULL,1800000020.0,'unknown',1,NULL,NULL,NULL,NULL,'6822a6b2-4735-4f1c-a7a1-149075139237','0000000000000000000000000000000000000000000000000000000000000000',1,1800000020.0,1,1,1,'Jane <jane@example.com>','Angebot Ben 2','x',0,'con-1',NULL,NULL,NULL,'timeout','late',NULL,NULL,NULL,NULL,NULL,NULL,1,NULL,NULL,1800000020001,'Ben','Ben','');
INSERT INTO "message" ("id", "workspace_id", "draft_id", "supersedes_id", "created_at", "status", "needs_you", "due_at", "undo_until", "lease_owner", "lease_until", "idempotency_key", "body_sha256", "body_length", "first_attempt_at", "attempts", "tries", "unclear", "recipients", "subject", "preview", "attachment_count", "contact_id", "deal_id", "thread_id", "http_status", "code", "detail", "request_id", "provider", "provider_message_id", "provider_thread_id", "sent_at", "settled_at", "indexed", "body_dropped_at", "files_dropped_at", "sort_key", "written_by", "sent_by", "settled_by") VALUES(9,2,'ee82ec3f-fee5-45b2-8d1f-e1daff666589',NULL,1800000030.0,'sent',0,NULL,NULL,NULL,NULL,'4105cca7-b533-42fc-954c-d2aad7185dda','0000000000000000000000000000000000000000000000000000000000000000',1,1800000030.0,1,1,0,'Jane <jane@example.com>','Angebot Ben 3','x',0,'con-1',NULL,NULL,200,NULL,NULL,NULL,'gmail','m','t-1','2027-01-15T08:00:00Z',1800000031.0,1,NULL,NULL,1800000000003,'Ben','Ben','');
INSERT INTO "message" ("id", "workspace_id", "draft_id", "supersedes_id", "created_at", "status", "needs_you", "due_at", "undo_until", "lease_owner", "lease_until", "idempotency_key", "body_sha256", "body_length", "first_attempt_at", "attempts", "tries", "unclear", "recipients", "subject", "preview", "attachment_count", "contact_id", "deal_id", "thread_id", "http_status", "code", "detail", "request_id", "provider", "provider_message_id", "provider_thread_id", "sent_at", "settled_at", "indexed", "body_dropped_at", "files_dropped_at", "sort_key", "written_by", "sent_by", "settled_by") VALUES(10,2,'834c687a-3acb-4266-820b-a2c250b601fc',NULL,1800000040.0,'held',0,1800000040.0,NULL,NULL,NULL,'902a174f-11fa-4ac0-879d-d25a49fe85b0','0000000000000000000000000000000000000000000000000000000000000000',1,NULL,0,0,0,'Jane <jane@example.com>','Angebot Ben 4','x',0,'con-1',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,NULL,NULL,1800000040001,'Ben','Ben','');
INSERT INTO "body" ("message_id", "to", "cc", "bcc", "reply_to", "markdown", "html", "text", "text_edited") VALUES(1,'[["Jane", "jane@example.com"]]','[]','[]','[]','','<p>x</p>','Guten Tag',0);
INSERT INTO "body" ("message_id", "to", "cc", "bcc", "reply_to", "markdown", "html", "text", "text_edited") VALUES(2,'[["Jane", "jane@example.com"]]','[]','[]','[]','','<p>x</p>','Guten Tag',0);
INSERT INTO "body" ("message_id", "to", "cc", "bcc", "reply_to", "markdown", "html", "text", "text_edited") VALUES(3,'[["Jane", "jane@example.com"]]','[]','[]','[]','','<p>x</p>','Guten Tag',0);
INSERT INTO "body" ("message_id", "to", "cc", "bcc", "reply_to", "markdown", "html", "text", "text_edited") VALUES(4,'[["Jane", "jane@example.com"]]','[]','[]','[]','','<p>x</p>','Guten Tag',0);
INSERT INTO "body" ("message_id", "to", "cc", "bcc", "reply_to", "markdown", "html", "text", "text_edited") VALUES(5,'[["Jane", "jane@example.com"]]','[]','[]','[]','','<p>x</p>','Guten Tag',0);
INSERT INTO "body" ("message_id", "to", "cc", "bcc", "reply_to", "markdown", "html", "text", "text_edited") VALUES(6,'[["Jane", "jane@example.com"]]','[]','[]','[]','','<p>x</p>','Guten Tag',0);
INSERT INTO "body" ("message_id", "to", "cc", "bcc", "reply_to", "markdown", "html", "text", "text_edited") VALUES(7,'[["Jane", "jane@example.com"]]','[]','[]','[]','','<p>x</p>','Guten Tag',0);
INSERT INTO "body" ("message_id", "to", "cc", "bcc", "reply_to", "markdown", "html", "text", "text_edited") VALUES(8,'[["Jane", "jane@example.com"]]','[]','[]','[]','','<p>x</p>','Guten Tag',0);
INSERT INTO "body" ("message_id", "to", "cc", "bcc", "reply_to", "markdown", "html", "text", "text_edited") VALUES(9,'[["Jane", "jane@example.com"]]','[]','[]','[]','','<p>x</p>','Guten Tag',0);
INSERT INTO "body" ("message_id", "to", "cc", "bcc", "reply_to", "markdown", "html", "text", "text_edited") VALUES(10,'[["Jane", "jane@example.com"]]','[]','[]','[]','','<p>x</p>','Guten Tag',0);
INSERT INTO "recipient" ("message_id", "mailbox", "workspace_id", "name") VALUES(1,'jane@example.com',1,'Jane');
INSERT INTO "recipient" ("message_id", "mailbox", "workspace_id", "name") VALUES(6,'jane@example.com',2,'Jane');
INSERT INTO "recipient" ("message_id", "mailbox", "workspace_id", "name") VALUES(4,'jane@example.com',1,'Jane');
INSERT INTO "recipient" ("message_id", "mailbox", "workspace_id", "name") VALUES(9,'jane@example.com',2,'Jane');
INSERT INTO "correspondent" ("workspace_id", "mailbox", "name", "mails", "named_by") VALUES(1,'jane@example.com','Jane',2,1800000000002);
INSERT INTO "correspondent" ("workspace_id", "mailbox", "name", "mails", "named_by") VALUES(2,'jane@example.com','Jane',2,1800000000003);
INSERT INTO "counted" ("message_id", "hour", "status", "provider", "code", "bucket") VALUES(1,500000,'sent','gmail','',54);
INSERT INTO "counted" ("message_id", "hour", "status", "provider", "code", "bucket") VALUES(2,500000,'failed','','validation_error',NULL);
INSERT INTO "counted" ("message_id", "hour", "status", "provider", "code", "bucket") VALUES(3,500000,'unknown','','timeout',NULL);
INSERT INTO "counted" ("message_id", "hour", "status", "provider", "code", "bucket") VALUES(4,500000,'sent','gmail','',54);
INSERT INTO "counted" ("message_id", "hour", "status", "provider", "code", "bucket") VALUES(6,500000,'sent','gmail','',54);
INSERT INTO "counted" ("message_id", "hour", "status", "provider", "code", "bucket") VALUES(7,500000,'failed','','validation_error',NULL);
INSERT INTO "counted" ("message_id", "hour", "status", "provider", "code", "bucket") VALUES(8,500000,'unknown','','timeout',NULL);
INSERT INTO "counted" ("message_id", "hour", "status", "provider", "code", "bucket") VALUES(9,500000,'sent','gmail','',54);
INSERT INTO "mails_by_hour" ("workspace_id", "hour", "status", "provider", "code", "mails") VALUES(1,500000,'failed','','validation_error',1);
INSERT INTO "mails_by_hour" ("workspace_id", "hour", "status", "provider", "code", "mails") VALUES(1,500000,'sent','gmail','',2);
INSERT INTO "mails_by_hour" ("workspace_id", "hour", "status", "provider", "code", "mails") VALUES(1,500000,'unknown','','timeout',1);
INSERT INTO "mails_by_hour" ("workspace_id", "hour", "status", "provider", "code", "mails") VALUES(2,500000,'failed','','validation_error',1);
INSERT INTO "mails_by_hour" ("workspace_id", "hour", "status", "provider", "code", "mails") VALUES(2,500000,'sent','gmail','',2);
INSERT INTO "mails_by_hour" ("workspace_id", "hour", "status", "provider", "code", "mails") VALUES(2,500000,'unknown','','timeout',1);
INSERT INTO "delays_by_day" ("workspace_id", "day", "bucket", "mails") VALUES(1,20833,54,2);
INSERT INTO "delays_by_day" ("workspace_id", "day", "bucket", "mails") VALUES(2,20833,54,2);
INSERT INTO "mails_by_link" ("workspace_id", "kind", "key", "mails", "last_id", "last_at") VALUES(1,'contact','con-1',2,4,1800000000.002);
INSERT INTO "mails_by_link" ("workspace_id", "kind", "key", "mails", "last_id", "last_at") VALUES(2,'contact','con-1',2,9,1800000000.003);
INSERT INTO "attempt" ("message_id", "number", "started_at", "duration", "outcome", "http_status", "code", "detail", "request_id", "calls_limit", "calls_remaining", "calls_reset_at") VALUES(1,1,1800000000.0,0.5,'sent',200,NULL,NULL,NULL,100,50,1800009000.0);
INSERT INTO "attempt" ("message_id", "number", "started_at", "duration", "outcome", "http_status", "code", "detail", "request_id", "calls_limit", "calls_remaining", "calls_reset_at") VALUES(2,1,1800000010.0,0.5,'refused',400,'validation_error','no',NULL,NULL,NULL,NULL);
INSERT INTO "attempt" ("message_id", "number", "started_at", "duration", "outcome", "http_status", "code", "detail", "request_id", "calls_limit", "calls_remaining", "calls_reset_at") VALUES(3,1,1800000020.0,0.5,'unclear',NULL,'timeout','late',NULL,NULL,NULL,NULL);
INSERT INTO "attempt" ("message_id", "number", "started_at", "duration", "outcome", "http_status", "code", "detail", "request_id", "calls_limit", "calls_remaining", "calls_reset_at") VALUES(4,1,1800000030.0,0.5,'sent',200,NULL,NULL,NULL,100,47,1800009000.0);
INSERT INTO "attempt" ("message_id", "number", "started_at", "duration", "outcome", "http_status", "code", "detail", "request_id", "calls_limit", "calls_remaining", "calls_reset_at") VALUES(6,1,1800000000.0,0.5,'sent',200,NULL,NULL,NULL,100,50,1800009000.0);
INSERT INTO "attempt" ("message_id", "number", "started_at", "duration", "outcome", "http_status", "code", "detail", "request_id", "calls_limit", "calls_remaining", "calls_reset_at") VALUES(7,1,1800000010.0,0.5,'refused',400,'validation_error','no',NULL,NULL,NULL,NULL);
INSERT INTO "attempt" ("message_id", "number", "started_at", "duration", "outcome", "http_status", "code", "detail", "request_id", "calls_limit", "calls_remaining", "calls_reset_at") VALUES(8,1,1800000020.0,0.5,'unclear',NULL,'timeout','late',NULL,NULL,NULL,NULL);
INSERT INTO "attempt" ("message_id", "number", "started_at", "duration", "outcome", "http_status", "code", "detail", "request_id", "calls_limit", "calls_remaining", "calls_reset_at") VALUES(9,1,1800000030.0,0.5,'sent',200,NULL,NULL,NULL,100,47,1800009000.0);
INSERT INTO "person" ("workspace_id", "name", "created_at", "undo_seconds", "reply_to") VALUES(1,'Anna',1795986529.0445585,10,'');
INSERT INTO "person" ("workspace_id", "name", "created_at", "undo_seconds", "reply_to") VALUES(2,'Ben',1795986530.12732,10,'');
INSERT INTO "signature" ("id", "workspace_id", "person", "name", "markdown", "is_default") VALUES(1,1,'Anna','Work','Anna
Reuter & Partners',1);
INSERT INTO "signature" ("id", "workspace_id", "person", "name", "markdown", "is_default") VALUES(2,2,'Ben','Work','Ben
Reuter & Partners',1);
INSERT INTO "message_search" ("rowid", "to", "cc", "bcc", "from", "subject", "text", "filename", "error", "facet") VALUES(1800000000000,'Jane jane@example.com','','','','Angebot Anna 0','Guten Tag','',' ','f9eb16f2bb ebcd9797eb 5e3b62b078 5dcbde2cda 6c9acba5a6 941e70bb53');
INSERT INTO "message_search" ("rowid", "to", "cc", "bcc", "from", "subject", "text", "filename", "error", "facet") VALUES(1800000000001,'Jane jane@example.com','','','','Angebot Ben 0','Guten Tag','',' ','9a05749ca3 ebcd9797eb 5e3b62b078 5dcbde2cda e56f3eb471 941e70bb53');
INSERT INTO "message_search" ("rowid", "to", "cc", "bcc", "from", "subject", "text", "filename", "error", "facet") VALUES(1800000000002,'Jane jane@example.com','','','','Angebot Anna 3','Guten Tag','',' ','f9eb16f2bb ebcd9797eb 5e3b62b078 5dcbde2cda 6c9acba5a6 941e70bb53');
INSERT INTO "message_search" ("rowid", "to", "cc", "bcc", "from", "subject", "text", "filename", "error", "facet") VALUES(1800000000003,'Jane jane@example.com','','','','Angebot Ben 3','Guten Tag','',' ','9a05749ca3 ebcd9797eb 5e3b62b078 5dcbde2cda e56f3eb471 941e70bb53');
INSERT INTO "message_search" ("rowid", "to", "cc", "bcc", "from", "subject", "text", "filename", "error", "facet") VALUES(1800000011000,'Jane jane@example.com','','','','Angebot Anna 1','Guten Tag','','validation_error no','f9eb16f2bb f549c3400b 5dcbde2cda 6c9acba5a6');
INSERT INTO "message_search" ("rowid", "to", "cc", "bcc", "from", "subject", "text", "filename", "error", "facet") VALUES(1800000011001,'Jane jane@example.com','','','','Angebot Ben 1','Guten Tag','','validation_error no','9a05749ca3 f549c3400b 5dcbde2cda e56f3eb471');
INSERT INTO "message_search" ("rowid", "to", "cc", "bcc", "from", "subject", "text", "filename", "error", "facet") VALUES(1800000020000,'Jane jane@example.com','','','','Angebot Anna 2','Guten Tag','','timeout late','f9eb16f2bb bc18f7a84b 5dcbde2cda 6c9acba5a6');
INSERT INTO "message_search" ("rowid", "to", "cc", "bcc", "from", "subject", "text", "filename", "error", "facet") VALUES(1800000020001,'Jane jane@example.com','','','','Angebot Ben 2','Guten Tag','','timeout late','9a05749ca3 bc18f7a84b 5dcbde2cda e56f3eb471');
INSERT INTO "message_search" ("rowid", "to", "cc", "bcc", "from", "subject", "text", "filename", "error", "facet") VALUES(1800000040000,'Jane jane@example.com','','','','Angebot Anna 4','Guten Tag','',' ','f9eb16f2bb 5524b7d588 5dcbde2cda 6c9acba5a6');
INSERT INTO "message_search" ("rowid", "to", "cc", "bcc", "from", "subject", "text", "filename", "error", "facet") VALUES(1800000040001,'Jane jane@example.com','','','','Angebot Ben 4','Guten Tag','',' ','9a05749ca3 5524b7d588 5dcbde2cda e56f3eb471');
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('signature',2);
INSERT INTO sqlite_sequence VALUES('workspace',2);
INSERT INTO sqlite_sequence VALUES('message',10);
CREATE INDEX draft_by_workspace ON draft (workspace_id, updated_at);
CREATE INDEX message_open ON message (due_at, id) WHERE status IN ('held', 'sending', 'unknown');
CREATE INDEX ix_draft_file_sha256 ON draft_file (sha256);
CREATE INDEX ix_message_file_sha256 ON message_file (sha256);
CREATE INDEX recipient_by_mailbox ON recipient (workspace_id, mailbox, message_id);
CREATE INDEX correspondent_by_mails ON correspondent (workspace_id, mails);
CREATE INDEX mails_by_link_mails ON mails_by_link (workspace_id, kind, mails, "key");
CREATE INDEX mails_by_link_last_at ON mails_by_link (workspace_id, kind, last_at, "key");
CREATE INDEX erasure_by_workspace ON erasure (workspace_id, id);
CREATE UNIQUE INDEX message_by_sort_key ON message (sort_key);
CREATE INDEX message_by_workspace ON message (workspace_id, sort_key);
CREATE INDEX message_by_contact ON message (workspace_id, contact_id, sort_key) WHERE contact_id IS NOT NULL;
CREATE INDEX message_by_deal ON message (workspace_id, deal_id, sort_key) WHERE deal_id IS NOT NULL;
CREATE INDEX message_by_thread ON message (workspace_id, thread_id, sort_key) WHERE thread_id IS NOT NULL;
CREATE INDEX message_needing_you ON message (workspace_id, sort_key) WHERE needs_you;
CREATE INDEX message_not_indexed ON message (sort_key) WHERE NOT indexed;
CREATE TRIGGER message_goes BEFORE DELETE ON message BEGIN DELETE FROM counted WHERE message_id = old.id; DELETE FROM message_search WHERE rowid IN (old.id, old.sort_key); END;
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
    SELECT other.id, other.sort_key / 1000.0 FROM message AS other JOIN counted ON counted.message_id = other.id
    WHERE other.workspace_id = mails_by_link.workspace_id AND other.contact_id = mails_by_link.key
    AND counted.status IN ('sent', 'queued') AND other.id <> old.message_id ORDER BY other.sort_key DESC LIMIT 1
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
    SELECT other.id, other.sort_key / 1000.0 FROM message AS other JOIN counted ON counted.message_id = other.id
    WHERE other.workspace_id = mails_by_link.workspace_id AND other.deal_id = mails_by_link.key
    AND counted.status IN ('sent', 'queued') AND other.id <> old.message_id ORDER BY other.sort_key DESC LIMIT 1
)
    WHERE kind = 'deal' AND last_id = old.message_id AND (workspace_id, key) =
    (SELECT message.workspace_id, message.deal_id FROM message WHERE message.id = old.message_id);
 END;
COMMIT;
