package gazetteer

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"newsmap/geo"
)

// writeIndex writes the sections of tiny.gaz as streams. The size of each stream is
// its length plus excess.
func writeIndex(t *testing.T, path string, excess int64) error {
	t.Helper()
	file, err := os.ReadFile(filepath.Join("testdata", "tiny.gaz"))
	if err != nil {
		t.Fatal(err)
	}
	sections, err := decode("tiny", file, func() (uint32, error) { return get32(file[24:]), nil })
	if err != nil {
		t.Fatal(err)
	}
	var streams []Stream
	for kind := SectionMeta; kind < sectionEnd; kind++ {
		data := sections[kind]
		streams = append(streams, Stream{Kind: kind, Size: int64(len(data)) + excess, Write: func(w io.Writer) error {
			_, err := io.Copy(w, bytes.NewReader(data))
			return err
		}})
	}
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	_, err = WriteStreams(out, streams)
	return err
}

func TestWriteStreams(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.gaz")
	if err := writeIndex(t, path, 0); err != nil {
		t.Fatal(err)
	}
	x, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	if err := x.Verify(); err != nil {
		t.Error(err)
	}
	if found := x.Lookup("Raqqa", 1); len(found) != 1 || found[0].Place.ID != "geonames:172955" {
		t.Errorf("Raqqa: %+v", found)
	}
	if err := writeIndex(t, path, 1); err == nil || !strings.Contains(err.Error(), "expected") {
		t.Errorf("a stream shorter than its size: %v", err)
	}
	if err := writeIndex(t, path, 1<<32); !errors.Is(err, geo.ErrInvalid) {
		t.Errorf("a section of more than 4 GiB: %v", err)
	}
}

// TestOpenDamaged checks the errors of Open for damaged files.
func TestOpenDamaged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.gaz")
	if err := writeIndex(t, path, 0); err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	damaged := bytes.Clone(good)
	damaged[len(damaged)/2] ^= 1
	version := bytes.Clone(good)
	version[8] = 99
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"cut off": {good[:len(good)-1], "cut off"}, "damaged": {damaged, "damaged"}, "version": {version, "version 99"},
		"text": {[]byte("hello"), "not a gazetteer index"}, "header": {good[:headerSize-1], "not a gazetteer index"},
	} {
		if err := os.WriteFile(path, c.file, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Open(path)
		if !errors.Is(err, geo.ErrInvalid) || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestEntries checks that Entries and Divisions yield everything in the index.
func TestEntries(t *testing.T) {
	x := openDefaultIndex(t)
	places, names, divisions := 0, 0, 0
	x.Entries(func(e Entry) bool {
		places++
		names += len(e.Names)
		if len(e.Names) == 0 || e.Names[0].Text != e.Place.Name || e.Names[0].Flags&NameMain == 0 || !(e.Names[0].Factor > 0) {
			t.Errorf("%s: names %+v", e.Place.ID, e.Names)
			return false
		}
		return true
	})
	if info := x.Info(); places != info.Places || names != info.Names {
		t.Errorf("%d places with %d names, Info says %d and %d", places, names, info.Places, info.Names)
	}
	x.Divisions(func(d DivisionInfo) bool {
		divisions++
		if p, ok := x.Division(d.Country, d.Code); ok && (p.ID != d.PlaceID || p.Country != d.Country) {
			t.Errorf("division %+v has the place %+v", d, p)
		}
		return true
	})
	if divisions < 3500 || len(x.Countries()) < 245 {
		t.Errorf("%d divisions, %d countries; want more", divisions, len(x.Countries()))
	}
}

func TestNumericIDs(t *testing.T) {
	for id, want := range map[string]uint64{
		"geonames:5": 5, "wof:85632293": WOFID(85632293), "city:ef4rdx2te": CityID(mustGeohash(t, "ef4rdx2te")),
	} {
		if got, ok := ParseID(id); !ok || got != want {
			t.Errorf("ParseID(%q) = %d, %t; want %d", id, got, ok, want)
		}
		r := make([]byte, placeSize)
		put64(r, want)
		if b, _ := (&Index{}).appendID(nil, r); string(b) != id {
			t.Errorf("the id of %d is %s, want %s", want, b, id)
		}
	}
	for _, id := range []string{"wof:", "wof:05", "wof:-1", "wof:99999999999999999999", "wof:x", "adm1:US.LA"} {
		if n, ok := ParseID(id); ok {
			t.Errorf("ParseID(%q) = %d, want false", id, n)
		}
	}
}

func mustGeohash(t *testing.T, s string) uint64 {
	t.Helper()
	hash, ok := parseGeohash(s)
	if !ok {
		t.Fatal(s)
	}
	return hash
}

func TestClassOf(t *testing.T) {
	for code, want := range map[string]Class{
		"PPL": ClassPopulated, "PPLX": ClassPopulated, "P": ClassPopulated, "PCLI": ClassCountry, "ADM1": ClassAdmin1, "ADM4": ClassAdmin2,
		"ADMF": ClassSpot, "TRL": ClassPhysical, "STMX": ClassWater, "TRGU": ClassWater, "ISLT": ClassRegion, "SCH": ClassSpot,
		"AIRP": ClassSpot, "PRK": ClassSpot, "TUND": ClassPhysical, "H": ClassWater, "": ClassSpot, "CONT": ClassRegion,
	} {
		if got := ClassOf(code); got != want {
			t.Errorf("ClassOf(%q) = %d, want %d", code, got, want)
		}
	}
}
