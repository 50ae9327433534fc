-- +goose Up

-- Stories without locations, for their list.
CREATE INDEX stories_unlocated ON stories (ordered DESC, id) WHERE located = 0;

-- +goose Down
DROP INDEX stories_unlocated;
