-- +goose Up

-- Stories by fetch time, for queries that limit it.
CREATE INDEX stories_received ON stories (fetched) WHERE lead = 0;

-- +goose Down
DROP INDEX stories_received;
