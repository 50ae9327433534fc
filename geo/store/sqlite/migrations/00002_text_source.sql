-- +goose Up

-- Where a fetched story's text is from: page, feed or headline; empty for one
-- that was given.
ALTER TABLE stories ADD COLUMN text_source TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE stories DROP COLUMN text_source;
