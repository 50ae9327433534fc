package compile

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"newsmap/geo"
	"newsmap/geo/gazetteer"
)

// Dump contains the inputs of an index of a GeoNames dump.
type Dump struct {
	// Folder contains the files of the dump under their official names: allCountries
	// or XX, and optionally alternateNamesV2, XX.alternate or alternatenames/XX,
	// admin1CodesASCII, admin2Codes, hierarchy and featureCodes_en, each as .txt,
	// .txt.gz, .gz or .zip.
	Folder string
	Base   *gazetteer.Index // to which the dump is added, or nil
}

// DumpReport describes an index that was compiled from a dump.
type DumpReport struct {
	Info      gazetteer.Info
	Rows      int           // number of valid rows of places
	Merged    int           // number of these that were merged with a place of the base or an earlier row
	Names     int           // number of alternate names
	Unmatched int           // number of these that belong to no place
	Ambiguous int           // number of names that are marked as ambiguous
	Skipped   int           // number of invalid rows
	Problems  []string      // the first problems of each file
	Duration  time.Duration // total
}

func (r DumpReport) String() string {
	var b strings.Builder
	for _, p := range r.Problems {
		fmt.Fprintln(&b, p)
	}
	if r.Skipped > len(r.Problems) {
		fmt.Fprintf(&b, "and %d more rows with such problems\n", r.Skipped-len(r.Problems))
	}
	fmt.Fprintf(&b, "%d rows, %d merged with other places, %d skipped; %d alternate names, %d of them of unknown places\n",
		r.Rows, r.Merged, r.Skipped, r.Names, r.Unmatched)
	fmt.Fprintf(&b, "%d places, %d names (%d ambiguous), %d keys, %d outlets: %d bytes in %s",
		r.Info.Places, r.Info.Names, r.Ambiguous, r.Info.Keys, r.Info.Outlets, r.Info.Bytes, r.Duration.Round(time.Millisecond))
	return b.String()
}

// compileDump adds a GeoNames dump to a base and writes an uncompressed index of both
// to w; see WriteDump.
func compileDump(ctx context.Context, src Dump, w io.WriteSeeker, progress func(done float64, what string)) (DumpReport, error) {
	if progress == nil {
		progress = func(float64, string) {}
	}
	d := newDump(src.Base, progress)
	if err := d.run(ctx, src, w); err != nil {
		return DumpReport{}, fmt.Errorf("compile gazetteer: %w", err)
	}
	return d.report, nil
}

func (d *dump) run(ctx context.Context, src Dump, w io.WriteSeeker) error {
	start := time.Now()
	files, err := findDump(src.Folder)
	if err != nil {
		return err
	}
	d.progress(0, "reading the base")
	d.addBase()
	for _, list := range [][]string{files.featureCodes, files.admin1, files.admin2, files.places, files.alternates, files.hierarchy} {
		for _, path := range list {
			d.total += fileSize(path)
		}
	}
	for _, step := range []struct {
		files []string
		read  func(context.Context, string) error
	}{
		{files.featureCodes, d.readFeatureCodes},
		{files.admin1, d.readAdmin1},
		{files.admin2, d.readAdmin2},
		{files.places, d.readPlaces},
		{files.alternates, d.readAlternates},
		{files.hierarchy, d.readHierarchy},
	} {
		for _, path := range step.files {
			if err := step.read(ctx, path); err != nil {
				return err
			}
		}
	}
	d.sources(files)
	d.progress(readShare, "merging duplicates")
	d.mergeForeign()
	d.finish()
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := d.write(w); err != nil {
		return err
	}
	d.report.Duration = time.Since(start)
	d.progress(1, "done")
	return nil
}

// readShare is the share of reading in the work.
const readShare = 0.7

