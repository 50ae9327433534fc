-- +goose Up

-- The number of the newest change to a story.
CREATE TABLE revision (
    one    INTEGER PRIMARY KEY CHECK (one = 1),
    number INTEGER NOT NULL
) STRICT;

INSERT INTO revision (one, number) VALUES (1, 0);

-- At which revision a story was made and when it last changed; 0 is before
-- revisions were counted.
ALTER TABLE stories ADD COLUMN created  INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stories ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;

CREATE INDEX stories_revision ON stories (revision) WHERE revision > 0;

-- Stories that are gone, kept for a while so that who shows them learns it.
CREATE TABLE deleted (
    revision INTEGER PRIMARY KEY,
    id       TEXT    NOT NULL UNIQUE,
    at       INTEGER NOT NULL
) STRICT;

-- +goose Down
DROP TABLE deleted;
DROP INDEX stories_revision;
ALTER TABLE stories DROP COLUMN revision;
ALTER TABLE stories DROP COLUMN created;
DROP TABLE revision;
