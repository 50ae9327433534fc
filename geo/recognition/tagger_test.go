package recognition

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"newsmap/geo"
	"newsmap/geo/gazetteer"
	"newsmap/geo/recognition/corpus"
)

// taggings returns four taggings of each text, in which [Troy] is a place and
// {Ann} a person.
func taggings(texts ...string) []Tagging {
	var out []Tagging
	for _, text := range texts {
		in := Tagging{Weight: 1}
		var b strings.Builder
		for _, r := range text {
			switch r {
			case '[', '{':
				class := corpus.Place
				if r == '{' {
					class = corpus.Person
				}
				in.Document.Spans = append(in.Document.Spans, corpus.Span{Start: b.Len(), Class: class})
			case ']', '}':
				in.Document.Spans[len(in.Document.Spans)-1].End = b.Len()
			default:
				b.WriteRune(r)
			}
		}
		in.Document.Text = b.String()
		for range 4 {
			out = append(out, in)
		}
	}
	return out
}

func madeTaggings() []Tagging {
	return taggings("They live in [Mombo] now.", "He drove to [Ruvu Station] late.", "Rain fell in [Kasulu] today.", "Roads in [Lupa] are cut.",
		"{Ann Mombo} said so.", "{Ruvu} left, said {Ann Lupa}.", "Nobody slept.")
}

func TestTaggerFindsWhatTheGazetteerLacks(t *testing.T) {
	r := newTestRecognizer(t)
	tagger, err := TrainTagger(t.Context(), r, madeTaggings())
	if err != nil {
		t.Fatal(err)
	}
	r.tagger = tagger.full
	a := r.analyse(&geo.Document{Text: "People fled to Kampungu Station when rain fell in Mwanga."})
	var got []string
	for _, c := range a.candidates[0] {
		if c.pattern == patternTag {
			got = append(got, c.name)
		}
	}
	if strings.Join(got, ";") != "Kampungu Station;Mwanga" {
		t.Errorf("candidates %q", got)
	}
	a = r.analyse(&geo.Document{Text: "Kampungu left, said Ann Mwanga."})
	if len(a.candidates[0]) > 0 {
		t.Errorf("candidates %+v, want none for a person", a.candidates[0])
	}
	if tag := a.passages[0].tags[0]; tag.best != corpus.Person || tag.in[corpus.Person] < 0.5 {
		t.Errorf("got %+v", tag)
	}
}

func TestTrainTaggerIsDeterministic(t *testing.T) {
	r := newTestRecognizer(t)
	var want []byte
	for range 2 {
		tagger, err := TrainTagger(t.Context(), r, madeTaggings())
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		for _, m := range append(tagger.parts[:], tagger.full) {
			if _, err := m.WriteTo(&b); err != nil {
				t.Fatal(err)
			}
		}
		if want == nil {
			want = b.Bytes()
		}
		if !bytes.Equal(b.Bytes(), want) {
			t.Error("the same taggings gave a different tagger")
		}
	}
}

func TestTrainTaggerOfNothing(t *testing.T) {
	r := newTestRecognizer(t)
	tagger, err := TrainTagger(t.Context(), r, nil)
	if err != nil || tagger != nil || tagger.excluding(3) != nil {
		t.Errorf("got %v, %v", tagger, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := TrainTagger(ctx, r, madeTaggings()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// TestTaggerExcluding checks that a document is read by a tagger that was not
// trained on it.
func TestTaggerExcluding(t *testing.T) {
	r := newTestRecognizer(t)
	in := madeTaggings()
	tagger, err := TrainTagger(t.Context(), r, in)
	if err != nil {
		t.Fatal(err)
	}
	for i := range in {
		if tagger.excluding(i) != tagger.parts[i%taggerParts] {
			t.Errorf("tagging %d has the wrong tagger", i)
		}
	}
	if tagger.excluding(-1) != tagger.full {
		t.Error("a document outside the taggings does not get the full tagger")
	}
	// Part 0 does not depend on the documents that it reads.
	changed := madeTaggings()
	for i := 0; i < len(changed); i += taggerParts {
		changed[i].Document = corpus.Document{Text: "Something else."}
	}
	other, err := TrainTagger(t.Context(), r, changed)
	if err != nil {
		t.Fatal(err)
	}
	var a, b bytes.Buffer
	_, _ = tagger.parts[0].WriteTo(&a)
	_, _ = other.parts[0].WriteTo(&b)
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("part 0 was trained on a document that it reads")
	}
}

func TestMatchesOfTheTagger(t *testing.T) {
	r := newTestRecognizer(t)
	p := textPassage("In New York and Paris", r.lexicon)
	var g tagger
	g.prepare(p, r.candidates(p, &nameCache{gazetteer: world, seen: map[string]gazetteer.Summary{}}))
	var got []position
	for _, m := range g.matches {
		got = append(got, m.position)
	}
	want := []position{matchNone, matchFirst, matchLast, matchNone, matchAlone}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestAllowedLabels(t *testing.T) {
	r := newTestRecognizer(t)
	in := taggings("{Ann Lupa} left [Mombo] for Troy.")[0]
	in.Document.Unmarked = 1 << corpus.Demonym
	ex := r.tagExamples(&in)
	if len(ex) != 1 {
		t.Fatalf("%d sentences", len(ex))
	}
	var names []string
	for _, set := range ex[0].Allowed {
		var of []string
		for y, label := range tagLabels {
			if set.Has(y) {
				of = append(of, label)
			}
		}
		names = append(names, strings.Join(of, "|"))
	}
	want := "B-person I-person O B-place O O|B-demonym|I-demonym O"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestDemonyms(t *testing.T) {
	const text = "The Turkish police came to Paris, and Turkish troops left Baghdad. Turkish police in Troy said so."
	for name, on := range map[string]bool{"on": true, "off": false} {
		t.Run(name, func(t *testing.T) {
			r, err := New(world, WithDemonyms(on))
			if err != nil {
				t.Fatal(err)
			}
			found, err := r.Recognize(t.Context(), &geo.Document{Text: text})
			if err != nil {
				t.Fatal(err)
			}
			demonyms, names := 0, 0
			for _, f := range found {
				if f.Kind == geo.KindDemonym {
					demonyms++
					if f.Confidence < demonymProbability {
						t.Errorf("%q at %.2f", f.Text, f.Confidence)
					}
				} else {
					names++
				}
			}
			if (demonyms > 0) != on || names < 2 {
				t.Errorf("%d demonyms, %d names", demonyms, names)
			}
		})
	}
}

func TestDemonymNeedsHigherProbability(t *testing.T) {
	r := &Recognizer{demonyms: true}
	adjective := candidate{end: 1, score: logOdds(0.55), summary: world["turkish"]}
	town := candidate{first: 1, end: 2, score: logOdds(0.55), summary: world["troy"]}
	if kept := r.aboveThreshold([]candidate{adjective, town}); len(kept) != 1 || kept[0].first != 1 {
		t.Errorf("got %+v", kept)
	}
	adjective.score = logOdds(0.7)
	if kept := r.aboveThreshold([]candidate{adjective}); len(kept) != 1 {
		t.Error("a demonym with a high probability is left out")
	}
}

func TestUnknownSignalGroup(t *testing.T) {
	if _, err := templatesOf([]string{"tagger", "nonsense"}); !errors.Is(err, geo.ErrInvalid) || !strings.Contains(err.Error(), "nonsense") {
		t.Errorf("got %v", err)
	}
}
