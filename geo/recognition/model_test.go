package recognition

import (
	"errors"
	"strings"
	"testing"

	"newsmap/geo"
)

func TestModelReadsWhatItWrites(t *testing.T) {
	m, err := ReadModel(strings.NewReader(defaultWeights))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if _, err := m.WriteTo(&b); err != nil || b.String() != defaultWeights {
		t.Errorf("not the same, %v", err)
	}
}

func TestReadModelRefuses(t *testing.T) {
	for name, line := range map[string]string{
		"too few fields":   "0\tbias\t0\t0.5",
		"unknown round":    "2\tbias\t0\t\t0.5",
		"unknown template": "0\tnonsense\t0\t\t0.5",
		"number too great": "0\tbias\t70000\t\t0.5",
		"no weight":        "0\tbias\t0\t\tx",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ReadModel(strings.NewReader("# header\n" + line))
			if !errors.Is(err, geo.ErrInvalid) || !strings.Contains(err.Error(), "line 2") {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestExpand(t *testing.T) {
	for name, want := range map[string]string{
		"Platte Co.": "Platte County", "W. Columbia": "West Columbia", "Tewksbury Twp.": "Tewksbury Township", "St. Louis": "St. Louis",
		"Paris": "Paris", "U.S.": "U.S.", "N. Platte Co.": "North Platte County",
	} {
		if got := Expand(name); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}

// TestTrainLearns trains on a few made sentences and asks for others.
func TestTrainLearns(t *testing.T) {
	r := newTestRecognizer(t)
	var examples []Example
	for _, text := range []string{"He lives in [Paris] now.", "They went to [Troy] late.", "Fire broke out in [Baghdad] today.", "Police in [Lexington] said so.", "Mayor Jordan spoke.", "Mr. York came late.", "Then Michael York left.", "Mayor Paris said so."} {
		for range 4 {
			examples = append(examples, marked(text))
		}
	}
	m := Train(r, examples)
	trained, err := New(world, WithModel(m))
	if err != nil {
		t.Fatal(err)
	}
	trained.lexicon = r.lexicon
	for text, want := range map[string]string{"She stayed in York now.": "York", "Mayor Troy spoke.": ""} {
		found, err := trained.Recognize(t.Context(), &geo.Document{Text: text})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, f := range found {
			got += f.Text
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
	var a, b strings.Builder
	_, _ = m.WriteTo(&a)
	_, _ = Train(r, examples).WriteTo(&b)
	if a.String() != b.String() {
		t.Error("the same examples gave other weights")
	}
}

func marked(text string) Example {
	before, rest, ok := strings.Cut(text, "[")
	if !ok {
		return Example{Document: &geo.Document{Text: text}}
	}
	name, after, _ := strings.Cut(rest, "]")
	return Example{
		Document: &geo.Document{Text: before + name + after},
		Spans:    []Span{{Start: len(before), End: len(before) + len(name)}},
	}
}
