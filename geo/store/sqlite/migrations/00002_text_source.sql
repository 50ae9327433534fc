-- +goose Up

-- Where the text of a fetched story comes from: page, feed or headline. It is empty for
-- a story from a file or the API.
ALTER TABLE stories ADD COLUMN text_source TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE stories DROP COLUMN text_source;
