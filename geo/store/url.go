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

// URLForms is the form of URL that this build can open, for help texts and errors.
const URLForms = "sqlite:PATH"

// URL is the location of a store.
type URL struct {
	Scheme string // SchemeSQLite
	Path   string // path of the file
}

// SQLiteURL returns the URL of the store in the SQLite file at path.
func SQLiteURL(path string) URL { return URL{SchemeSQLite, path} }

// ParseURL reads the URL of a store: "sqlite:PATH". The scheme is case-insensitive. The
// error wraps geo.ErrInvalid and names "store". It never contains the URL, which may
// contain a password.
func ParseURL(raw string) (URL, error) {
	scheme, path, found := strings.Cut(raw, ":")
	if !found {
		return URL{}, geo.Invalid("store", "has no scheme; write it as %s", URLForms)
	}
	switch scheme = strings.ToLower(scheme); scheme {
	case SchemeSQLite:
		if path == "" {
			return URL{}, geo.Invalid("store", "has no path; write it as %s", URLForms)
		}
		return SQLiteURL(path), nil
	case "postgres", "postgresql":
		return URL{}, geo.Invalid("store", "has the scheme %s, but this build supports only SQLite; use %s", scheme, URLForms)
	}
	return URL{}, geo.Invalid("store", "has an unknown scheme; use %s", URLForms)
}

// String returns the URL in the form that ParseURL reads.
func (u URL) String() string { return u.Scheme + ":" + u.Path }

// JobsPath returns the path of the file that contains the store's jobs. It is separate
// from the stories because a SQLite file allows only one writer at a time.
func (u URL) JobsPath() string { return u.Path + "-jobs" }

// Exists reports whether there is a store at u. It returns true if that cannot be
// determined without opening it.
func (u URL) Exists() bool {
	_, err := os.Stat(u.Path)
	return !errors.Is(err, fs.ErrNotExist)
}
