package feature_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"testing"

	"newsmap/geo"
	"newsmap/geo/feature"
	"newsmap/geo/story"

	"github.com/paulmach/orb/encoding/mvt"
)

// FuzzFormats checks that KML documents, Atom feeds and tiles of arbitrary input are well-formed.
func FuzzFormats(f *testing.F) {
	f.Add("Fire & <smoke>", "https://news.example/?a=1&b=2", "en", "focus", 8.5, 47.3)
	f.Add("\x00\xff]]>\u2028\ufffe", "javascript:alert(1)", "\x00", "\"'", -180.0, 90.0)
	f.Fuzz(func(t *testing.T, text, address, lang, role string, lon, lat float64) {
		place := geo.Place{ID: text, Name: text, Point: [2]float64{lon, lat}, Country: lang, FeatureCode: role}
		l := geo.Location{Place: place, Role: geo.Role(role), Evidence: text}
		in := &story.Feature{StoryID: text, Title: text, URL: address, Outlet: lang, Lang: lang, Location: l}
		checkWellFormed(t, write(t, "kml", feature.Options{}, in))

		var atom bytes.Buffer
		st := &story.Story{ID: text, Title: text, URL: address, Outlet: text, Lang: lang, Text: text, Locations: []geo.Location{l}}
		feed := &feature.AtomFeed{Title: text, Self: address, First: address, Alternate: address, Next: address, Stories: []*story.Story{st}}
		if err := feature.WriteAtom(&atom, feed); err != nil {
			t.Fatal(err)
		}
		checkWellFormed(t, atom.Bytes())

		for _, z := range []int{0, 9} {
			w := feature.NewTileWriter(feature.Tile{Z: z}, feature.Options{})
			if err := w.Write(in); err != nil {
				t.Fatal(err)
			}
			content, err := w.Bytes()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := mvt.Unmarshal(content); err != nil && len(content) > 0 {
				t.Fatal(err)
			}
		}
	})
}

// checkWellFormed checks that document is well-formed XML.
func checkWellFormed(t *testing.T, document []byte) {
	t.Helper()
	for decoder := xml.NewDecoder(bytes.NewReader(document)); ; {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("%v in %q", err, document)
		}
	}
}
