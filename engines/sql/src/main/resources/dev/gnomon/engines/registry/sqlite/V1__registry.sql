CREATE TABLE model_version (
  use_case TEXT NOT NULL,
  version INTEGER NOT NULL,
  bundle_hash TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  passed INTEGER NOT NULL,
  summary TEXT NOT NULL,
  PRIMARY KEY (use_case, version),
  UNIQUE (use_case, bundle_hash)
) STRICT;
CREATE TABLE ledger (
  sequence INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  use_case TEXT NOT NULL,
  subject TEXT NOT NULL,
  content TEXT NOT NULL,
  who TEXT NOT NULL,
  why TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;
CREATE INDEX ledger_by_subject ON ledger (kind, use_case, subject, sequence);
CREATE TABLE run (
  id TEXT PRIMARY KEY,
  study TEXT NOT NULL,
  name TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  finished_at INTEGER,
  status TEXT NOT NULL,
  params TEXT NOT NULL,
  metrics TEXT NOT NULL
) STRICT;
CREATE INDEX run_by_study ON run (study, started_at, id);
CREATE TRIGGER ledger_kept BEFORE UPDATE ON ledger
  BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_whole BEFORE DELETE ON ledger
  BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER version_kept BEFORE UPDATE ON model_version
  BEGIN SELECT RAISE(ABORT, 'a version never changes'); END;
CREATE TRIGGER version_whole BEFORE DELETE ON model_version
  BEGIN SELECT RAISE(ABORT, 'a version never changes'); END;
