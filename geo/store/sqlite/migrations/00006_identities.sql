-- +goose Up

-- Further ids under which a story is known: of its address, of a feed item's guid,
-- and those of stories that turned out to be the same one.
CREATE TABLE names (
    id    TEXT    NOT NULL PRIMARY KEY,
    story INTEGER NOT NULL REFERENCES stories (n) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX names_story ON names (story);

-- Titles that a story had until a time.
CREATE TABLE titles (
    story INTEGER NOT NULL REFERENCES stories (n) ON DELETE CASCADE,
    title TEXT    NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (story, title)
) STRICT, WITHOUT ROWID;

-- The lead image's address, and the publisher's points as a JSON list of
-- [lon, lat], empty if there is none. They lie beside the text, as only a whole
-- story shows them.
ALTER TABLE texts ADD COLUMN image  TEXT NOT NULL DEFAULT '';
ALTER TABLE texts ADD COLUMN points TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE texts DROP COLUMN points;
ALTER TABLE texts DROP COLUMN image;
DROP TABLE titles;
DROP TABLE names;
