package resolution

import (
	"strings"

	"newsmap/geo/gazetteer"
)

// hint is what the words beside a toponym say about the kind of place.
type hint uint16

const (
	hintCounty   hint = 1 << iota // "Vanderburgh, Ind., County", "in Boone and Clark counties"
	hintTown                      // "the city of", "downtown", "Mayor"
	hintState                     // "the state of", "province"
	hintCountry                   // "the government of", "President"
	hintWater                     // "the river", "off the coast"
	hintResident                  // "woman", "resident", "police" after it: a town or county
)

var hintsBefore = map[string]hint{
	"city of": hintTown, "town of": hintTown, "village of": hintTown, "downtown": hintTown, "suburb of": hintTown, "hamlet of": hintTown,
	"township of": hintTown, "capital of": hintCountry, "capital": hintTown, "port of": hintTown,
	"state of": hintState, "province of": hintState, "county of": hintCounty, "county": hintCounty, "parish of": hintCounty,
	"republic of": hintCountry, "kingdom of": hintCountry, "government of": hintCountry, "president of": hintCountry,
	"river": hintWater, "lake": hintWater, "sea of": hintWater,
	"of": 0,
}

var hintsAfter = map[string]hint{
	"county":       hintCounty,
	"counties":     hintCounty,
	"parish":       hintCounty,
	"parishes":     hintCounty,
	"district":     hintCounty,
	"city":         hintTown,
	"town":         hintTown,
	"village":      hintTown,
	"mayor":        hintTown,
	"suburb":       hintTown,
	"state":        hintState,
	"province":     hintState,
	"governorate":  hintState,
	"governor":     hintState,
	"gov.":         hintState,
	"legislature":  hintState,
	"oblast":       hintState,
	"region":       hintState,
	"government":   hintCountry,
	"president":    hintCountry,
	"prime":        hintCountry,
	"parliament":   hintCountry,
	"embassy":      hintCountry,
	"river":        hintWater,
	"lake":         hintWater,
	"sea":          hintWater,
	"coast":        hintWater,
	"creek":        hintWater,
	"woman":        hintResident,
	"man":          hintResident,
	"resident":     hintResident,
	"residents":    hintResident,
	"police":       hintResident,
	"couple":       hintResident,
	"teen":         hintResident,
	"driver":       hintResident,
	"area":         hintResident,
	"school":       hintResident,
	"firefighters": hintResident,
}

// hintOf reads the words directly before and after a mention.
func hintOf(m *mention) hint {
	words := strings.Fields(strings.ToLower(m.before))
	var h hint
	if n := len(words); n > 0 {
		h |= hintsBefore[words[n-1]]
		if n > 1 {
			h |= hintsBefore[words[n-2]+" "+words[n-1]]
		}
	}
	if strings.HasPrefix(m.after, " ") {
		if words := strings.Fields(strings.ToLower(m.after)); len(words) > 0 {
			h |= hintsAfter[strings.TrimRight(words[0], ",;:")]
		}
	}
	return h
}

// agrees returns 1 if h hints at a place of the class, -1 if it hints at another kind, and 0
// if it hints at none.
func (h hint) agrees(c gazetteer.Class) int {
	if h == 0 {
		return 0
	}
	var want gazetteer.Class
	for _, w := range [...]struct {
		h hint
		c gazetteer.Class
	}{
		{hintCounty, gazetteer.ClassAdmin2}, {hintTown, gazetteer.ClassPopulated}, {hintState, gazetteer.ClassAdmin1},
		{hintCountry, gazetteer.ClassCountry}, {hintWater, gazetteer.ClassWater}, {hintResident, gazetteer.ClassPopulated | gazetteer.ClassAdmin2},
	} {
		if h&w.h != 0 {
			want |= w.c
		}
	}
	if c.Has(want) {
		return 1
	}
	return -1
}
