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

var sentences = flag.String("sentences", "", "log the wrong sentences of this class, or of all classes if it is \"all\"")

// sentence is a short text with the expected places.
type sentence struct {
	line     int
	class    string
	document geo.Document
	expected []expectation
}

// expectation is a toponym with the places that are right for it. An optional toponym need not be
// found, but its place must be right if it is.
type expectation struct {
	name     string
	ids      []string
	optional bool
}

// readSentences reads lines with a class, a text and expectations, separated by tabs. A text may
// be "title || text", and \n in it is a line break. Expectations are "name=id|id;?optional=id" or
// "none".
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
			t.Fatalf("%s:%d: %d fields, want 3", path, line, len(fields))
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
				required := !strings.HasPrefix(name, "?")
				name = strings.TrimPrefix(name, "?")
				if !ok || !containsName(s.document.Title+"\n"+text, name) {
					t.Fatalf("%s:%d: expectation %q is malformed or its name is not in the text", path, line, e)
				}
				s.expected = append(s.expected, expectation{name: name, ids: strings.Split(ids, "|"), optional: !required})
			}
		}
		out = append(out, s)
	}
	if err := sc.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// duplicateKM is the maximum distance between the expected place and another entry for it of the
// same class. Gazetteers contain some towns twice.
const duplicateKM = 25

// mistakes returns the differences from the expectations: missed places, wrong places, and places
// of names that are not place names.
func (s *sentence) mistakes(x *gazetteer.Index, result *geo.Result) []string {
	var out []string
	missed := slices.Clone(s.expected)
	for i := range result.Resolutions {
		r := &result.Resolutions[i]
		if r.Place == nil {
			continue
		}
		k := slices.IndexFunc(missed, func(e expectation) bool {
			return containsName(r.Toponym.Text, e.name) || containsName(e.name, r.Toponym.Text)
		})
		switch {
		case k < 0:
			out = append(out, fmt.Sprintf("%s is not a place name, but was resolved to %s (%s)", r.Toponym.Text, r.Place.ID, r.Place.FeatureCode))
			continue
		case !missed[k].allows(x, r.Place):
			out = append(out, fmt.Sprintf("%s was resolved to the wrong place %s (%s, %s)", r.Toponym.Text, r.Place.ID, r.Place.FeatureCode, r.Place.CountryName))
		}
		missed = slices.Delete(missed, k, k+1)
	}
	for _, e := range missed {
		if !e.optional {
			out = append(out, e.name+" was missed")
		}
	}
	return out
}

// containsName reports whether text contains name, ignoring case.
func containsName(text, name string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(name))
}

// allows reports whether found is one of the right places, or another entry for one.
func (e *expectation) allows(x *gazetteer.Index, found *geo.Place) bool {
	for _, id := range e.ids {
		if id == found.ID {
			return true
		}
		want, err := x.Place(id)
		if err == nil && gazetteer.ClassOf(want.FeatureCode) == gazetteer.ClassOf(found.FeatureCode) &&
			!gazetteer.ClassOf(found.FeatureCode).Has(gazetteer.ClassCountry) && geo.DistanceKM(want.Point, found.Point) < duplicateKM {
			return true
		}
	}
	return false
}

// tally counts the sentences of a class, and those that are right.
type tally struct{ right, all int }

func (c tally) share() float64 { return float64(c.right) / float64(max(c.all, 1)) }

// parseAll parses the sentences with p and returns the counts by class, by half, and in total (the
// class "").
func parseAll(t *testing.T, x *gazetteer.Index, p evaluation.Parser, in []sentence) map[string]tally {
	t.Helper()
	counts := map[string]tally{}
	for i := range in {
		s := &in[i]
		result, err := p.Parse(context.Background(), &s.document)
		if err != nil {
			t.Fatalf("line %d: %v", s.line, err)
		}
		mistakes := s.mistakes(x, result)
		half := "odd lines"
		if s.line%2 == 0 {
			half = "even lines"
		}
		for _, class := range [...]string{"", half, s.class} {
			c := counts[class]
			c.all++
			if len(mistakes) == 0 {
				c.right++
			}
			counts[class] = c
		}
		if len(mistakes) > 0 && (*sentences == s.class || *sentences == "all") && s.line%2 == 0 {
			t.Logf("line %d, %s: %q: %s", s.line, s.class, s.document.Title+s.document.Text, strings.Join(mistakes, "; "))
		}
	}
	return counts
}

// minRight is the minimum share of right sentences with the embedded weights.
const minRight = 0.87

// TestSentences measures the embedded weights on sentences that are in no corpus: beginnings of
// texts, headlines, texts in capitals or in lower case, organisations and things with a place in
// their name, lists, other languages, and markup. Only the even lines were read while signals
// were chosen; the odd lines show how well the choice generalizes.
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
	counts := parseAll(t, x, &geo.Geoparser{Recognizer: recognizer, Resolver: resolver}, all)
	for _, class := range slices.Sorted(maps.Keys(counts)) {
		c := counts[class]
		t.Logf("%-14s %3d of %3d  %.3f", class, c.right, c.all, c.share())
	}
	if got := counts[""].share(); got < minRight {
		t.Errorf("%.3f of the sentences are right, want at least %.2f", got, minRight)
	}
}
