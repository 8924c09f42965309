-- A database as the first release wrote it, by that release's own code, stopped in the middle of its work.
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('m001');
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
);
INSERT INTO "attempt" VALUES(1,1,1800000000.0,5.29067599927657283842e-03,'sent',200,NULL,NULL,'req_1',1000,990,1800086000.0);
INSERT INTO "attempt" VALUES(2,1,1800000060.0,1.57188599769142456352e-03,'queued',200,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "attempt" VALUES(3,1,1800000120.0,8.69875999342184513807e-04,'refused',400,'VALIDATION_ERROR','The address is not known.','req_3',NULL,NULL,NULL);
INSERT INTO "attempt" VALUES(4,1,1800000180.0,1.0083719971589744091e-03,'waiting',429,'RATE_LIMITED','Too many.',NULL,NULL,NULL,NULL);
INSERT INTO "attempt" VALUES(5,1,1800000271.0,1.48788099977537058293e-03,'unclear',NULL,'timeout','LeadLex did not answer in time (ReadTimeout).',NULL,NULL,NULL,NULL);
INSERT INTO "attempt" VALUES(6,1,1800000274.0,1.31365400011418387293e-03,'sent',200,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "attempt" VALUES(7,1,1800000334.0,1.16926899863756261765e-03,'unclear',503,'server_error','LeadLex answered 503 (Service Unavailable) without an explanation.',NULL,NULL,NULL,NULL);
INSERT INTO "attempt" VALUES(8,1,1800000334.0,1.13042199882329441606e-03,'refused',400,'VALIDATION_ERROR','No.',NULL,NULL,NULL,NULL);
INSERT INTO "attempt" VALUES(13,1,1800000337.0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE blob (
	sha256 VARCHAR(64) NOT NULL, 
	size BIGINT NOT NULL, 
	created_at DOUBLE NOT NULL, 
	PRIMARY KEY (sha256)
);
INSERT INTO "blob" VALUES('8a72e30abe31bee42c70db44f485a100d861846e72f66255fb4f5b69e8c70d5c',15,1.79537748491323590274e+09);
CREATE TABLE blob_chunk (
	sha256 VARCHAR(64) NOT NULL, 
	number INTEGER NOT NULL, 
	data BLOB NOT NULL, 
	PRIMARY KEY (sha256, number), 
	FOREIGN KEY(sha256) REFERENCES blob (sha256) ON DELETE CASCADE
);
INSERT INTO "blob_chunk" VALUES('8a72e30abe31bee42c70db44f485a100d861846e72f66255fb4f5b69e8c70d5c',0,X'255044462D312E34206F666665720A');
CREATE TABLE body (
	message_id INTEGER NOT NULL, 
	"to" JSON NOT NULL, 
	cc JSON NOT NULL, 
	bcc JSON NOT NULL, 
	reply_to JSON NOT NULL, 
	markdown TEXT NOT NULL, 
	html TEXT NOT NULL, 
	text TEXT NOT NULL, 
	PRIMARY KEY (message_id), 
	FOREIGN KEY(message_id) REFERENCES message (id) ON DELETE CASCADE
);
INSERT INTO "body" VALUES(1,'[["Jan\u00e9 Doe", "jane@example.com"]]','[["", "cc@example.com"]]','[["Boss", "boss@example.com"]]','[["Desk", "desk@example.com"]]','Guten Tag,
anbei das **Angebot**.','<p>Guten Tag,<br>anbei das <strong>Angebot</strong>.</p>','Guten Tag,
anbei das Angebot.');
INSERT INTO "body" VALUES(2,'[["\u041f\u0451\u0442\u0440", "petr@example.com"]]','[]','[]','[]','Guten Tag,
anbei das **Angebot**.','<p>Guten Tag,<br>anbei das <strong>Angebot</strong>.</p>','Guten Tag,
anbei das Angebot.');
INSERT INTO "body" VALUES(3,'[["Jan\u00e9 Doe", "jane@example.com"]]','[]','[]','[]','Guten Tag,
anbei das **Angebot**.','<p>Guten Tag,<br>anbei das <strong>Angebot</strong>.</p>','Guten Tag,
anbei das Angebot.');
INSERT INTO "body" VALUES(4,'[["Jan\u00e9 Doe", "jane@example.com"]]','[]','[]','[]','Guten Tag,
anbei das **Angebot**.','<p>Guten Tag,<br>anbei das <strong>Angebot</strong>.</p>','Guten Tag,
anbei das Angebot.');
INSERT INTO "body" VALUES(5,'[["Jan\u00e9 Doe", "jane@example.com"]]','[]','[]','[]','Guten Tag,
anbei das **Angebot**.','<p>Guten Tag,<br>anbei das <strong>Angebot</strong>.</p>','Guten Tag,
anbei das Angebot.');
INSERT INTO "body" VALUES(6,'[["Jan\u00e9 Doe", "jane@example.com"]]','[]','[]','[]','Guten Tag,
anbei das **Angebot**.','<p>Guten Tag,<br>anbei das <strong>Angebot</strong>.</p>','Guten Tag,
anbei das Angebot.');
INSERT INTO "body" VALUES(7,'[["Jan\u00e9 Doe", "jane@example.com"]]','[]','[]','[]','Guten Tag,
anbei das **Angebot**.','<p>Guten Tag,<br>anbei das <strong>Angebot</strong>.</p>','Guten Tag,
anbei das Angebot.');
INSERT INTO "body" VALUES(8,'[["Jan\u00e9 Doe", "jane@example.com"]]','[]','[]','[]','Guten Tag,
anbei das **Angebot**.','<p>Guten Tag,<br>anbei das <strong>Angebot</strong>.</p>','Guten Tag,
anbei das Angebot.');
INSERT INTO "body" VALUES(9,'[["Jan\u00e9 Doe", "jane@example.com"]]','[["", "cc@example.com"]]','[["Boss", "boss@example.com"]]','[["Desk", "desk@example.com"]]','Guten Tag,
anbei das **Angebot**.','<p>Guten Tag,<br>anbei das <strong>Angebot</strong>.</p>','Guten Tag,
anbei das Angebot.');
INSERT INTO "body" VALUES(10,'[["Jan\u00e9 Doe", "jane@example.com"]]','[]','[]','[]','Guten Tag,
anbei das **Angebot**.','<p>Guten Tag,<br>anbei das <strong>Angebot</strong>.</p>','Guten Tag,
anbei das Angebot.');
INSERT INTO "body" VALUES(11,'[["Jan\u00e9 Doe", "jane@example.com"]]','[]','[]','[]','Guten Tag,
anbei das **Angebot**.','<p>Guten Tag,<br>anbei das <strong>Angebot</strong>.</p>','Guten Tag,
anbei das Angebot.');
INSERT INTO "body" VALUES(12,'[["Jan\u00e9 Doe", "jane@example.com"]]','[]','[]','[]','Guten Tag,
anbei das **Angebot**.','<p>Guten Tag,<br>anbei das <strong>Angebot</strong>.</p>','Guten Tag,
anbei das Angebot.');
INSERT INTO "body" VALUES(13,'[["Jan\u00e9 Doe", "jane@example.com"]]','[]','[]','[]','Guten Tag,
anbei das **Angebot**.','<p>Guten Tag,<br>anbei das <strong>Angebot</strong>.</p>','Guten Tag,
anbei das Angebot.');
CREATE TABLE dispatcher (
	owner VARCHAR(200) NOT NULL, 
	seen_until DOUBLE NOT NULL, 
	PRIMARY KEY (owner)
);
INSERT INTO "dispatcher" VALUES('host:1234:1',1800000397.0);
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
	thread_id TEXT NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(workspace_id) REFERENCES workspace (id)
);
INSERT INTO "draft" VALUES('29e821a4-c748-43e3-9ba1-621582283d15',1,1.79537748519545030598e+09,'Jane <jane@exa','','','','Entwurf','half a sen','','','');
INSERT INTO "draft" VALUES('5eda92d8-64ac-4db9-9707-107e855c3844',NULL,1.79537748519848489765e+09,'','','','','Begun before connecting','Hello','','','');
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
INSERT INTO "draft_file" VALUES('29e821a4-c748-43e3-9ba1-621582283d15',0,'offer.pdf','application/pdf',15,'8a72e30abe31bee42c70db44f485a100d861846e72f66255fb4f5b69e8c70d5c',NULL);
INSERT INTO "draft_file" VALUES('29e821a4-c748-43e3-9ba1-621582283d15',1,'terms.pdf','application/pdf',NULL,NULL,'workspaces/7/terms.pdf');
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
	settled_at DOUBLE, 
	FOREIGN KEY(supersedes_id) REFERENCES message (id) ON DELETE SET NULL, 
	FOREIGN KEY(workspace_id) REFERENCES workspace (id), 
	UNIQUE (draft_id), 
	UNIQUE (idempotency_key), 
	UNIQUE (supersedes_id)
);
INSERT INTO "message" VALUES(1,1,'1e2feb89-414c-443c-9027-c4d1c386bbc4',NULL,1800000000.0,'sent',0,NULL,NULL,NULL,NULL,'78e51061-7311-48a3-82ce-6f447ed4d57b','e44bbe2e90928f8ea927a1769251dee68f5d70fdf8952de800da39c95d7efaae',549,1800000000.0,1,1,0,'Jané Doe <jane@example.com>, cc@example.com, Boss <boss@example.com>','Angebot für Müller','Guten Tag, anbei das Angebot.',2,'con_1','deal_1','thr_1',200,NULL,NULL,'req_1','gmail','m-1','t-1','now',1800000000.0);
INSERT INTO "message" VALUES(2,1,'e4b06ce6-0741-47a8-bce4-2c8218072e8c',NULL,1800000060.0,'queued',0,NULL,NULL,NULL,NULL,'9b810e76-6ec9-4286-a3ca-828dd5f4b3b2','bee627b116a2c1951dadc3cf426c3f5f0130af288596ae798f2f640daff25a4a',204,1800000060.0,1,1,0,'Пётр <petr@example.com>','Queued by Office','Guten Tag, anbei das Angebot.',0,'con_1',NULL,NULL,200,NULL,NULL,NULL,'office365','m-2','t-2','',1800000060.0);
INSERT INTO "message" VALUES(3,1,'cd447e35-b8b6-48fe-842e-3d437204e52d',NULL,1800000120.0,'failed',1,NULL,NULL,NULL,NULL,'1a2b8f1f-f1fd-42a2-9755-d4c13a902931','a3dbaf99f1ae0ad9cdc91768dca382a794ec0d8ee37060b9151dd8f7cb51ecf7',175,1800000120.0,1,1,0,'Jané Doe <jane@example.com>','Refused','Guten Tag, anbei das Angebot.',0,NULL,NULL,NULL,400,'VALIDATION_ERROR','The address is not known.','req_3',NULL,NULL,NULL,NULL,1800000120.0);
INSERT INTO "message" VALUES(4,1,'025b413f-8a9a-421e-a648-a7dd06839eb9',NULL,1800000180.0,'held',1,NULL,NULL,NULL,NULL,'afbd67f9-6196-49cf-a198-8ad9f06c144a','73bede85002a0ab3babbe9588449b834cabd935c7ed2ebed0a150704e36a4aac',180,1800000180.0,1,0,0,'Jané Doe <jane@example.com>','Limited once','Guten Tag, anbei das Angebot.',0,NULL,NULL,NULL,429,'missed','Too many.',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "message" VALUES(5,1,'8d88348a-7eed-4d14-b06d-3fef701966a0',NULL,1800000271.0,'unknown',0,NULL,NULL,NULL,NULL,'ad45f23d-3b1a-41df-987f-d2803bab6c39','bff96a7cb80f5934bd4bdd36d3ceff9cd3b5d685e1932c328797757c4b437b0b',180,1800000271.0,1,1,1,'Jané Doe <jane@example.com>','Perhaps sent','Guten Tag, anbei das Angebot.',0,NULL,NULL,NULL,NULL,'timeout','LeadLex did not answer in time (ReadTimeout).',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "message" VALUES(6,1,'ec148cb4-8e73-4a47-aa90-a8f0d66b829e',5,1800000274.0,'sent',0,NULL,NULL,NULL,NULL,'a11d459a-2f97-4d87-9999-9e3fa46d6753','bff96a7cb80f5934bd4bdd36d3ceff9cd3b5d685e1932c328797757c4b437b0b',180,1800000274.0,1,1,0,'Jané Doe <jane@example.com>','Perhaps sent','Guten Tag, anbei das Angebot.',0,NULL,NULL,NULL,200,NULL,NULL,NULL,'gmail','m-a11d459a-2f97-4d87-9999-9e3fa46d6753','t-1','now',1800000274.0);
INSERT INTO "message" VALUES(7,1,'e5446dd4-552b-42f6-be3e-dc0a1ef2a4f0',NULL,1800000334.0,'unknown',0,1800000336.0,NULL,NULL,NULL,'803468b6-b610-49f7-b927-0f4eb8b333a8','5bab3ebba090fc69e4262daa0d2110e4e72d6951f8a30bc808b7ff81bbbf0415',185,1800000334.0,1,1,1,'Jané Doe <jane@example.com>','To be asked again','Guten Tag, anbei das Angebot.',0,NULL,NULL,NULL,503,'server_error','LeadLex answered 503 (Service Unavailable) without an explanation.',NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "message" VALUES(8,1,'3099fdf5-ab99-454a-a901-e35cd47d380d',NULL,1800000334.0,'failed',0,NULL,NULL,NULL,NULL,'f9341c68-966b-4ea1-88be-ab134da98f1d','3d4478d0b2557584351388b195489ed31de79bc3c7000c1c55c9ede82540cbf9',184,1800000334.0,1,1,0,'Jané Doe <jane@example.com>','Refused and seen','Guten Tag, anbei das Angebot.',0,NULL,NULL,NULL,400,'VALIDATION_ERROR','No.',NULL,NULL,NULL,NULL,NULL,1800000334.0);
INSERT INTO "message" VALUES(9,1,'da711448-96c8-4a19-a4b2-d2bc815a47c5',NULL,1800000335.0,'held',0,1800605135.0,NULL,NULL,NULL,'be6521cc-3e24-44e3-baf0-27bc08d6af57','ada6b62aad37f8712d3eda2b7eb602aa85e993d7f38cdbaeb95b92b9f444e1d2',538,NULL,0,0,0,'Jané Doe <jane@example.com>, cc@example.com, Boss <boss@example.com>','Next week','Guten Tag, anbei das Angebot.',2,'con_1','deal_1','thr_1',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "message" VALUES(10,1,'aa2ca1af-6a10-4b75-a77f-6cbdcc22af58',NULL,1800000335.0,'held',0,1800003935.0,NULL,NULL,NULL,'e1fab9d7-8c7e-434f-9dfb-d3d12c4a3698','9981740693a6f7cb20dc2675293bf9f655c18c633b450add7cef144189861c71',178,NULL,0,0,0,'Jané Doe <jane@example.com>','In an hour','Guten Tag, anbei das Angebot.',0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "message" VALUES(11,1,'bcfbb050-acab-4a6b-869d-4bd8b3fa7aa7',NULL,1800000335.0,'held',0,1800000365.0,1800000365.0,NULL,NULL,'a9ec0806-705f-4a16-9622-bd795fec898f','5a072a17fb674137c2ce65fc752d93ce99a02c8a7514a149185124514fb52395',183,NULL,0,0,0,'Jané Doe <jane@example.com>','Could be undone','Guten Tag, anbei das Angebot.',0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "message" VALUES(12,2,'78255d68-0792-4986-bb96-8a437d5c8dfc',NULL,1800000335.0,'held',0,1800900335.0,NULL,NULL,NULL,'d92a4aa2-b410-493c-8efb-c8d60b21fbac','0000000000000000000000000000000000000000000000000000000000000000',1,NULL,0,0,0,'Jané Doe <jane@example.com>','Another workspace','Guten Tag, anbei das Angebot.',0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "message" VALUES(13,1,'9403560d-97da-438d-9d64-3c25fbb230bb',NULL,1800000335.0,'sending',0,NULL,NULL,'host:1234:1',1800000397.0,'2b28fef0-2b9c-414e-a5ac-06d864c2f2e3','14b6cd0738ce5c54d9838750cfda5411af139d267a945676b03533b55cc2cfb9',184,1800000337.0,1,1,0,'Jané Doe <jane@example.com>','Killed under way','Guten Tag, anbei das Angebot.',0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
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
INSERT INTO "message_file" VALUES(1,0,'offer.pdf','application/pdf',15,'8a72e30abe31bee42c70db44f485a100d861846e72f66255fb4f5b69e8c70d5c',NULL);
INSERT INTO "message_file" VALUES(1,1,'terms.pdf','application/pdf',NULL,NULL,'workspaces/7/terms.pdf');
INSERT INTO "message_file" VALUES(9,0,'offer.pdf','application/pdf',15,'8a72e30abe31bee42c70db44f485a100d861846e72f66255fb4f5b69e8c70d5c',NULL);
INSERT INTO "message_file" VALUES(9,1,'terms.pdf','application/pdf',NULL,NULL,'workspaces/7/terms.pdf');
CREATE TABLE workspace (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	fingerprint VARCHAR(64) NOT NULL, 
	practice BOOLEAN NOT NULL, 
	created_at DOUBLE NOT NULL, 
	undo_seconds INTEGER DEFAULT '10' NOT NULL, 
	paused_until DOUBLE, 
	calls_limit INTEGER, 
	calls_remaining INTEGER, 
	calls_reset_at DOUBLE, 
	UNIQUE (fingerprint)
);
INSERT INTO "workspace" VALUES(1,'6f284180f348aaa2df54b7ffb75895da8a8451c1b7dd2bec95155e6bb7bc92b1',0,1.79537748490016770366e+09,30,1800000210.0,1000,990,1800086000.0);
INSERT INTO "workspace" VALUES(2,'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',1,1.79537748520010972019e+09,10,NULL,NULL,NULL,NULL);
CREATE INDEX draft_by_workspace ON draft (workspace_id, updated_at);
CREATE INDEX message_by_contact ON message (workspace_id, contact_id, id) WHERE contact_id IS NOT NULL;
CREATE INDEX message_by_deal ON message (workspace_id, deal_id, id) WHERE deal_id IS NOT NULL;
CREATE INDEX message_by_status ON message (workspace_id, status, id);
CREATE INDEX message_by_thread ON message (workspace_id, thread_id, id) WHERE thread_id IS NOT NULL;
CREATE INDEX message_by_workspace ON message (workspace_id, id);
CREATE INDEX message_needing_you ON message (workspace_id, id) WHERE needs_you;
CREATE INDEX message_open ON message (due_at, id) WHERE status IN ('held', 'sending', 'unknown');
CREATE INDEX ix_draft_file_sha256 ON draft_file (sha256);
CREATE INDEX ix_message_file_sha256 ON message_file (sha256);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('workspace',2);
INSERT INTO "sqlite_sequence" VALUES('message',13);
COMMIT;
