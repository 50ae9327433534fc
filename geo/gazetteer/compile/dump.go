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

// Dump names the inputs of an index made from a GeoNames dump.
type Dump struct {
	Folder string           // with the dump's files; see findDump
	Base   *gazetteer.Index // what the dump is laid over, nil for nothing
}

// DumpReport says what went into an index made from a dump.
type DumpReport struct {
	Info     gazetteer.Info
	Rows     int           // of places that were read
	Folded   int           // of these, those that were a place of the base or of an earlier row
	Names    int           // alternate names that were read
	Stray    int           // of these, those of places that are not there
	Held     int           // names that say too little by themselves
	Bad      int           // rows that were passed over
	Problems []string      // what was wrong with them, the first few of each kind
	Took     time.Duration // in all
}

func (r DumpReport) String() string {
	var b strings.Builder
	for _, p := range r.Problems {
		fmt.Fprintln(&b, p)
	}
	if r.Bad > len(r.Problems) {
		fmt.Fprintf(&b, "and %d more rows of these kinds\n", r.Bad-len(r.Problems))
	}
	fmt.Fprintf(
		&b,
		"%d rows, %d of them folded, %d passed over; %d alternate names, %d of them of places that are not there\n",
		r.Rows,
		r.Folded,
		r.Bad,
		r.Names,
		r.Stray,
	)
	fmt.Fprintf(
		&b,
		"%d places, %d names (%d held back), %d keys, %d outlets: %d bytes in %s",
		r.Info.Places,
		r.Info.Names,
		r.Held,
		r.Info.Keys,
		r.Info.Outlets,
		r.Info.Bytes,
		r.Took.Round(time.Millisecond),
	)
	return b.String()
}

// CompileDump lays a GeoNames dump over a base and writes an index of both to w,
// uncompressed, to be opened by mapping it. Memory grows with the rows, by about
// half a kilobyte each with its names, not with the length of the files. progress
// is as for Compile.
//
// Rows malformed are passed over and reported; a file that is cut, or of which
// the first hundred rows are mostly no rows of a dump, is an error that names the
// file and line.
func CompileDump(ctx context.Context, src Dump, w io.WriteSeeker, progress func(done float64, what string)) (DumpReport, error) {
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
	d.progress(readShare, "folding duplicates")
	d.foldForeign()
	d.finish()
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := d.write(w); err != nil {
		return err
	}
	d.report.Took = time.Since(start)
	d.progress(1, "done")
	return nil
}

// readShare is the part of the work that reading is.
const readShare = 0.7

// sources lists what the index is made of.
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
		d.info.Sources = append(
			d.info.Sources,
			gazetteer.Source{Name: "GeoNames alternate names", Licence: "CC BY 4.0", Attribution: geoNames, Rows: d.report.Names - d.report.Stray},
		)
	}
}

// refused is how many rows at a file's start tell whether it is a dump at all.
const refused = 100

// problemCap is how many problems of one file are reported in words.
const problemCap = 5

// readRows calls yield with each line of a file. An error that yield returns is
// the row's fault: it is counted, and reading goes on.
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
		if d.report.Bad++; bad <= problemCap {
			d.report.Problems = append(d.report.Problems, fmt.Sprintf("%s:%d: %v", path, n, err))
		}
		if good+bad == refused && bad > good {
			return errRefused
		}
		return nil
	})
	switch {
	case errors.Is(err, errRefused), err == nil && bad > good:
		return geo.Invalid(path, "no file of %s: %v", kind, first)
	case err == nil && good == 0:
		return geo.Invalid(path, "no file of %s: it is empty", kind)
	}
	d.done = max(d.done, before)
	return err
}

var errRefused = fmt.Errorf("no file of that kind")

func (d *dump) readFeatureCodes(ctx context.Context, path string) error {
	return d.readRows(ctx, path, "feature codes", func(line []byte) error {
		code, _, ok := bytes.Cut(line, []byte{'\t'})
		class, short, ok2 := bytes.Cut(code, []byte{'.'})
		if string(code) == "null" {
			return nil
		}
		if !ok || !ok2 || len(class) != 1 {
			return fmt.Errorf("%q is not a feature code of the form P.PPL", clipped(string(code)))
		}
		if d.codes == nil {
			d.codes = map[string]bool{}
		}
		d.codes[string(short)] = true
		return nil
	})
}

// codeRow reads a row of the two files of divisions: code, name, plain name, id.
func codeRow(line []byte, dots int) (code, name string, err error) {
	cells := strings.Split(string(line), "\t")
	if !utf8.Valid(line) {
		return "", "", fmt.Errorf("not UTF-8")
	}
	if len(cells) != 4 {
		return "", "", fmt.Errorf("%d columns where codes of divisions have 4", len(cells))
	}
	if strings.Count(cells[0], ".") < dots || !isAlpha2(before(cells[0])) {
		return "", "", fmt.Errorf("code %q has no country or parent", clipped(cells[0]))
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
			d.admin2[d.keys2.ref(code)] = d.text.ref(name)
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
			d.report.Stray++
			return nil
		}
		d.addName(i, r.name, r.flags)
		return nil
	})
}

// readHierarchy returns places that have no division that of their parent.
func (d *dump) readHierarchy(ctx context.Context, path string) error {
	type pair struct{ parent, child uint32 }
	var pairs []pair
	err := d.readRows(ctx, path, "the hierarchy", func(line []byte) error {
		cells := strings.Split(string(line), "\t")
		if len(cells) < 2 || len(cells) > 3 {
			return fmt.Errorf("%d columns where the hierarchy has 2 or 3", len(cells))
		}
		var ids [2]uint32
		for i := range ids {
			number, ok := gazetteer.ParseID("geonames:" + cells[i])
			if !ok {
				return fmt.Errorf("id %q is not the number of a place", clipped(cells[i]))
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

// WriteDump compiles into a file that replaces path when it is whole.
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
	if report, err = CompileDump(ctx, src, temp, progress); err != nil {
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
