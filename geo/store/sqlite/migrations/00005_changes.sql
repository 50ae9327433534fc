-- +goose Up

-- The revision of the newest change of a story.
CREATE TABLE revision (
    one    INTEGER PRIMARY KEY CHECK (one = 1),
    number INTEGER NOT NULL
) STRICT;

INSERT INTO revision (one, number) VALUES (1, 0);

-- The revisions at which a story was created and last changed; 0 for stories stored
-- before there were revisions.
ALTER TABLE stories ADD COLUMN created  INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stories ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;

CREATE INDEX stories_revision ON stories (revision) WHERE revision > 0;

-- The log of deleted stories. Old entries are removed.
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
