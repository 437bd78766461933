-- The head of a value as a column of its own: Postgres answers from an index alone only if every column
-- is in it, and a whole value may be too long for that. So searches for texts need not visit the table.
ALTER TABLE param ADD COLUMN head TEXT COLLATE "C" GENERATED ALWAYS AS (substr(value, 1, 200)) STORED;
DROP INDEX param_by_value;
CREATE INDEX param_by_value ON param (study, name, head, run);

ALTER TABLE run_tag ADD COLUMN head TEXT COLLATE "C" GENERATED ALWAYS AS (substr(value, 1, 200)) STORED;
DROP INDEX run_tag_by_value;
CREATE INDEX run_tag_by_value ON run_tag (study, name, head, run);
