-- +goose Up

-- Stories from before copies were compared (version 7) that are still to be: those up
-- to the number "last" that were last changed before the given time, of which those up
-- to "done" are through. The row goes when all are. Clocks may have been put back
-- since, hence the day.
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
