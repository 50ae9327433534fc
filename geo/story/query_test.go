package story_test

import (
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"newsmap/geo"
	"newsmap/geo/story"
)

func TestParseQuery(t *testing.T) {
	for _, c := range []struct {
		in   string
		want story.Query
	}{
		{"", story.Query{}},
		{"bbox=1,2,3,4", story.Query{BBox: &geo.BBox{MinLon: 1, MinLat: 2, MaxLon: 3, MaxLat: 4}}},
		{"q=+two+words+", story.Query{Text: "two words"}},
		{"q=", story.Query{}},
		{"outlet=A+Paper,b.example,+,", story.Query{Outlet: []string{"A Paper", "b.example"}}},
		{"country=sy,Iq", story.Query{Country: []string{"SY", "IQ"}}},
		{"place=geonames:1,newsmap:sahel", story.Query{Place: []string{"geonames:1", "newsmap:sahel"}}},
		{"role=focus,mention", story.Query{Role: []geo.Role{geo.RoleFocus, geo.RoleMention}}},
		{"min_confidence=0.5", story.Query{MinConfidence: 0.5}},
		{"lang=en,pt-BR", story.Query{Lang: []string{"en", "pt-BR"}}},
		{"located=true", story.Query{WithLocations: new(true)}},
		{"located=false", story.Query{WithLocations: new(bool)}},
		{"limit=100000&cursor=abc", story.Query{Limit: 100_000, Cursor: "abc"}},
		{"download=1&limit=1", story.Query{Limit: 1}},
	} {
		values, err := url.ParseQuery(c.in)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := story.ParseQuery(values, "download"); err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q: %+v, %v; want %+v", c.in, got, err, c.want)
		}
	}
}

func TestParseQueryInvalid(t *testing.T) {
	for in, name := range map[string]string{
		"nope=1": "nope", "BBOX=1,2,3,4": "BBOX", "=1": `""`, "%ff=1": "\ufffd", "a%0ab=1": "a\ufffdb", "limit=1&limit=2": "limit", "q=a%ffb": "q", "q=a%00b": "q",
		"bbox=1,2,3": "bbox", "bbox=NaN,1,2,3": "bbox", "bbox=1,4,3,2": "bbox", "datetime=yesterday": "datetime", "received=yesterday": "received",
		"received=..%2F..": "received", "received=2020-01-02%2F2020-01-01": "received", "datetime=..%2F..": "datetime",
		"country=SYR": "country", "country=S1": "country", "country=%C3%BC": "country", "country=,": "country", "role=hero": "role", "role=Focus": "role",
		"role=,": "role", "outlet=+,": "outlet", "place=,,": "place", "lang=,": "lang", "lang=<script>": "lang", "lang=en,portuguese": "lang", "lang=en-": "lang",
		"min_confidence=1.01": "min_confidence", "min_confidence=-1": "min_confidence", "min_confidence=NaN": "min_confidence",
		"min_confidence=0x1_p-2": "min_confidence", "min_confidence=x": "min_confidence",
		"located=1": "located", "located=True": "located",
		"limit=0": "limit", "limit=-1": "limit", "limit=100001": "limit", "limit=1.5": "limit", "limit=99999999999999999999": "limit",
		"q=" + strings.Repeat("x", 2_001): "q", "place=" + strings.Repeat("x,", 101): "place",
	} {
		values, err := url.ParseQuery(in)
		if err != nil {
			t.Fatal(err)
		}
		q, err := story.ParseQuery(values)
		var invalid *geo.InvalidError
		if !errors.As(err, &invalid) || invalid.Name != name || !reflect.DeepEqual(q, story.Query{}) {
			t.Errorf("%.30q: %+v, %v; want the zero query and an error that names %s", in, q, err, name)
		} else if len(err.Error()) > 400 || !utf8.ValidString(err.Error()) || strings.ContainsAny(err.Error(), "\n\x00") {
			t.Errorf("%.30q: the error is too long or not printable: %q", in, err)
		}
	}
}

