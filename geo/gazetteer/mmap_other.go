//go:build !unix

package gazetteer

import "os"

// mapFile reads the complete file, because memory maps are only implemented on
// Unix.
func mapFile(path string) ([]byte, func() error, error) {
	file, err := os.ReadFile(path)
	return file, func() error { return nil }, err
}
