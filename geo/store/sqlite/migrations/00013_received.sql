-- +goose Up

-- Stories by when they were fetched, for what came in a part of time.
CREATE INDEX stories_received ON stories (fetched) WHERE lead = 0;

-- +goose Down
DROP INDEX stories_received;
