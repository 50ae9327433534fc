package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrate updates the schema to this build's version. It returns an error for a file of
// another application or of a newer newsmap.
func migrate(ctx context.Context, db *sql.DB, logger *slog.Logger) error {
	if err := claim(ctx, db); err != nil {
		return err
	}
	provider, err := newProvider(db, logger)
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	current, target, err := provider.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("schema version: %w", err)
	}
	if current > target {
		return newerError(current, target)
	}
	results, err := provider.Up(ctx)
	if err != nil {
		// Another process may have migrated the same new file first.
		if now, e := provider.GetDBVersion(ctx); e == nil && now == target {
			return nil
		}
		return fmt.Errorf("migrate: %w", err)
	}
	switch {
	case len(results) == 0:
	case current == 0:
		logger.DebugContext(ctx, "created store", "version", target)
	default:
		logger.InfoContext(ctx, "migrated store", "from", current, "to", target)
	}
	return nil
}

func newerError(current, target int64) error {
	return fmt.Errorf("its schema has version %d, but this newsmap supports up to %d; use the newer newsmap that wrote it", current, target)
}

var errForeign = errors.New("is an SQLite database of another program; choose another path")

func newProvider(db *sql.DB, logger *slog.Logger) (*goose.Provider, error) {
	folder, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectSQLite3, db, folder, goose.WithDisableGlobalRegistry(true), goose.WithSlog(logger))
}

// claim sets the application id of an empty file. It returns an error for a file with
// content and another application id.
func claim(ctx context.Context, db *sql.DB) error {
	var id, tables int
	if err := db.QueryRowContext(ctx, "PRAGMA application_id").Scan(&id); err != nil {
		return err
	}
	if id == applicationID {
		return nil
	}
	if err := db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil {
		return err
	}
	if id != 0 || tables > 0 {
		return errForeign
	}
	_, err := db.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d", applicationID))
	return err
}
