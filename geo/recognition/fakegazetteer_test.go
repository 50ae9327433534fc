package recognition

import (
	"strings"
	"testing"

	"newsmap/geo"
	"newsmap/geo/gazetteer"
)

// fakeGazetteer is a gazetteer of a few names in lower case.
type fakeGazetteer map[string]gazetteer.Summary

func (f fakeGazetteer) Summary(name string) gazetteer.Summary { return f[strings.ToLower(name)] }

func town(population int64) gazetteer.Summary {
	return gazetteer.Summary{Count: 1, MaxPopulation: population, Prominence: 0.5, Classes: gazetteer.ClassPopulated, Main: true}
}

func region(class gazetteer.Class) gazetteer.Summary {
	return gazetteer.Summary{Count: 1, MaxPopulation: 5e6, Prominence: 0.8, Classes: class, Main: true}
}

var world = fakeGazetteer{
	"paris": town(2e6), "troy": town(3e3), "baghouz": town(0), "baghdad": town(5e6), "new york": town(8e6), "york": town(2e5),
	"lexington": town(1e4), "st. john's": town(1e5), "martha's vineyard": region(gazetteer.ClassRegion), "al-bab": town(6e4),
	"texas": region(gazetteer.ClassAdmin1), "neb.": region(gazetteer.ClassAdmin1 | gazetteer.ClassAbbreviation),
	"n.c.": region(gazetteer.ClassAdmin1 | gazetteer.ClassAbbreviation), "syria": region(gazetteer.ClassCountry),
	"turkish": region(gazetteer.ClassDemonym), "stratford-upon-avon": town(3e4), "jordan": region(gazetteer.ClassCountry),
	"isle of man": region(gazetteer.ClassCountry), "man": town(1e5), "south dakota": region(gazetteer.ClassAdmin1),
}

// textPassage returns text as a passage with its casing applied.
func textPassage(text string, lex lexicon) *passage {
	p := newPassage(geo.FieldText, text, lex)
	p.applyCasing(casingOf(lex, []*passage{p}), nil)
	return p
}

func newTestRecognizer(t testing.TB) *Recognizer {
	t.Helper()
	r, err := New(world)
	if err != nil {
		t.Fatal(err)
	}
	// The tests do not depend on the contents of the word lists.
	for word, list := range map[string]lists{
		"michael": listFirst, "mayor": listTitle, "president": listTitle, "village": listNoun, "university": listOrg,
		"in": listPrep, "near": listPrep, "ap": listAgency, "reuters": listAgency, "afp": listAgency,
	} {
		r.lexicon[word] |= list
	}
	return r
}
