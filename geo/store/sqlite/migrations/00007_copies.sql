-- +goose Up

-- Duplicates are stories of their own, grouped under their primary story. "lead" is the
-- number of the primary story, or 0 for a story that is not a duplicate. "copies" is the
-- number of a story's duplicates. Lists show only stories that are not duplicates, so
-- the index for their order contains only those.
ALTER TABLE stories ADD COLUMN lead   INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stories ADD COLUMN copies INTEGER NOT NULL DEFAULT 0;

DROP INDEX stories_order;
CREATE UNIQUE INDEX stories_order ON stories (ordered DESC, id) WHERE lead = 0;
CREATE INDEX stories_lead ON stories (lead) WHERE lead > 0;

-- Fingerprints that find possible duplicates: keys made from the words of a text
-- (package similarity), and the time by which the story is ordered, in hours since 1970.
-- Stories from before this table have none until Store.CatchUp adds them.
CREATE TABLE prints (
    key   INTEGER NOT NULL,
    hour  INTEGER NOT NULL,
    story INTEGER NOT NULL,
    PRIMARY KEY (key, hour, story)
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE prints;
DROP INDEX stories_lead;
DROP INDEX stories_order;
CREATE UNIQUE INDEX stories_order ON stories (ordered DESC, id);
ALTER TABLE stories DROP COLUMN copies;
ALTER TABLE stories DROP COLUMN lead;
