-- +goose Up

-- Further ids of a story: the id of its address, of a feed item's guid, and the ids of
-- stories that were merged into it.
CREATE TABLE names (
    id    TEXT    NOT NULL PRIMARY KEY,
    story INTEGER NOT NULL REFERENCES stories (n) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX names_story ON names (story);

-- Earlier titles of a story, each with the time at which it was replaced.
CREATE TABLE titles (
    story INTEGER NOT NULL REFERENCES stories (n) ON DELETE CASCADE,
    title TEXT    NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (story, title)
) STRICT, WITHOUT ROWID;

-- The address of the main image, and the publisher's points as a JSON list of
-- [lon, lat], empty if there is none. They are in the table of texts because only the
-- page of a story shows them.
ALTER TABLE texts ADD COLUMN image  TEXT NOT NULL DEFAULT '';
ALTER TABLE texts ADD COLUMN points TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE texts DROP COLUMN points;
ALTER TABLE texts DROP COLUMN image;
DROP TABLE titles;
DROP TABLE names;
