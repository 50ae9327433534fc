-- +goose Up

-- One row for each followed feed. Ids are never used again, so that the state of a
-- removed feed cannot be saved to another. Times are microseconds since 1970, the
-- interval is in microseconds, warnings are a JSON list.
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

-- The known items of feeds: hashes of the item's identifier and of its content, and when
-- it was last fetched. An identifier may occur with several contents, because some feeds
-- use one guid for several items.
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