// sources adds the sources of the index to its info.
func (d *dump) sources(files dumpFiles) {
	if d.base != nil {
		d.info.Sources = append(d.info.Sources, d.base.Info().Sources...)
	}
	s := gazetteer.Source{Name: "GeoNames dump", Licence: "CC BY 4.0", Attribution: geoNames, Rows: d.report.Rows}
	if newest := d.newest; newest != "" {
		s.Version = newest // the date of the last change in it
	}
	d.info.Sources = append(d.info.Sources, s)
	if len(files.alternates) > 0 {
		d.info.Sources = append(d.info.Sources, gazetteer.Source{
			Name: "GeoNames alternate names", Licence: "CC BY 4.0", Attribution: geoNames, Rows: d.report.Names - d.report.Unmatched,
		})
	}
}

// probeRows is the number of rows at the start of a file that show whether it is a
// file of the expected kind.
const probeRows = 100

// maxProblems is the maximum number of reported problems of one file.
const maxProblems = 5

// readRows calls yield with each line of a file. It counts the rows for which yield
// returns an error and continues with the next row.
func (d *dump) readRows(ctx context.Context, path, kind string, yield func(line []byte) error) error {
	r, err := openDump(path, &d.done)
	if err != nil {
		return err
	}
	defer r.Close()
	name := filepath.Base(path)
	good, bad, before := 0, 0, d.done
	var first error
	err = eachLine(ctx, path, r, func(n int, line []byte) error {
		if n%(1<<14) == 0 {
			d.progress(readShare*float64(d.done)/float64(d.total), "reading "+name)
		}
		err := yield(line)
		if err == nil {
			good++
			return nil
		}
		if bad++; first == nil {
			first = fmt.Errorf("%s:%d: %w", path, n, err)
		}
		if d.report.Skipped++; bad <= maxProblems {
			d.report.Problems = append(d.report.Problems, fmt.Sprintf("%s:%d: %v", path, n, err))
		}
		if good+bad == probeRows && bad > good {
			return errWrongFile
		}
		return nil
	})
	switch {
	case errors.Is(err, errWrongFile), err == nil && bad > good:
		return geo.Invalid(path, "is not a file of %s: %v", kind, first)
	case err == nil && good == 0:
		return geo.Invalid(path, "is not a file of %s: it is empty", kind)
	}
	d.done = max(d.done, before)
	return err
}

var errWrongFile = errors.New("not a file of that kind")

func (d *dump) readFeatureCodes(ctx context.Context, path string) error {
	return d.readRows(ctx, path, "feature codes", func(line []byte) error {
		code, _, ok := bytes.Cut(line, []byte{'\t'})
		class, short, ok2 := bytes.Cut(code, []byte{'.'})
		if string(code) == "null" {
			return nil
		}
		if !ok || !ok2 || len(class) != 1 {
			return fmt.Errorf("feature code %q is malformed; expected one such as P.PPL", truncated(string(code)))
		}
		if d.codes == nil {
			d.codes = map[string]bool{}
		}
		d.codes[string(short)] = true
		return nil
	})
}

// codeRow parses a row of the two files of divisions: code, name, ASCII name, id.
func codeRow(line []byte, dots int) (code, name string, err error) {
	cells := strings.Split(string(line), "\t")
	if !utf8.Valid(line) {
		return "", "", fmt.Errorf("is not UTF-8")
	}
	if len(cells) != 4 {
		return "", "", fmt.Errorf("has %d columns; codes of divisions have 4", len(cells))
	}
	if strings.Count(cells[0], ".") < dots || !isAlpha2(countryOf(cells[0])) {
		return "", "", fmt.Errorf("code %q has no country or parent", truncated(cells[0]))
	}
	return cells[0], tidy(cells[1]), nil
}

func (d *dump) readAdmin1(ctx context.Context, path string) error {
	return d.readRows(ctx, path, "codes of first-level divisions", func(line []byte) error {
		code, name, err := codeRow(line, 1)
		if err != nil {
			return err
		}
		country, local, _ := strings.Cut(code, ".")
		if n := d.division(country, local); n > 0 && d.divisions[n-1].name == "" {
			d.divisions[n-1].name = name
		}
		return nil
	})
}

