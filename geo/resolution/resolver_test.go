package resolution

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"newsmap/geo"
)

func resolve(t testing.TB, domain, title, text string) *geo.Result {
	t.Helper()
	r, err := New(newWorld())
	if err != nil {
		t.Fatal(err)
	}
	doc, toponyms := document(t, title, text)
	doc.Domain = domain
	result, err := r.Resolve(context.Background(), doc, toponyms)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func ids(result *geo.Result) []string {
	var out []string
	for _, r := range result.Resolutions {
		if r.Place == nil {
			out = append(out, "-")
			continue
		}
		out = append(out, r.Place.ID)
	}
	return out
}

func TestResolve(t *testing.T) {
	tests := map[string]struct{ domain, title, text, want string }{
		"best known":             {"", "", "He flew to [Paris] on Monday.", "paris"},
		"state beside it":        {"", "", "He lives in [Paris], [Texas].", "paris-tx tx"},
		"country beside it":      {"", "", "He lives in [Paris], [France].", "paris fr"},
		"state in words":         {"", "", "He lives in [Paris] in [Texas].", "paris-tx tx"},
		"one sense":              {"", "", "He lives in [Paris], [Texas]. Later he left [Paris] and came back to [Paris].", "paris-tx tx paris-tx paris-tx"},
		"two senses when stated": {"", "", "From [Springfield], [Illinois], to [Springfield], [Missouri].", "springfield-il il springfield-mo mo"},
		"rest of the document": {
			"",
			"",
			"Police of [Dallas] and [Henry County] met in [Paris] with others from [Dallas] in [Texas].",
			"dallas henry-tx paris-tx dallas tx",
		},
		"neighbours":               {"", "", "From [Decatur] he drove the short way to [Springfield].", "decatur-il springfield-il"},
		"title":                    {"", "[Paris], [Texas] votes", "The mayor of [Paris] won.", "paris-tx tx paris-tx"},
		"demonym":                  {"", "", "The [French] minister spoke.", "fr"},
		"unknown":                  {"", "", "He came from [Nowhereville] to [Paris].", "- paris"},
		"outlet at home":           {"sj-r.com", "", "The city of [Springfield] voted.", "springfield-il"},
		"outlet is not a fallback": {"sj-r.com", "", "He came from [Nowhereville].", "-"},
		"outlet is only a prior":   {"sj-r.com", "", "He moved to [Springfield], [Missouri].", "springfield-mo mo"},
		"outlet of nowhere known":  {"example.com", "", "He flew to [Paris].", "paris"},
		"one of several counties":  {"", "", "Floods in [Dallas] and [Henry] counties of [Texas].", "dallas henry-tx tx"},
		"domain of a country":      {"journal.fr", "", "The mayor of [Paris] spoke.", "paris"},
		"no toponyms":              {"", "", "Nothing.", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			result := resolve(t, test.domain, test.title, test.text)
			if got := strings.Join(ids(result), " "); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
			for _, r := range result.Resolutions {
				if r.Confidence < 0 || r.Confidence > 1 || (r.Place == nil) != (r.Confidence == 0) {
					t.Errorf("%s: confidence %g", r.Toponym.Text, r.Confidence)
				}
				if r.Place != nil && len(r.Reasons) == 0 && r.Confidence > 0.9 {
					t.Errorf("%s: sure without a reason", r.Toponym.Text)
				}
			}
		})
	}
}

func TestResolveSaysWhy(t *testing.T) {
	result := resolve(t, "sj-r.com", "", "He lives in [Paris], [Texas], not in [Springfield].")
	for i, want := range map[int]geo.Reason{0: geo.NewReason(geo.ReasonNamedBeside, "name", "Texas"), 2: geo.NewReason(geo.ReasonOutletHome)} {
		if !slices.ContainsFunc(result.Resolutions[i].Reasons, want.Equal) {
			t.Errorf("%s: reasons %v lack %v", result.Resolutions[i].Toponym.Text, result.Resolutions[i].Reasons, want)
		}
	}
}

func TestResolveCoordinates(t *testing.T) {
	r, err := New(newWorld())
	if err != nil {
		t.Fatal(err)
	}
	doc := &geo.Document{Text: "at 48.86 N 2.34 E"}
	result, err := r.Resolve(context.Background(), doc, []geo.Toponym{{
		Start: 3, End: 17, Text: "48.86 N 2.34 E", Kind: geo.KindCoordinate, Confidence: 1, Coordinate: &geo.Coordinate{Lon: 2.34, Lat: 48.86},
	}})
	if err != nil {
		t.Fatal(err)
	}
	p := result.Resolutions[0].Place
	if p == nil || p.ID != "point:48.86000,2.34000" || p.Country != "FR" || p.Precision() != geo.PrecisionPoint {
		t.Errorf("got %+v", p)
	}
}

