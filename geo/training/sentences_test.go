package training_test

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"newsmap/geo"
	"newsmap/geo/evaluation"
	"newsmap/geo/gazetteer"
	"newsmap/geo/recognition"
	"newsmap/geo/resolution"
)

var sentences = flag.String("sentences", "", "write the sentences of this class that are not right, \"all\" for every class")

// sentence is a short text with the expected places.
type sentence struct {
	line     int
	class    string
	document geo.Document
	expected []expectation
}

// expectation is a toponym and the places that it may mean. A found one that is
// optional need not be found, but must be right if it is.
type expectation struct {
	name     string
	ids      []string
	optional bool
}

// readSentences reads lines of class, text and expectations, separated by tabs;
// "title || text" has a title, and \n in a text is a line break. Expectations
// are "name=id|id;?optional=id" or "none".
func readSentences(t *testing.T, path string) []sentence {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []sentence
	sc := bufio.NewScanner(f)
	for line := 1; sc.Scan(); line++ {
		if strings.HasPrefix(sc.Text(), "#") {
			continue
		}
		fields := strings.Split(sc.Text(), "\t")
		if len(fields) != 3 {
			t.Fatalf("%s:%d: %d fields", path, line, len(fields))
		}
		s := sentence{line: line, class: fields[0]}
		text := strings.ReplaceAll(fields[1], `\n`, "\n")
		if title, rest, ok := strings.Cut(text, "||"); ok {
			s.document.Title, text = strings.TrimSpace(title), strings.TrimSpace(rest)
		}
		s.document.Text = text
		if fields[2] != "none" {
			for _, e := range strings.Split(fields[2], ";") {
				name, ids, ok := strings.Cut(e, "=")
				bare := strings.TrimPrefix(name, "?")
				if !ok || !within(s.document.Title+"\n"+text, bare) {
					t.Fatalf("%s:%d: expectation %q", path, line, e)
				}
				s.expected = append(s.expected, expectation{name: bare, ids: strings.Split(ids, "|"), optional: bare != name})
			}
		}
		out = append(out, s)
	}
	if err := sc.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// nearTownKM is the maximum distance of a place of the same class from the expected one, as
// gazetteers have some towns twice.
const nearTownKM = 25

// faults returns the differences from the expectations: missed places, wrong places, and
// places for names that are not places.
func (s *sentence) faults(x *gazetteer.Index, result *geo.Result) []string {
	var out []string
	left := slices.Clone(s.expected)
	for i := range result.Resolutions {
		r := &result.Resolutions[i]
		if r.Place == nil {
			continue
		}
		k := slices.IndexFunc(left, func(e expectation) bool {
			return within(r.Toponym.Text, e.name) || within(e.name, r.Toponym.Text)
		})
		switch {
		case k < 0:
			out = append(out, fmt.Sprintf("%s is not a place, not %s (%s)", r.Toponym.Text, r.Place.ID, r.Place.FeatureCode))
			continue
		case !left[k].means(x, r.Place):
			out = append(out, fmt.Sprintf("%s is not %s (%s, %s)", r.Toponym.Text, r.Place.ID, r.Place.FeatureCode, r.Place.CountryName))
		}
		left = slices.Delete(left, k, k+1)
	}
	for _, e := range left {
		if !e.optional {
			out = append(out, e.name+" is missed")
		}
	}
	return out
}

// within reports whether text contains name, ignoring case.
func within(text, name string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(name))
}

func (e *expectation) means(x *gazetteer.Index, found *geo.Place) bool {
	for _, id := range e.ids {
		if id == found.ID {
			return true
		}
		want, err := x.Place(id)
		if err == nil && gazetteer.ClassOf(want.FeatureCode) == gazetteer.ClassOf(found.FeatureCode) &&
			!gazetteer.ClassOf(found.FeatureCode).Has(gazetteer.ClassCountry) && geo.DistanceKM(want.Point, found.Point) < nearTownKM {
			return true
		}
	}
	return false
}

// tally counts the sentences of a class that are right.
type tally struct{ right, all int }

func (c tally) share() float64 { return float64(c.right) / float64(max(c.all, 1)) }

func readAll(t *testing.T, x *gazetteer.Index, p evaluation.Parser, in []sentence) map[string]tally {
	t.Helper()
	counts := map[string]tally{}
	for i := range in {
		s := &in[i]
		result, err := p.Parse(context.Background(), &s.document)
		if err != nil {
			t.Fatalf("line %d: %v", s.line, err)
		}
		faults := s.faults(x, result)
		half := "odd lines"
		if s.line%2 == 0 {
			half = "even lines"
		}
		for _, class := range [...]string{"", half, s.class} {
			c := counts[class]
			c.all++
			if len(faults) == 0 {
				c.right++
			}
			counts[class] = c
		}
		if len(faults) > 0 && (*sentences == s.class || *sentences == "all") && s.line%2 == 0 {
			t.Logf("line %d, %s: %q: %s", s.line, s.class, s.document.Title+s.document.Text, strings.Join(faults, "; "))
		}
	}
	return counts
}

// leastRight is the minimum share of right sentences with the embedded weights.
const leastRight = 0.87

// TestSentences measures the embedded weights on sentences that are in no corpus: beginnings
// of texts, headlines, only capitals and none, organisations and things with a place in their
// name, lists, other languages, markup. Only the even lines were read while signals were
// chosen; the odd ones show how well that generalizes.
func TestSentences(t *testing.T) {
	x, err := gazetteer.Default()
	if err != nil {
		t.Fatal(err)
	}
	recognizer, err := recognition.New(x)
	if err != nil {
		t.Fatal(err)
	}
	resolver, err := resolution.New(x)
	if err != nil {
		t.Fatal(err)
	}
	all := readSentences(t, filepath.Join("testdata", "sentences.tsv"))
	counts := readAll(t, x, &geo.Geoparser{Recognizer: recognizer, Resolver: resolver}, all)
	for _, class := range slices.Sorted(maps.Keys(counts)) {
		c := counts[class]
		t.Logf("%-14s %3d of %3d  %.3f", class, c.right, c.all, c.share())
	}
	if got := counts[""].share(); got < leastRight {
		t.Errorf("%.3f of the sentences are right, want %.2f", got, leastRight)
	}
}
