package store

import (
	"errors"
	"io/fs"
	"os"
	"strings"

	"newsmap/geo"
)

// SchemeSQLite is the scheme of stores in a SQLite file.
const SchemeSQLite = "sqlite"

// URLForms lists the forms of URL that this build can open, for help texts and errors.
const URLForms = "sqlite:PATH"

// URL says where stories are kept. It is the one place that knows the forms of the
// --store flag.
type URL struct {
	Scheme string // SchemeSQLite
	Path   string // the file
}

// SQLiteURL returns the URL of the store in the SQLite file at path.
func SQLiteURL(path string) URL { return URL{SchemeSQLite, path} }

// ParseURL reads the URL of a store: "sqlite:PATH", with the scheme in either case. The
// error wraps geo.ErrInvalid and names "store". It never repeats the URL, which may
// contain a password.
func ParseURL(raw string) (URL, error) {
	scheme, path, found := strings.Cut(raw, ":")
	if !found {
		return URL{}, geo.Invalid("store", "has no scheme; write it as %s", URLForms)
	}
	switch scheme = strings.ToLower(scheme); scheme {
	case SchemeSQLite:
		if path == "" {
			return URL{}, geo.Invalid("store", "names no file; write it as %s", URLForms)
		}
		return SQLiteURL(path), nil
	case "postgres", "postgresql":
		return URL{}, geo.Invalid("store", "has the scheme %s, but this build keeps stories in SQLite only; use %s", scheme, URLForms)
	}
	return URL{}, geo.Invalid("store", "has an unknown scheme; use %s", URLForms)
}

// String returns the URL in the form that ParseURL reads.
func (u URL) String() string { return u.Scheme + ":" + u.Path }

// JobsPath is the file that the jobs of the store are kept in, next to the stories: one
// database file for both would have one writer at a time for both.
func (u URL) JobsPath() string { return u.Path + "-jobs" }

// Exists reports whether there is a store at the URL. Where that cannot be known without
// opening it, it reports true.
func (u URL) Exists() bool {
	_, err := os.Stat(u.Path)
	return !errors.Is(err, fs.ErrNotExist)
}
