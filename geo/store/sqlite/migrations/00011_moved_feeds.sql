-- +goose Up

-- Former addresses of feeds that have moved permanently, so that a list with an old
-- address still means the same feed.
CREATE TABLE moved_feeds (
    url  TEXT    NOT NULL PRIMARY KEY,
    feed INTEGER NOT NULL REFERENCES feeds (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX moved_feeds_feed ON moved_feeds (feed);

-- +goose Down
DROP TABLE moved_feeds;
