package evaluation_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"newsmap/geo"

	"github.com/paulmach/orb"
)

// TestAccuracy checks minimum figures. The weights were trained on LGL, so its figure is not a
// measure of unseen news; GeoVirus is unseen. TestTraining of geo/training with -crossvalidate
// prints the figures of LGL by cross-validation.
func TestAccuracy(t *testing.T) {
	x := index(t)
	p := parser(t, x)
	for name, minF1 := range map[string]float64{"lgl": 0.88, "geovirus": 0.77} {
		t.Run(name, func(t *testing.T) {
			report := measure(t, x, name, p, corpus(t, name))
			show(t, report)
			if *errorCorpus == name+"-embedded" {
				listErrors(report)
			}
			if got := report.Total.EndToEnd.F1; got < minF1 {
				t.Errorf("end-to-end F1 %.3f, want at least %.3f", got, minF1)
			}
		})
	}
}

// TestSampleStory parses the first news story that newsmap was written for.
func TestSampleStory(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(shared(), "seed", "*.txt"))
	if err != nil || len(files) == 0 {
		t.Skip("the sample story is not in the shared folder; set NEWSMAP_SHARED")
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	doc := &geo.Document{Text: string(text)}
	result, err := parser(t, index(t)).Parse(context.Background(), doc)
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]*geo.Resolution{}
	for i := range result.Resolutions {
		r := &result.Resolutions[i]
		if r.Place != nil {
			byName[r.Toponym.Text] = r
		}
		t.Logf("%-16s %s %.2f %v", r.Toponym.Text, r.Toponym.Kind, r.Confidence, r.Reasons)
	}
	for name, want := range map[string]struct {
		point orb.Point
		km    float64
	}{
		"Baghouz": {orb.Point{40.95, 34.46}, 25}, "Khan Sheikhun": {orb.Point{36.65, 35.44}, 25}, "Mosul": {orb.Point{43.13, 36.34}, 25},
		"Raqqa": {orb.Point{39.01, 35.95}, 40}, "Idlib": {orb.Point{36.63, 35.93}, 60}, "Syria": {orb.Point{38, 35}, 161},
		"Iraq": {orb.Point{44, 33}, 161}, "Euphrates": {orb.Point{40, 35}, 400},
	} {
		r := byName[name]
		if r == nil {
			for text, other := range byName {
				if strings.HasPrefix(text, name+" ") {
					r = other
				}
			}
		}
		if r == nil {
			t.Errorf("%s is not found", name)
			continue
		}
		if km := geo.DistanceKM(r.Place.Point, want.point); km > want.km {
			t.Errorf("%s is %s, %.0f km from the right place", name, r.Place.ID, km)
		}
	}
	notPlaces := []string{
		"Islamic State",
		"Reuters",
		"White Helmets",
		"SDF",
		"IS",
		"Votel",
		"Bachelet",
		"Baghdadi",
		"al-Baghdadi",
		"Omar",
		"Mehdi",
		"Joseph",
		"Michelle",
	}
	for _, r := range result.Resolutions {
		if slices.ContainsFunc(notPlaces, func(n string) bool { return strings.Contains(" "+r.Toponym.Text+" ", " "+n+" ") }) {
			t.Errorf("%q was found as a place name, but is none", r.Toponym.Text)
		}
	}
	focus, km := result.Locations[0], 0.0
	if km = geo.DistanceKM(focus.Place.Point, orb.Point{40.95, 34.46}); km > 25 || focus.Place.ID != result.Focus {
		t.Errorf("the focus is %s, %.0f km from Baghouz", focus.Place.Name, km)
	}
	checkSpans(t, doc, result)
}

// checkSpans fails the test unless the text of every toponym is at its offsets.
func checkSpans(t testing.TB, doc *geo.Document, result *geo.Result) {
	t.Helper()
	fields := map[geo.Field][]rune{geo.FieldText: []rune(doc.Text), geo.FieldTitle: []rune(doc.Title)}
	for _, r := range result.Resolutions {
		top := r.Toponym
		runes := fields[top.Field]
		if top.Start < 0 || top.End <= top.Start || top.End > len(runes) {
			t.Fatalf("%q: span %d..%d of %d", top.Text, top.Start, top.End, len(runes))
		}
		if got := string(runes[top.Start:top.End]); got != string([]rune(top.Text)) {
			t.Fatalf("span %d..%d is %q, want %q", top.Start, top.End, got, top.Text)
		}
	}
}
