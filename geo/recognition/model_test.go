package recognition

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"slices"
	"strings"
	"testing"

	"newsmap/geo"
)

func TestModelReadsWhatItWrites(t *testing.T) {
	m, err := ReadModel(bytes.NewReader(defaultModel))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if n, err := m.WriteTo(&b); err != nil || !bytes.Equal(b.Bytes(), defaultModel) || int(n) != b.Len() {
		t.Errorf("the model that was read writes different bytes, error %v", err)
	}
	if m.tagger == nil {
		t.Error("no tagger")
	}
	if len(defaultModel) > 8<<20 {
		t.Errorf("the model has %d bytes, want at most %d", len(defaultModel), 8<<20)
	}
}

// modelFile returns a model file of these weights and this tagger with a correct
// checksum, so that ReadModel reads the parts after it.
func modelFile(weights string, tagger []byte) []byte {
	body := append(binary.LittleEndian.AppendUint32(nil, uint32(len(weights))), weights...)
	return withHeader(modelVersion, append(body, tagger...))
}

func withHeader(version uint32, body []byte) []byte {
	out := binary.LittleEndian.AppendUint32([]byte(modelMagic), version)
	return append(binary.LittleEndian.AppendUint32(out, crc32.Checksum(body, castagnoli)), body...)
}

func TestReadModelRefuses(t *testing.T) {
	changed := slices.Clone(defaultModel)
	changed[len(changed)/2] ^= 1
	for name, test := range map[string]struct {
		data []byte
		want string
	}{
		"nothing":               {nil, "has no model header"},
		"something else":        {[]byte("# round, template, number, word, weight\n0\tbias"), "has no model header"},
		"a later version":       {withHeader(modelVersion+1, nil), "version 2; this program reads version 1"},
		"cut off":               {defaultModel[:len(defaultModel)-1], "was cut off or damaged"},
		"cut off in the header": {defaultModel[:modelHead], "was cut off or damaged"},
		"one bit changed":       {changed, "was cut off or damaged"},
		"no length":             {withHeader(modelVersion, []byte{1}), "no weights"},
		"length too large":      {withHeader(modelVersion, []byte{255, 255, 255, 255, 'a'}), "expected at least"},
		"malformed tagger":      {modelFile("", []byte("nonsense")), "tagger"},
		"too few fields":        {modelFile("#\n0\tbias\t0\t0.5", nil), "line 2"},
		"unknown round":         {modelFile("#\n2\tbias\t0\t\t0.5", nil), "line 2"},
		"unknown template":      {modelFile("#\n0\tnonsense\t0\t\t0.5", nil), "line 2"},
		"number too large":      {modelFile("#\n0\tbias\t70000\t\t0.5", nil), "line 2"},
		"malformed weight":      {modelFile("#\n0\tbias\t0\t\tx", nil), "line 2"},
		"weight not a number":   {modelFile("#\n0\tbias\t0\t\tNaN", nil), "line 2"},
		"endless line":          {modelFile("#\n"+strings.Repeat("x", 1<<17), nil), "line 2"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ReadModel(bytes.NewReader(test.data))
			if !errors.Is(err, geo.ErrInvalid) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want an error that contains %q", err, test.want)
			}
		})
	}
}

// FuzzReadModel adds a correct checksum, so that ReadModel reads the parts after
// it.
func FuzzReadModel(f *testing.F) {
	f.Add("0\tbias\t0\t\t0.5\n", []byte(nil))
	f.Add("", []byte("NMCRF\x00\r\n\x01\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, weights string, tagger []byte) {
		m, err := ReadModel(bytes.NewReader(modelFile(weights, tagger)))
		if err != nil {
			if !errors.Is(err, geo.ErrInvalid) {
				t.Fatal(err)
			}
			return
		}
		var b bytes.Buffer
		if _, err := m.WriteTo(&b); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadModel(&b); err != nil {
			t.Fatal(err)
		}
	})
}

func TestExpand(t *testing.T) {
	for name, want := range map[string]string{
		"Platte Co.": "Platte County", "W. Columbia": "West Columbia", "Tewksbury Twp.": "Tewksbury Township", "St. Louis": "St. Louis",
		"Paris": "Paris", "U.S.": "U.S.", "N. Platte Co.": "North Platte County",
	} {
		if got := ExpandAbbreviations(name); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}

// TestTrainLearns trains on a few sentences and recognizes names in others.
func TestTrainLearns(t *testing.T) {
	r := newTestRecognizer(t)
	var examples []Example
	for _, text := range []string{
		"He lives in [Paris] now.", "They went to [Troy] late.", "Fire broke out in [Baghdad] today.", "Police in [Lexington] said so.",
		"Mayor Jordan spoke.", "Mr. York came late.", "Then Michael York left.", "Mayor Paris said so.",
	} {
		for range 4 {
			examples = append(examples, marked(text))
		}
	}
	m := trainTest(t, r, examples)
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
	_, _ = trainTest(t, r, examples).WriteTo(&b)
	if a.String() != b.String() {
		t.Error("the same examples gave different weights")
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

func trainTest(t *testing.T, r *Recognizer, examples []Example) *Model {
	t.Helper()
	m, err := Train(r, nil, examples)
	if err != nil {
		t.Fatal(err)
	}
	return m
}
