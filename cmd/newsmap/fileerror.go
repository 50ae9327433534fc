package main

import (
	"errors"
	"fmt"
	"io/fs"
)

// fileError reports a file that cannot be used: the setting that names it, the file
// and the reason.
func fileError(setting string, err error) error {
	var path *fs.PathError
	switch {
	case !errors.As(err, &path):
		return fmt.Errorf("%s: %w", setting, err)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s: there is no file %s", setting, path.Path)
	}
	return fmt.Errorf("%s: %s: %w", setting, path.Path, path.Err)
}
