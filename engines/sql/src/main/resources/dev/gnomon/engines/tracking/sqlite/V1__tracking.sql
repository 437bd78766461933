-- Times are milliseconds since the epoch, flags 0 or 1. Rows that belong to a run name no foreign key:
-- they are written under the lock of their run only, and the check of each would cost as much as the row.

CREATE TABLE study (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  location TEXT NOT NULL,
  deleted INTEGER NOT NULL,
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL
) STRICT;

CREATE TABLE study_tag (
  study INTEGER NOT NULL REFERENCES study,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (study, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE run (
  id INTEGER PRIMARY KEY,
  uuid TEXT NOT NULL UNIQUE,
  study INTEGER NOT NULL REFERENCES study,
  name TEXT NOT NULL,
  user_name TEXT NOT NULL,
  status TEXT NOT NULL,
  started INTEGER NOT NULL,
  ended INTEGER,
  uri TEXT NOT NULL,
  deleted INTEGER NOT NULL
) STRICT;
CREATE INDEX run_by_start ON run (study, deleted, started DESC, uuid);

-- The keys of metrics, parameters and tags, each stored once.
CREATE TABLE name (
  id INTEGER PRIMARY KEY,
  text TEXT NOT NULL UNIQUE
) STRICT;

-- Every point. A NaN is (1, 0.0), so that it can stand in a key.
CREATE TABLE metric (
  run INTEGER NOT NULL,
  name INTEGER NOT NULL,
  at INTEGER NOT NULL,
  step INTEGER NOT NULL,
  nan INTEGER NOT NULL,
  value REAL NOT NULL,
  logged_model TEXT,
  dataset TEXT,
  digest TEXT,
  PRIMARY KEY (run, name, at, step, nan, value)
) STRICT, WITHOUT ROWID;

-- The greatest point of each key by step, time, value. A NaN is null. The study is that of the run,
-- so that one index finds and orders the runs of a study by the value of a metric.
CREATE TABLE latest (
  run INTEGER NOT NULL,
  name INTEGER NOT NULL,
  study INTEGER NOT NULL,
  value REAL,
  at INTEGER NOT NULL,
  step INTEGER NOT NULL,
  logged_model TEXT,
  dataset TEXT,
  digest TEXT,
  PRIMARY KEY (run, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX latest_by_value ON latest (study, name, value, run);

CREATE TABLE param (
  run INTEGER NOT NULL,
  name INTEGER NOT NULL,
  study INTEGER NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (run, name)
) STRICT, WITHOUT ROWID;
-- The head of a value, for a whole one may be too long for an index.
CREATE INDEX param_by_value ON param (study, name, substr(value, 1, 200), run);

CREATE TABLE run_tag (
  run INTEGER NOT NULL,
  name INTEGER NOT NULL,
  study INTEGER NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (run, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_tag_by_value ON run_tag (study, name, substr(value, 1, 200), run);

CREATE TABLE dataset (
  id INTEGER PRIMARY KEY,
  study INTEGER NOT NULL REFERENCES study,
  name TEXT NOT NULL,
  digest TEXT NOT NULL,
  source_type TEXT NOT NULL,
  source TEXT NOT NULL,
  schema TEXT,
  profile TEXT,
  UNIQUE (study, name, digest)
) STRICT;

CREATE TABLE run_input (
  run INTEGER NOT NULL REFERENCES run,
  dataset INTEGER NOT NULL REFERENCES dataset,
  PRIMARY KEY (run, dataset)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_input_by_dataset ON run_input (dataset, run);

CREATE TABLE run_input_tag (
  run INTEGER NOT NULL,
  dataset INTEGER NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (run, dataset, name)
) STRICT, WITHOUT ROWID;

-- Logged models that a run read.
CREATE TABLE run_model (
  run INTEGER NOT NULL REFERENCES run,
  logged_model TEXT NOT NULL,
  PRIMARY KEY (run, logged_model)
) STRICT, WITHOUT ROWID;

-- Logged models that a run made.
CREATE TABLE run_output (
  run INTEGER NOT NULL REFERENCES run,
  logged_model TEXT NOT NULL,
  step INTEGER NOT NULL,
  PRIMARY KEY (run, logged_model)
) STRICT, WITHOUT ROWID;

CREATE TABLE model (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  user_name TEXT NOT NULL,
  description TEXT NOT NULL,
  next_version INTEGER NOT NULL
) STRICT;
CREATE INDEX model_by_update ON model (updated, name);

CREATE TABLE model_tag (
  model INTEGER NOT NULL REFERENCES model,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (model, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE version (
  id INTEGER PRIMARY KEY,
  model INTEGER NOT NULL REFERENCES model,
  number INTEGER NOT NULL,
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  user_name TEXT NOT NULL,
  stage TEXT NOT NULL,
  description TEXT NOT NULL,
  source TEXT NOT NULL,
  storage TEXT NOT NULL,
  run TEXT,
  run_link TEXT,
  status TEXT NOT NULL,
  status_message TEXT NOT NULL,
  logged_model TEXT,
  UNIQUE (model, number)
) STRICT;
CREATE INDEX version_by_update ON version (updated, id);
CREATE INDEX version_by_stage ON version (model, stage, number);
CREATE INDEX version_by_run ON version (run);
CREATE INDEX version_by_logged_model ON version (logged_model);

CREATE TABLE version_tag (
  version INTEGER NOT NULL REFERENCES version,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (version, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE alias (
  model INTEGER NOT NULL REFERENCES model,
  name TEXT NOT NULL,
  version INTEGER NOT NULL REFERENCES version,
  PRIMARY KEY (model, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX alias_by_version ON alias (version);

CREATE TABLE logged_model (
  id INTEGER PRIMARY KEY,
  uuid TEXT NOT NULL UNIQUE,
  study INTEGER NOT NULL REFERENCES study,
  name TEXT NOT NULL,
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  uri TEXT NOT NULL,
  status TEXT NOT NULL,
  kind TEXT,
  run TEXT,
  deleted INTEGER NOT NULL
) STRICT;
CREATE INDEX logged_model_by_creation ON logged_model (study, deleted, created, uuid);

CREATE TABLE logged_model_tag (
  model INTEGER NOT NULL REFERENCES logged_model,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (model, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE logged_model_param (
  model INTEGER NOT NULL REFERENCES logged_model,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (model, name)
) STRICT, WITHOUT ROWID;

-- Points measured on a logged model, once more than in metric: there the data set is not part of
-- the key. Without a data set the two texts are empty.
CREATE TABLE logged_model_metric (
  model INTEGER NOT NULL REFERENCES logged_model,
  name INTEGER NOT NULL,
  dataset TEXT NOT NULL,
  digest TEXT NOT NULL,
  step INTEGER NOT NULL,
  at INTEGER NOT NULL,
  nan INTEGER NOT NULL,
  value REAL NOT NULL,
  run TEXT NOT NULL,
  PRIMARY KEY (model, name, dataset, digest, step, at, nan, value, run)
) STRICT, WITHOUT ROWID;
