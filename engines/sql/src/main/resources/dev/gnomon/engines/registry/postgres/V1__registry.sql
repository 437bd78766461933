CREATE TABLE model_version (
  use_case TEXT NOT NULL,
  version INTEGER NOT NULL,
  bundle_hash TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  passed BOOLEAN NOT NULL,
  summary TEXT NOT NULL,
  PRIMARY KEY (use_case, version),
  UNIQUE (use_case, bundle_hash)
);
CREATE TABLE ledger (
  sequence BIGINT PRIMARY KEY,
  at BIGINT NOT NULL,
  kind TEXT NOT NULL,
  use_case TEXT NOT NULL,
  subject TEXT NOT NULL,
  content TEXT NOT NULL,
  who TEXT NOT NULL,
  why TEXT NOT NULL,
  hash TEXT NOT NULL
);
CREATE INDEX ledger_by_subject ON ledger (kind, use_case, subject, sequence);
CREATE INDEX ledger_by_time ON ledger (at, sequence);
CREATE INDEX ledger_by_use_case ON ledger (use_case, kind, sequence);
CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%', TG_ARGV[0];
END $$;
CREATE TRIGGER ledger_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse('the ledger is append-only');
CREATE TRIGGER version_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON model_version
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse('a version never changes');
