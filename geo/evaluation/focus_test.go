package evaluation

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"newsmap/geo"

	"github.com/paulmach/orb"
)

type testPlaces map[string]geo.Place

func (m testPlaces) Place(id string) (geo.Place, error) {
	if p, ok := m[id]; ok {
		return p, nil
	}
	return geo.Place{}, geo.ErrNotFound
}

func newTestPlaces() testPlaces {
	m := testPlaces{}
	for _, p := range []geo.Place{
		{ID: "kc-mo", Name: "Kansas City", FeatureCode: "PPL", Country: "US", Admin1Code: "MO", Point: orb.Point{-94.58, 39.10}},
		{ID: "kc-ks", Name: "Kansas City", FeatureCode: "PPLA2", Country: "US", Admin1Code: "KS", Point: orb.Point{-94.63, 39.11}},
		{ID: "kc-mo2", Name: "Kánsas City", FeatureCode: "PPLA2", Country: "US", Admin1Code: "MO", Point: orb.Point{-94.60, 39.12}},
		{ID: "jackson", Name: "Jackson County", FeatureCode: "ADM2", Country: "US", Admin1Code: "MO", Point: orb.Point{-94.35, 39.01}},
		{ID: "mo", Name: "Missouri", FeatureCode: "ADM1", Country: "US", Admin1Code: "MO", Admin1: "Missouri", Point: orb.Point{-92.5, 38.3}},
		{ID: "paris", Name: "Paris", FeatureCode: "PPLC", Country: "FR", CountryName: "France", Point: orb.Point{2.35, 48.85}},
	} {
		m[p.ID] = p
	}
	return m
}

// about returns a result whose focus is a place. The place is the second location, so that a
// test fails if the focus is not found by its id.
func about(p geo.Place) *geo.Result {
	return &geo.Result{Focus: p.ID, Locations: []geo.Location{{Place: geo.Place{ID: "elsewhere"}}, {Place: p}}}
}

func TestCompareFocus(t *testing.T) {
	m := newTestPlaces()
	for name, test := range map[string]struct {
		found, labelled string
		want            FocusOutcome
	}{
		"same":                       {"kc-mo", "kc-mo", FocusSame},
		"twin entry":                 {"kc-mo2", "kc-mo", FocusTwin},
		"same name across the river": {"kc-ks", "kc-mo", FocusNear},
		"county instead of its town": {"jackson", "kc-mo", FocusOther},
		"town instead of its state":  {"kc-mo", "mo", FocusOther},
		"far":                        {"paris", "kc-mo", FocusOther},
	} {
		t.Run(name, func(t *testing.T) {
			found, labelled := m[test.found], m[test.labelled]
			if got := compareFocus(&found, &labelled); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestRunFocus(t *testing.T) {
	m := newTestPlaces()
	parser, docs := fixed{}, []Document{}
	for id, focus := range map[string]string{"a": "kc-mo", "b": "kc-mo2", "c": "kc-ks", "d": "mo", "e": "mo", "f": ""} {
		docs = append(docs, Document{Document: geo.Document{ID: id}})
		parser[id] = &geo.Result{}
		if focus != "" {
			parser[id] = about(m[focus])
		}
	}
	parser["c"].Locations[0].Place = m["kc-mo"] // found, but not chosen
	labels := []FocusLabel{
		{"a", []string{"kc-mo"}},
		{"b", []string{"kc-mo"}},
		{"c", []string{"kc-mo"}},
		{"d", []string{"kc-mo"}},
		{"e", []string{"kc-mo", "mo"}},
		{"f", []string{"paris"}},
	}
	report, err := RunFocus(context.Background(), "test", parser, m, docs, labels)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range report.Pairs {
		got = append(got, p.Document.ID+" "+p.Outcome.String())
	}
	if want := []string{"a same", "b twin", "c near", "d other", "e same", "f none"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if !near(report.Agreement(), 3.0/6) || !near(report.Nearby(), 4.0/6) {
		t.Errorf("agreement %.3f, nearby %.3f", report.Agreement(), report.Nearby())
	}
	if part := report.Part("first two", 0, 2); !near(part.Agreement(), 1) {
		t.Errorf("agreement of the first two %.3f", part.Agreement())
	}
	if empty := (&FocusReport{}); empty.Agreement() != 0 || empty.Nearby() != 0 {
		t.Error("the shares of an empty report are not 0")
	}
	checkFocusText(t, report)
}

// checkFocusText checks the table and the errors of the report.
func checkFocusText(t *testing.T, report *FocusReport) {
	t.Helper()
	var table, list bytes.Buffer
	if err := errors.Join(FocusTable(&table, report), report.Errors(&list)); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(table.String()), "\n")
	if got, want := strings.Fields(lines[1]), strings.Fields("test 6 2 1 1 1 1 0.500 0.667 4 0.750"); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := list.String(); strings.Count(got, "\n") != 3 || !strings.Contains(got, "nothing") || !strings.Contains(got, "not Paris, France") {
		t.Errorf("errors:\n%s", got)
	}
}

func TestRunFocusRefuses(t *testing.T) {
	m := newTestPlaces()
	docs := []Document{{Document: geo.Document{ID: "a"}}, {Document: geo.Document{ID: "unparsed"}}}
	for name, label := range map[string]FocusLabel{
		"document": {"b", []string{"paris"}}, "place": {"a", []string{"atlantis"}}, "parser": {"unparsed", []string{"paris"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := RunFocus(context.Background(), "test", fixed{"a": about(m["paris"])}, m, docs, []FocusLabel{label})
			if !errors.Is(err, geo.ErrNotFound) || !strings.Contains(err.Error(), label.Document) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestReadFocus(t *testing.T) {
	labels, err := ReadFocus(strings.NewReader("document\tplace_id\tname\n7\tgeonames:1|adm2:US.TX.1\tA|B\n\n8\tgeonames:2\n"))
	if err != nil || len(labels) != 2 || labels[0].Document != "7" || !slices.Equal(labels[0].Places, []string{"geonames:1", "adm2:US.TX.1"}) {
		t.Fatalf("got %+v, %v", labels, err)
	}
	for name, text := range map[string]string{
		"one column": "h\n7\n", "no document": "h\n\tgeonames:1\n", "no place": "h\n7\t\n", "empty place": "h\n7\ta||b\n", "twice": "h\n7\ta\n7\tb\n",
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := ReadFocus(strings.NewReader(text)); !errors.Is(err, geo.ErrInvalid) || !strings.Contains(err.Error(), "line") {
				t.Errorf("got %v", err)
			}
		})
	}
}