func (d *dump) readAdmin2(ctx context.Context, path string) error {
	return d.readRows(ctx, path, "codes of second-level divisions", func(line []byte) error {
		code, name, err := codeRow(line, 2)
		if err == nil {
			d.admin2[d.admin2Codes.ref(code)] = d.text.ref(name)
		}
		return err
	})
}

func (d *dump) readPlaces(ctx context.Context, path string) error {
	return d.readRows(ctx, path, "a GeoNames dump", func(line []byte) error {
		r, err := parseRow(line)
		if err != nil {
			return err
		}
		if d.codes != nil && len(r.feature) > 1 && !d.codes[r.feature] {
			return fmt.Errorf("feature code %q is not in the list of codes", r.feature)
		}
		if i := bytes.LastIndexByte(line, '\t'); len(line)-i == 11 {
			d.newest = max(d.newest, string(line[i+1:]))
		}
		d.report.Rows++
		d.addRow(r)
		return nil
	})
}

func (d *dump) readAlternates(ctx context.Context, path string) error {
	return d.readRows(ctx, path, "alternate names", func(line []byte) error {
		r, err := parseAlternate(line)
		if err != nil || r.skip {
			return err
		}
		d.report.Names++
		i, ok := d.find(r.id)
		if !ok {
			d.report.Unmatched++
			return nil
		}
		d.addName(i, r.name, r.flags)
		return nil
	})
}

// readHierarchy sets the division of places without one to that of their parent.
func (d *dump) readHierarchy(ctx context.Context, path string) error {
	type pair struct{ parent, child uint32 }
	var pairs []pair
	err := d.readRows(ctx, path, "the hierarchy", func(line []byte) error {
		cells := strings.Split(string(line), "\t")
		if len(cells) < 2 || len(cells) > 3 {
			return fmt.Errorf("has %d columns; the hierarchy has 2 or 3", len(cells))
		}
		var ids [2]uint32
		for i := range ids {
			number, ok := gazetteer.ParseID("geonames:" + cells[i])
			if !ok {
				return fmt.Errorf("id %q is malformed; expected the number of a place", truncated(cells[i]))
			}
			place, found := d.find(number)
			if !found {
				return nil
			}
			ids[i] = place
		}
		pairs = append(pairs, pair{ids[0], ids[1]})
		return nil
	})
	const levels = 4 // a farm in a commune in a district in a province
	for range levels {
		for _, p := range pairs {
			d.inherit(p.parent, p.child)
		}
	}
	return err
}

func (d *dump) inherit(parent, child uint32) {
	p, c := &d.places[parent], &d.places[child]
	if p.country != c.country {
		return
	}
	c.division = cmp.Or(c.division, p.division)
	if c.division == p.division && !c.admin2Named {
		c.admin2 = cmp.Or(c.admin2, p.admin2)
	}
}

// WriteDump adds a GeoNames dump to its base and writes an uncompressed index of both
// to path. It replaces an existing file only when the index is complete. progress is
// called as in [Compile]. Memory grows with the number of rows, by about half a
// kilobyte for each row with its names, not with the length of the files.
//
// WriteDump skips and reports malformed rows. It returns an error that names the file
// and the line if a file was cut off, or if most of its first hundred rows are
// malformed.
func WriteDump(ctx context.Context, src Dump, path string, progress func(done float64, what string)) (report DumpReport, err error) {
	temp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return report, err
	}
	defer func() {
		if err != nil {
			temp.Close()
			os.Remove(temp.Name())
		}
	}()
	if report, err = compileDump(ctx, src, temp, progress); err != nil {
		return report, err
	}
	if err = temp.Chmod(0o644); err != nil {
		return report, err
	}
	if err = temp.Close(); err != nil {
		return report, err
	}
	return report, os.Rename(temp.Name(), path)
}
