-- The head of a value as a column, as in Postgres. It is kept in the index only.
ALTER TABLE param ADD COLUMN head TEXT GENERATED ALWAYS AS (substr(value, 1, 200)) VIRTUAL;
DROP INDEX param_by_value;
CREATE INDEX param_by_value ON param (study, name, head, run);

ALTER TABLE run_tag ADD COLUMN head TEXT GENERATED ALWAYS AS (substr(value, 1, 200)) VIRTUAL;
DROP INDEX run_tag_by_value;
CREATE INDEX run_tag_by_value ON run_tag (study, name, head, run);
