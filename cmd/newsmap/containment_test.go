package main

import (
	"testing"

	"newsmap/geo"
	"newsmap/geo/gazetteer"
)

// TestStatedContainment checks that a division which the text names outweighs what the
// rest of the text makes likely.
func TestStatedContainment(t *testing.T) {
	index, err := gazetteer.Default()
	if err != nil {
		t.Fatal(err)
	}
	parser, err := newParser(index)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string][]string{
		"He flew from Portland, Maine, to Portland, Oregon.": {"Portland|Maine", "Maine|Maine", "Portland|Oregon", "Oregon|Oregon"},
		"They drove from Paris, Texas, to London, Ontario.":  {"Paris|Texas", "Texas|Texas", "London|Ontario", "Ontario|Ontario"},
	} {
		result, err := parser.Parse(t.Context(), &geo.Document{Text: text})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range result.Resolutions {
			if r.Place == nil {
				got = append(got, r.Toponym.Text+"|")
				continue
			}
			got = append(got, r.Toponym.Text+"|"+r.Place.Admin1)
		}
		if len(got) != len(want) {
			t.Errorf("%s: %q, want %q", text, got, want)
			continue
		}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("%s: %q, want %q", text, got[i], want[i])
			}
		}
	}
}
