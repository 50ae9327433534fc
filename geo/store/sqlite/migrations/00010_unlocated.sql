-- +goose Up

-- Stories that stand nowhere on the map, for the list of them.
CREATE INDEX stories_unlocated ON stories (ordered DESC, id) WHERE located = 0;

-- +goose Down
DROP INDEX stories_unlocated;
