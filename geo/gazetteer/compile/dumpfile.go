package compile

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"newsmap/geo"
)

// dumpFiles are the files of a dump, each list in the order of the names.
type dumpFiles struct {
	places       []string // allCountries, or one file for each country
	alternates   []string
	admin1       []string
	admin2       []string
	hierarchy    []string
	featureCodes []string
}

var (
	placesFile    = regexp.MustCompile(`^(allCountries|[A-Z]{2}|no-country|cities[0-9]+)$`)
	alternateFile = regexp.MustCompile(`^(alternateNames(V2)?|[A-Z]{2}\.alternate)$`)
)

// findDump returns the files of the dump in a folder by their official names: as
// .txt, .gz or .zip. It returns a file with several extensions once. Alternate names
// of single countries are in the folder alternatenames, as on the server, or in
// XX.alternate.txt.
func findDump(folder string) (dumpFiles, error) {
	var d dumpFiles
	err := eachDumpFile(folder, func(stem, path string) {
		switch {
		case placesFile.MatchString(stem):
			d.places = append(d.places, path)
		case alternateFile.MatchString(stem):
			d.alternates = append(d.alternates, path)
		case stem == "admin1CodesASCII":
			d.admin1 = append(d.admin1, path)
		case stem == "admin2Codes":
			d.admin2 = append(d.admin2, path)
		case stem == "hierarchy":
			d.hierarchy = append(d.hierarchy, path)
		case stem == "featureCodes_en" || stem == "featureCodes":
			d.featureCodes = append(d.featureCodes, path)
		}
	})
	if err != nil {
		return d, err
	}
	if len(d.places) == 0 {
		return d, geo.Invalid(folder, "contains no GeoNames dump; download allCountries or XX as .txt, .txt.gz or .zip")
	}
	err = eachDumpFile(filepath.Join(folder, "alternatenames"), func(stem, path string) {
		if placesFile.MatchString(stem) {
			d.alternates = append(d.alternates, path)
		}
	})
	if errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	return d, err
}

// dumpExtensions are the extensions of the files, in order of preference.
var dumpExtensions = []string{".txt", ".txt.gz", ".gz", ".zip"}

func eachDumpFile(folder string, yield func(stem, path string)) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	preferred := map[string]string{}
	for _, e := range entries {
		for rank, extension := range dumpExtensions {
			stem, ok := strings.CutSuffix(e.Name(), extension)
			if !ok || e.IsDir() {
				continue
			}
			if have, duplicate := preferred[stem]; !duplicate || rank < slices.Index(dumpExtensions, have[len(stem):]) {
				preferred[stem] = e.Name()
			}
			break
		}
	}
	for _, e := range entries {
		for stem, name := range preferred {
			if name == e.Name() {
				yield(stem, filepath.Join(folder, name))
			}
		}
	}
	return nil
}

func fileSize(path string) int64 {
	stat, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return stat.Size()
}

// openDump opens a file of a dump and decompresses it. read counts the bytes of the
// file itself.
func openDump(path string, read *int64) (io.ReadCloser, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	counted := &countedFile{f, read}
	var r io.ReadCloser
	switch {
	default:
		return counted, nil
	case strings.HasSuffix(path, ".gz"):
		r, err = gzip.NewReader(bufio.NewReaderSize(counted, 1<<16))
	case strings.HasSuffix(path, ".zip"):
		r, err = openZip(path, counted)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), f.Close())
	}
	return bothClosers{r, f}, nil
}

// openZip opens the largest text file of an archive, which may also contain a readme
// or a list of language codes.
func openZip(path string, f *countedFile) (io.ReadCloser, error) {
	archive, err := zip.NewReader(f, fileSize(path))
	if err != nil {
		return nil, err
	}
	var best *zip.File
	for _, entry := range archive.File {
		name := filepath.Base(entry.Name)
		if strings.HasSuffix(name, ".txt") && name != "readme.txt" && (best == nil || entry.UncompressedSize64 > best.UncompressedSize64) {
			best = entry
		}
	}
	if best == nil {
		return nil, errors.New("the archive contains no .txt file")
	}
	return best.Open()
}

type countedFile struct {
	*os.File
	read *int64
}

func (c *countedFile) Read(b []byte) (int, error) {
	n, err := c.File.Read(b)
	*c.read += int64(n)
	return n, err
}

func (c *countedFile) ReadAt(b []byte, at int64) (int, error) {
	n, err := c.File.ReadAt(b, at)
	*c.read += int64(n)
	return n, err
}

type bothClosers struct {
	io.ReadCloser
	file *os.File
}

func (b bothClosers) Close() error {
	return errors.Join(b.ReadCloser.Close(), b.file.Close())
}

// maxLine is the maximum length of a line in bytes. The longest lines of the official
// dump have about 15,000.
const maxLine = 1 << 18

// eachLine calls yield with the number of each line of r and the line without its
// end, or nil for a line that is too long. Errors name path and line.
func eachLine(ctx context.Context, path string, r io.Reader, yield func(n int, line []byte) error) error {
	lines := bufio.NewReaderSize(r, maxLine)
	for n := 1; ; n++ {
		if n%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		line, err := lines.ReadSlice('\n')
		long := false
		for errors.Is(err, bufio.ErrBufferFull) {
			long = true
			line, err = lines.ReadSlice('\n')
		}
		if err != nil && err != io.EOF {
			return fmt.Errorf("%s:%d: the file was cut off or damaged; download it again: %w", path, n, err)
		}
		end := err == io.EOF
		if line = bytes.TrimRight(line, "\r\n"); n == 1 {
			line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
		}
		if long {
			line = nil
		}
		if long || len(line) > 0 {
			if err := yield(n, line); err != nil {
				return err
			}
		}
		if end {
			return nil
		}
	}
}
