-- +goose Up

-- The range of stories from before version 7 that are not yet compared with others:
-- numbers greater than "done" up to "last", last changed before the time "before". The
-- row is deleted when all are compared. "before" is a day later than the migration to
-- version 7, because a clock may have been set back since.
CREATE TABLE uncompared (
    one    INTEGER PRIMARY KEY CHECK (one = 1),
    done   INTEGER NOT NULL,
    last   INTEGER NOT NULL,
    before INTEGER NOT NULL
) STRICT;

INSERT INTO uncompared (one, done, last, before)
SELECT 1, 0, max(n), coalesce((SELECT max(unixepoch(tstamp)) FROM goose_db_version WHERE version_id = 7), unixepoch()) * 1000000 + 86400000000
FROM stories HAVING max(n) IS NOT NULL;

-- +goose Down
DROP TABLE uncompared;
