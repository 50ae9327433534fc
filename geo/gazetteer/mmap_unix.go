//go:build unix

package gazetteer

import (
	"fmt"
	"os"

	"newsmap/geo"

	"golang.org/x/sys/unix"
)

// mapFile maps a file into memory, read-only. The returned function unmaps it.
func mapFile(path string) ([]byte, func() error, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	stat, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	if !stat.Mode().IsRegular() || stat.Size() == 0 {
		return nil, nil, geo.Invalid(path, "is not a gazetteer index; compile one with: newsmap gazetteer compile")
	}
	file, err := unix.Mmap(int(f.Fd()), 0, int(stat.Size()), unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return nil, nil, fmt.Errorf("map %s: %w", path, err)
	}
	return file, func() error { return unix.Munmap(file) }, nil
}
