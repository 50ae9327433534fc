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
	places       []string // allCountries or one a country
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

// findDump lists the files of the dump in a folder by their official names:
// plain, .gz or .zip. A file that lies there in several forms is read once.
// Names of single countries are those of the folder alternatenames, as on the
// server, or XX.alternate.txt.
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
		return d, geo.Invalid(folder, "no GeoNames dump in it: allCountries or XX as .txt, .txt.gz or .zip")
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

// dumpForms are the endings of a file's name, the one that is read first if
// there are several.
var dumpForms = []string{".txt", ".txt.gz", ".gz", ".zip"}

func eachDumpFile(folder string, yield func(stem, path string)) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	forms := map[string]string{}
	for _, e := range entries {
		for rank, form := range dumpForms {
			stem, ok := strings.CutSuffix(e.Name(), form)
			if !ok || e.IsDir() {
				continue
			}
			if have, twice := forms[stem]; !twice || rank < slices.Index(dumpForms, have[len(stem):]) {
				forms[stem] = e.Name()
			}
			break
		}
	}
	for _, e := range entries {
		for stem, name := range forms {
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

// openDump opens a file of a dump and undoes its compression. read counts bytes
// of the file itself.
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

// openZip opens the largest text of an archive; beside it there is a readme or a
// list of language codes.
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
		return nil, errors.New("archive holds no .txt")
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

// maxLine bounds a line of a dump in bytes. The longest of the official one,
// with all names of a country, have about 15,000.
const maxLine = 1 << 18

// eachLine calls yield with each line of r and its number, without its end. A
// line that is too long is given as nil. Errors name path and line.
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
			return fmt.Errorf("%s:%d: file is cut or damaged: %w", path, n, err)
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
