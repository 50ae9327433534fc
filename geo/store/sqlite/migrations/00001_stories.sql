-- +goose Up

-- One row for each story. Its long text is in a separate table, so that a scan in order
-- of publication reads few pages. "ordered" is the publication time, or the fetch time
-- if that is unknown. "outlet_key" and "lang_key" are the forms that are compared.
CREATE TABLE stories (
    n          INTEGER PRIMARY KEY,
    id         TEXT    NOT NULL UNIQUE,
    title      TEXT    NOT NULL,
    url        TEXT    NOT NULL,
    outlet     TEXT    NOT NULL,
    outlet_key TEXT    NOT NULL,
    domain     TEXT    NOT NULL,
    byline     TEXT    NOT NULL,
    lang       TEXT    NOT NULL,
    lang_key   TEXT    NOT NULL,
    published  INTEGER,
    fetched    INTEGER NOT NULL,
    updated    INTEGER NOT NULL,
    ordered    INTEGER NOT NULL,
    located    INTEGER NOT NULL,
    digest     BLOB    NOT NULL
) STRICT;

CREATE UNIQUE INDEX stories_order ON stories (ordered DESC, id);
CREATE INDEX stories_outlet ON stories (outlet_key);
CREATE INDEX stories_domain ON stories (domain);
CREATE INDEX stories_lang ON stories (lang_key);

CREATE TABLE texts (
    story INTEGER PRIMARY KEY REFERENCES stories (n) ON DELETE CASCADE,
    text  TEXT NOT NULL
) STRICT;

-- One row for each location, with all fields of its place, so that features need no
-- join.
CREATE TABLE locations (
    n            INTEGER PRIMARY KEY,
    story        INTEGER NOT NULL REFERENCES stories (n) ON DELETE CASCADE,
    seq          INTEGER NOT NULL,
    place_id     TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    lon          REAL    NOT NULL,
    lat          REAL    NOT NULL,
    feature_code TEXT    NOT NULL,
    country      TEXT    NOT NULL,
    country_name TEXT    NOT NULL,
    countries    TEXT    NOT NULL,
    admin1_code  TEXT    NOT NULL,
    admin1       TEXT    NOT NULL,
    admin2       TEXT    NOT NULL,
    population   INTEGER NOT NULL,
    prominence   REAL    NOT NULL,
    role         TEXT    NOT NULL,
    precision    TEXT    NOT NULL,
    confidence   REAL    NOT NULL,
    mentions     INTEGER NOT NULL,
    evidence     TEXT    NOT NULL
) STRICT;

CREATE UNIQUE INDEX locations_story ON locations (story, seq);
CREATE INDEX locations_place ON locations (place_id);
CREATE INDEX locations_country ON locations (country);
CREATE INDEX locations_spanning ON locations (countries, story) WHERE countries <> '';

-- Lists that only the page of a story shows, as JSON.
CREATE TABLE details (
    location   INTEGER PRIMARY KEY REFERENCES locations (n) ON DELETE CASCADE,
    toponyms   TEXT NOT NULL,
    reasons    TEXT NOT NULL,
    candidates TEXT NOT NULL
) STRICT;

-- Toponyms that were recognised but not resolved.
CREATE TABLE unlocated (
    story      INTEGER NOT NULL REFERENCES stories (n) ON DELETE CASCADE,
    seq        INTEGER NOT NULL,
    start      INTEGER NOT NULL,
    "end"      INTEGER NOT NULL,
    text       TEXT    NOT NULL,
    field      INTEGER NOT NULL,
    kind       INTEGER NOT NULL,
    confidence REAL    NOT NULL,
    lon        REAL,
    lat        REAL,
    PRIMARY KEY (story, seq)
) STRICT, WITHOUT ROWID;

-- The points of locations, by their n. The R*Tree uses 32-bit floats, rounded outward,
-- so its results are checked against the columns.
CREATE VIRTUAL TABLE points USING rtree (n, min_lon, max_lon, min_lat, max_lat);

-- The words of stories, by their n. English words are stemmed, so that "earthquake" also
-- finds "earthquakes".
CREATE VIRTUAL TABLE words USING fts5 (
    title, text, content = '', contentless_delete = 1, tokenize = 'porter unicode61 remove_diacritics 2'
);

-- +goose StatementBegin
CREATE TRIGGER stories_delete AFTER DELETE ON stories BEGIN
    DELETE FROM words WHERE rowid = old.n;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER locations_delete AFTER DELETE ON locations BEGIN
    DELETE FROM points WHERE n = old.n;
END;
-- +goose StatementEnd

-- +goose Down
DROP TABLE words;
DROP TABLE points;
DROP TABLE unlocated;
DROP TABLE details;
DROP TABLE locations;
DROP TABLE texts;
DROP TABLE stories;
