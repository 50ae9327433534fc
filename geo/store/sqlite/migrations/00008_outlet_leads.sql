-- +goose Up

-- A filter by outlet needs the primary story of each story that it finds.
DROP INDEX stories_outlet;
DROP INDEX stories_domain;
CREATE INDEX stories_outlet ON stories (outlet_key, lead);
CREATE INDEX stories_domain ON stories (domain, lead);

-- +goose Down
DROP INDEX stories_domain;
DROP INDEX stories_outlet;
CREATE INDEX stories_outlet ON stories (outlet_key);
CREATE INDEX stories_domain ON stories (domain);
