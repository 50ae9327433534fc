package compile

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strconv"

	"newsmap/geo/gazetteer"
)

// localName is the name of a place in one locale.
type localName struct {
	id     uint64 // GeoNames, 0 for a country or division
	code   string // of a country or division ("US", "US.LA"), else empty
	locale string // "en", "pt_BR"
	name   string
}

// flag returns whether the name is English or foreign.
func (n localName) flag() gazetteer.NameFlags {
	if n.locale == "en" || n.locale == "en_IN" {
		return gazetteer.NameEnglish
	}
	return gazetteer.NameForeign
}

// readLocales reads all message catalogues of a folder, ordered by locale and id.
func readLocales(folder string) ([]localName, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*", "LC_MESSAGES", "geonames.mo"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("%s: contains no XX/LC_MESSAGES/geonames.mo; unpack Debian's libgeonames-common and name its usr/share/locale", folder)
	}
	sort.Strings(files)
	var out []localName
	for _, path := range files {
		locale := filepath.Base(filepath.Dir(filepath.Dir(path)))
		raw, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		names, err := parseCatalogue(raw, locale)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		out = append(out, names...)
	}
	return out, nil
}

// parseCatalogue parses a GNU message catalogue (gettext manual, "The Format of GNU MO
// Files") whose message ids are GeoNames ids or codes of countries and divisions.
func parseCatalogue(raw []byte, locale string) ([]localName, error) {
	const magic, header = 0x950412de, 20
	if len(raw) < header || binary.LittleEndian.Uint32(raw) != magic {
		return nil, fmt.Errorf("is not a little-endian message catalogue")
	}
	count := int(binary.LittleEndian.Uint32(raw[8:]))
	ids, names := binary.LittleEndian.Uint32(raw[12:]), binary.LittleEndian.Uint32(raw[16:])
	text := func(table uint32, i int) (string, bool) {
		at := uint64(table) + 8*uint64(i)
		if at+8 > uint64(len(raw)) {
			return "", false
		}
		n, from := uint64(binary.LittleEndian.Uint32(raw[at:])), uint64(binary.LittleEndian.Uint32(raw[at+4:]))
		if from+n > uint64(len(raw)) {
			return "", false
		}
		return string(raw[from : from+n]), true
	}
	var out []localName
	for i := range count {
		id, ok := text(ids, i)
		name, ok2 := text(names, i)
		if !ok || !ok2 {
			return nil, fmt.Errorf("message %d is outside the file", i)
		}
		if name = tidy(name); id == "" || name == "" {
			continue // the header of the catalogue
		}
		n, err := strconv.ParseUint(id, 10, 64)
		switch {
		case err == nil:
			out = append(out, localName{id: n, locale: locale, name: name})
		case len(countryOf(id)) == 2:
			out = append(out, localName{code: id, locale: locale, name: name})
		default:
			return nil, fmt.Errorf("message %d: id %q is neither a number nor the code of a country or division", i, id)
		}
	}
	return out, nil
}
