//go:build !unix

package gazetteer

import "os"

// mapFile reads a file whole where the system has no memory maps of ours.
func mapFile(path string) ([]byte, func() error, error) {
	file, err := os.ReadFile(path)
	return file, func() error { return nil }, err
}
