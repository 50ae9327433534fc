-- +goose Up

-- Copies of a report are stories of their own, folded under the one that was there
-- first: "lead" is its number, 0 for a story that is no copy; "copies" is how many
-- it has. Lists show what is no copy, so the index of their order holds only that.
ALTER TABLE stories ADD COLUMN lead   INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stories ADD COLUMN copies INTEGER NOT NULL DEFAULT 0;

DROP INDEX stories_order;
CREATE UNIQUE INDEX stories_order ON stories (ordered DESC, id) WHERE lead = 0;
CREATE INDEX stories_lead ON stories (lead) WHERE lead > 0;

-- What finds a text that may be a copy: keys made of its words (package
-- similarity), and the hour since 1970 by which the story is ordered. Stories from
-- before this table have none, and are found no more within a week.
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
