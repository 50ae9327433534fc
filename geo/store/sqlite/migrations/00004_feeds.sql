-- +goose Up

-- One row a feed that is followed. Numbers are never given twice, so that the
-- state of a removed feed cannot land on another. Times are microseconds since
-- 1970, the interval is microseconds, warnings are a JSON list.
CREATE TABLE feeds (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    url           TEXT    NOT NULL UNIQUE,
    title         TEXT    NOT NULL,
    home          TEXT    NOT NULL,
    folder        TEXT    NOT NULL,
    added         INTEGER NOT NULL,
    etag          TEXT    NOT NULL,
    last_modified TEXT    NOT NULL,
    interval      INTEGER NOT NULL,
    due           INTEGER NOT NULL,
    fetched       INTEGER NOT NULL,
    changed       INTEGER NOT NULL,
    items         INTEGER NOT NULL,
    failures      INTEGER NOT NULL,
    error         TEXT    NOT NULL,
    warnings      TEXT    NOT NULL,
    gone          INTEGER NOT NULL
) STRICT;

CREATE INDEX feeds_due ON feeds (due, id) WHERE gone = 0;

-- The forms of items that a feed has brought: digests of what it identifies the
-- item by and of what it says about it, and when it was last read so. An item may
-- have several forms at once, as some feeds give one guid to many.
CREATE TABLE feed_items (
    feed   INTEGER NOT NULL REFERENCES feeds (id) ON DELETE CASCADE,
    key    BLOB    NOT NULL,
    digest BLOB    NOT NULL,
    seen   INTEGER NOT NULL,
    PRIMARY KEY (feed, key, digest)
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE feed_items;
DROP TABLE feeds;
