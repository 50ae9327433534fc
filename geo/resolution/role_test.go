package resolution

import (
	"strings"
	"testing"

	"newsmap/geo"
)

func TestFocus(t *testing.T) {
	later := strings.Repeat(" It was a long winter and nobody went out.", 20)
	tests := map[string]struct{ title, text, want string }{
		"a paper's own dateline": {"", "[DALLAS] — The bridge opens in May." + later + " The steel comes from [Paris], [Texas].", "dallas"},
		"an agency's dateline":   {"", "[DALLAS] (AP) — The bridge opens in May." + later + " The steel comes from [Paris], [Texas].", "paris-tx"},
		"an agency's, named again": {
			"",
			"[DALLAS] (AP) — The bridge opens in May." + later + " The steel comes from [Paris], [Texas]. [Dallas] is glad.",
			"dallas",
		},
		"a capital's dateline":     {"", "[PARIS] — The bridge opens in May. The steel comes from [Dallas].", "dallas"},
		"where somebody is from":   {"[Illinois] man dies", "An [Illinois] man died. He fell in [Dallas].", "dallas"},
		"what it is measured from": {"", "Four died 40 miles southwest of [Springfield]. The town hall of [Decatur], [Illinois], was shut.", "decatur-il"},
		"where a firm is based":    {"", "A [Springfield]-based mill will open in [Decatur], [Illinois].", "decatur-il"},
		"a title said again":       {"[Decatur] votes", "[Decatur] votes. In [Springfield], [Illinois], it rained.", "decatur-il"},
		"a state behind its towns": {
			"",
			"From [Dallas], [Texas], and [Paris], [Texas], they came to [Springfield], [Missouri]. [Springfield] was full.",
			"springfield-mo",
		},
		"of towns alike the first": {"", "In [Dallas] it rained." + later + " In [Decatur], [Illinois], it snowed.", "dallas"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := resolve(t, "", test.title, test.text).Focus; got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// told makes a result in which each place is named the given number of times,
// one after another, far enough apart that none qualifies the one before.
func told(places []geo.Place, times []int) (*geo.Document, *geo.Result) {
	var text strings.Builder
	result := &geo.Result{}
	for i, n := range times {
		for range n {
			start := text.Len()
			text.WriteString(places[i].Name)
			result.Resolutions = append(result.Resolutions, geo.Resolution{
				Toponym: geo.Toponym{Start: start, End: text.Len(), Text: places[i].Name},
				Place:   &places[i], Confidence: 1,
			})
			text.WriteString(" and then there was ")
		}
	}
	return &geo.Document{Text: text.String()}, result
}

func TestFocusLevel(t *testing.T) {
	places := []geo.Place{
		place("a", "Atown", "PPL", "US", "OH", 9000, -82, 40),
		place("b", "Btown", "PPL", "US", "OH", 800, -82.1, 40.1),
		place("c", "Ctown", "PPL", "US", "OH", 7000, -83, 41),
		place("d", "Dtown", "PPL", "US", "OH", 6000, -84, 39),
		place("county", "A County", "ADM2", "US", "OH", 0, -82.05, 40.05),
		place("oh", "Ohio", "ADM1", "US", "OH", 0, -83, 40.2),
		place("us", "United States", "PCLI", "US", "", 0, -98, 39),
	}
	for i, county := range []string{"A County", "A County", "C County", "D County"} {
		places[i].Admin2 = county
	}
	for name, test := range map[string]struct {
		times []int
		want  string
	}{
		"one town":                       {[]int{2, 0, 0, 0, 0, 1, 0}, "a"},
		"a town over one beside it":      {[]int{3, 1, 0, 0, 0, 0, 0}, "a"},
		"a town in its county":           {[]int{3, 0, 0, 0, 2, 0, 0}, "a"},
		"a county named above its towns": {[]int{1, 1, 0, 0, 4, 0, 0}, "county"},
		"spread over a state":            {[]int{1, 1, 1, 1, 0, 2, 0}, "oh"},
		"of many towns mostly one":       {[]int{4, 1, 1, 1, 0, 1, 0}, "a"},
		"spread, its state unnamed":      {[]int{1, 1, 1, 1, 0, 0, 0}, "a"},
		"a country takes more places":    {[]int{1, 1, 1, 1, 0, 0, 1}, "a"},
	} {
		t.Run(name, func(t *testing.T) {
			doc, result := told(places, test.times)
			assignRoles(doc, result, &home{}, focusModel(t))
			if result.Focus != test.want || result.Locations[0].Role != geo.RoleFocus {
				t.Errorf("got %s, want %s", result.Focus, test.want)
			}
		})
	}
}

func TestMeasured(t *testing.T) {
	for before, want := range map[string]bool{
		"the village, seven kilometers south-west of ": true, "about 20 miles from ": true, "just outside ": true, "a town east of ": true,
		"the city of ": false, "he came from ": false, "in ": false, "": false, "of ": false,
	} {
		if got := measured(before); got != want {
			t.Errorf("%q: got %v", before, got)
		}
	}
}

// focusModel reads the embedded weights.
func focusModel(t testing.TB) *FocusModel {
	t.Helper()
	m, err := ReadFocusModel(strings.NewReader(defaultFocusWeights))
	if err != nil {
		t.Fatal(err)
	}
	return m
}
