CREATE INDEX ledger_by_time ON ledger (at, sequence);
CREATE INDEX ledger_by_use_case ON ledger (use_case, kind, sequence);
