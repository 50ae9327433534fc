-- +goose Up

-- Answers of online services, by a hash of the question, until they expire.
CREATE TABLE answers (
    key     TEXT    NOT NULL PRIMARY KEY,
    value   BLOB    NOT NULL,
    expires INTEGER NOT NULL
) STRICT;

CREATE INDEX answers_expires ON answers (expires);

-- +goose Down
DROP TABLE answers;
