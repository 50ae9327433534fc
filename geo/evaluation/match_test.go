package evaluation

import (
	"slices"
	"testing"

	"newsmap/geo"

	"github.com/paulmach/orb"
)

// at returns a prediction of start..end at a point, or without a place if point is nil.
func at(start, end int, point *orb.Point) geo.Resolution {
	r := geo.Resolution{Toponym: geo.Toponym{Start: start, End: end}}
	if point != nil {
		r.Place = &geo.Place{ID: "x", Point: *point, FeatureCode: "PPL"}
	}
	return r
}

// gold returns a mention of start..end at a point, or a neutral one if point is nil.
func gold(start, end int, point *orb.Point) Mention {
	m := Mention{Start: start, End: end, FeatureCode: "PPL"}
	if point != nil {
		m.Point = &geo.Coordinate{Lon: point[0], Lat: point[1]}
	}
	return m
}

func TestMatch(t *testing.T) {
	paris, london := &orb.Point{2.35, 48.85}, &orb.Point{-0.13, 51.5}
	tests := map[string]struct {
		gold      []Mention
		predicted []geo.Resolution
		want      []Outcome
	}{
		"empty":                      {nil, nil, nil},
		"right":                      {[]Mention{gold(0, 5, paris)}, []geo.Resolution{at(0, 5, paris)}, []Outcome{OutcomeRight}},
		"right in part":              {[]Mention{gold(0, 12, paris)}, []geo.Resolution{at(0, 5, paris)}, []Outcome{OutcomeRight}},
		"touching is not an overlap": {[]Mention{gold(0, 5, paris)}, []geo.Resolution{at(5, 9, paris)}, []Outcome{OutcomeSpurious, OutcomeMissed}},
		"misplaced":                  {[]Mention{gold(0, 5, paris)}, []geo.Resolution{at(0, 5, london)}, []Outcome{OutcomeMisplaced}},
		"unresolved":                 {[]Mention{gold(0, 5, paris)}, []geo.Resolution{at(0, 5, nil)}, []Outcome{OutcomeUnresolved}},
		"spurious":                   {nil, []geo.Resolution{at(0, 5, paris)}, []Outcome{OutcomeSpurious}},
		"missed":                     {[]Mention{gold(0, 5, paris)}, nil, []Outcome{OutcomeMissed}},
		"neutral found":              {[]Mention{gold(0, 5, nil)}, []geo.Resolution{at(0, 5, paris)}, []Outcome{OutcomeNeutral}},
		"neutral missed":             {[]Mention{gold(0, 5, nil)}, nil, []Outcome{OutcomeNeutral}},
		"two inside one neutral": {
			[]Mention{gold(0, 12, nil)},
			[]geo.Resolution{at(0, 5, paris), at(6, 12, paris)},
			[]Outcome{OutcomeNeutral, OutcomeNeutral},
		},
		"two inside one mention": {
			[]Mention{gold(0, 12, paris)},
			[]geo.Resolution{at(0, 4, paris), at(5, 12, paris)},
			[]Outcome{OutcomeSpurious, OutcomeRight},
		},
		"one over two mentions": {
			[]Mention{gold(0, 4, paris), gold(5, 12, london)},
			[]geo.Resolution{at(0, 12, london)},
			[]Outcome{OutcomeRight, OutcomeMissed},
		},
		"greatest overlap first": {
			[]Mention{gold(0, 4, paris), gold(4, 12, london)},
			[]geo.Resolution{at(2, 9, london), at(9, 12, paris)},
			[]Outcome{OutcomeRight, OutcomeSpurious, OutcomeMissed},
		},
		"a tie goes to the first": {
			[]Mention{gold(0, 4, paris)},
			[]geo.Resolution{at(0, 2, paris), at(2, 4, london)},
			[]Outcome{OutcomeRight, OutcomeSpurious},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var got []Outcome
			for _, p := range match(&Document{Mentions: test.gold}, test.predicted) {
				got = append(got, p.Outcome)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestMatchCoordinates(t *testing.T) {
	doc := &Document{Mentions: []Mention{gold(0, 5, &orb.Point{10, 20})}}
	found := geo.Resolution{Toponym: geo.Toponym{Start: 0, End: 5, Coordinate: &geo.Coordinate{Lon: 10, Lat: 20}}}
	if pairs := match(doc, []geo.Resolution{found}); pairs[0].Outcome != OutcomeRight {
		t.Errorf("coordinates in the text count as %v", pairs[0].Outcome)
	}
}