func TestResolveRefusesSpans(t *testing.T) {
	r, err := New(newWorld())
	if err != nil {
		t.Fatal(err)
	}
	doc := &geo.Document{Text: "Paris"}
	for name, top := range map[string]geo.Toponym{
		"past the end": {Start: 3, End: 9},
		"reversed":     {Start: 3, End: 2},
		"negative":     {Start: -1, End: 2},
		"no title":     {Start: 0, End: 5, Field: geo.FieldTitle},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := r.Resolve(context.Background(), doc, []geo.Toponym{top}); !errors.Is(err, geo.ErrInvalid) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestResolveEndsWithItsContext(t *testing.T) {
	r, err := New(newWorld())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := r.Resolve(ctx, &geo.Document{}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestResolveConcurrently(t *testing.T) {
	r, err := New(newWorld())
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			doc, toponyms := document(t, "", "He lives in [Paris], [Texas].")
			result, err := r.Resolve(context.Background(), doc, toponyms)
			if err != nil || result.Resolutions[0].Place.ID != "paris-tx" {
				t.Errorf("got %+v, %v", result, err)
			}
		})
	}
	wg.Wait()
}

func TestRoles(t *testing.T) {
	tests := map[string]struct{ title, text, want string }{
		"town over its state": {"", "A fire broke out in [Paris], [Texas]. The mayor of [Paris] spoke.", "paris-tx=focus tx=mention"},
		"dateline apart": {
			"",
			"[DALLAS] — A fire broke out in [Springfield], [Illinois]. Nobody in [Springfield] was hurt.",
			"springfield-il=focus il=mention dallas=dateline",
		},
		"dateline alone":       {"", "[DALLAS] — Shares fell.", "dallas=focus"},
		"dateline named again": {"", "[DALLAS] — The mayor of [Dallas] fell.", "dallas=focus"},
		"title": {
			"[Springfield], [Illinois] votes",
			"In [Decatur] it rained. [Springfield] voted.",
			"springfield-il=focus decatur-il=mention il=mention",
		},
		"state when spread over it": {
			"",
			"[Illinois] votes. In [Decatur] it rained. [Illinois] said so. [Illinois] is big. [Illinois] is wide. In [Springfield], [Illinois], too.",
			"il=focus springfield-il=mention decatur-il=mention",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			result := resolve(t, "", test.title, test.text)
			var got []string
			for _, l := range result.Locations {
				got = append(got, l.Place.ID+"="+string(l.Role))
			}
			if len(got) == 0 || got[0] != strings.Fields(test.want)[0] || result.Focus != result.Locations[0].Place.ID {
				t.Fatalf("got %v, want %s", got, test.want)
			}
			slices.Sort(got)
			want := strings.Fields(test.want)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

func TestEvidenceSentence(t *testing.T) {
	long := strings.Repeat("and so on and on ", 30)
	tests := map[string]struct{ text, want string }{
		"its own sentence":           {"It rained. He flew to [Paris] on Monday. It snowed.", "He flew to Paris on Monday."},
		"abbreviations":              {"Then Mr. Hill flew to [Paris]. It snowed.", "Then Mr. Hill flew to Paris."},
		"its line":                   {"By a writer\nHe flew to [Paris]\nIt snowed.", "He flew to Paris"},
		"the text, not the dateline": {"[PARIS] — It rained. The mayor of [Paris] fell.", "The mayor of Paris fell."},
		"the dash of a dateline":     {"PARIS, Calif. — He flew to [Paris] on Monday.", "He flew to Paris on Monday."},
		"long":                       {"He flew to [Paris] " + long, ""},
		"long, late":                 {"He said " + long + " in [Paris] " + long, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := resolve(t, "", "", test.text).Locations[0].Evidence
			if test.want != "" && got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if n := utf8.RuneCountInString(got); n > maxEvidence || !strings.Contains(got, "Paris") {
				t.Errorf("%d code points: %q", n, got)
			}
		})
	}
}

func TestContains(t *testing.T) {
	f := newWorld()
	for _, test := range []struct {
		outer, inner string
		want         bool
	}{
		{"fr", "paris", true}, {"us", "paris", false}, {"tx", "paris-tx", true}, {"tx", "paris", false},
		{"us", "tx", true}, {"tx", "us", false}, {"henry-tx", "paris-tx", true}, {"henry-tx", "dallas", false}, {"paris", "paris", false},
	} {
		outer, inner := f.places[test.outer], f.places[test.inner]
		if got := contains(&outer, &inner); got != test.want {
			t.Errorf("%s holds %s: %v", test.outer, test.inner, got)
		}
	}
}