func TestParseInterval(t *testing.T) {
	day := time.Date(2019, 3, 23, 0, 0, 0, 0, time.UTC)
	noon, evening := day.Add(12*time.Hour), day.Add(24*time.Hour-time.Nanosecond)
	for in, want := range map[string][2]time.Time{
		"2019-03-23T12:00:00Z":                        {noon, noon},
		"2019-03-23T14:00:00+02:00":                   {noon, noon},
		"2019-03-23":                                  {day, evening},
		"2019-03-23/2019-03-24T11:00:00Z":             {day, noon.Add(23 * time.Hour)},
		"2019-03-22/2019-03-23":                       {day.AddDate(0, 0, -1), evening},
		"2019-03-23/2019-03-23":                       {day, evening},
		"2019-03-23/..":                               {day, {}},
		"../2019-03-23":                               {{}, evening},
		"/2019-03-23":                                 {{}, evening},
		"2019-03-23T12:00:00Z/":                       {noon, {}},
		"0001-01-01T00:00:00Z":                        {time.Time{}.Add(1), time.Time{}.Add(1)},
		"2019-03-23T12:00:00.5Z/2019-03-23T12:00:01Z": {noon.Add(500 * time.Millisecond), noon.Add(time.Second)},
	} {
		if from, to, err := story.ParseInterval(in); err != nil || !from.Equal(want[0]) || !to.Equal(want[1]) {
			t.Errorf("%q: %v, %v, %v; want %v", in, from, to, err, want)
		}
	}
	for _, in := range []string{"", "..", "/", "../..", "../", "2019", "2019-02-30", "2019-13-01", "2019-03-23T25:00:00Z", "2019-03-23T12:00:00",
		"2019-03-24/2019-03-23", "a/b", "2019-03-23/x", "2019-03-21/2019-03-22/2019-03-23", "12:00", strings.Repeat("9", 300)} {
		_, _, err := story.ParseInterval(in)
		var invalid *geo.InvalidError
		if !errors.As(err, &invalid) || invalid.Name != "datetime" {
			t.Errorf("%.40q: error %v; want one that names datetime", in, err)
		}
	}
}

func FuzzParseInterval(f *testing.F) {
	for _, s := range []string{"2019-03-23", "2019-03-23T12:00:00Z/..", "../2019-03-23T12:00:00.123456789+05:30", "0000-01-01", "9999-12-31/.."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		from, to, err := story.ParseInterval(s)
		if err != nil {
			if !errors.Is(err, geo.ErrInvalid) || !utf8.ValidString(err.Error()) {
				t.Fatalf("error %q; want valid UTF-8 that wraps geo.ErrInvalid", err)
			}
			return
		}
		if from.IsZero() && to.IsZero() || !from.IsZero() && !to.IsZero() && from.After(to) {
			t.Fatalf("%q is parsed as %v to %v", s, from, to)
		}
	})
}

func FuzzParseQuery(f *testing.F) {
	f.Add("bbox=1,2,3,4&datetime=2019-03-23&q=a&country=sy&role=focus&min_confidence=.5&lang=en&limit=5&cursor=x&outlet=a,b&place=c")
	f.Add("%ff=%ff&q=%00")
	f.Fuzz(func(t *testing.T, s string) {
		values, err := url.ParseQuery(s)
		if err != nil {
			return
		}
		if _, err := story.ParseQuery(values); err != nil && (!errors.Is(err, geo.ErrInvalid) || !utf8.ValidString(err.Error())) {
			t.Fatalf("error %q; want valid UTF-8 that wraps geo.ErrInvalid", err)
		}
	})
}

func ExampleParseQuery() {
	q, err := story.ParseQuery(url.Values{"country": {"sy,iq"}, "datetime": {"2019-03-01/.."}})
	fmt.Println(q.Country, q.From.Format(time.DateOnly), q.To.IsZero(), err)
	_, err = story.ParseQuery(url.Values{"min_confidence": {"high"}})
	fmt.Println(err)
	// Output:
	// [SY IQ] 2019-03-01 true <nil>
	// min_confidence: "high" is not a number from 0 to 1
}
