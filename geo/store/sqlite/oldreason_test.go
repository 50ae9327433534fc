package sqlite

import (
	"encoding/json"
	"reflect"
	"testing"

	"newsmap/geo"
)

func TestOldReasons(t *testing.T) {
	for sentence, want := range map[string]geo.Reason{
		"Texas named beside it":                                  geo.NewReason(geo.ReasonNamedBeside, "name", "Texas"),
		"Syria named most often":                                 geo.NewReason(geo.ReasonMostNamed, "name", "Syria"),
		"the nearest place, 12 km away":                          geo.NewReason(geo.ReasonNearestPlace, "km", "12"),
		"located by Nominatim (OpenStreetMap, ODbL)":             geo.NewReason(geo.ReasonLocated, "credit", "Nominatim (OpenStreetMap, ODbL)"),
		"its country located by Nominatim (OpenStreetMap, ODbL)": geo.NewReason(geo.ReasonCountryLocated, "credit", "Nominatim (OpenStreetMap, ODbL)"),
		"outlet's home":                                          geo.NewReason(geo.ReasonOutletHome),
		"near the outlet's home":                                 geo.NewReason(geo.ReasonNearOutletHome),
		"the publisher's own point":                              geo.NewReason(geo.ReasonPublisherPoint),
		" named beside it":                                       geo.NewReason(geo.ReasonOther, "text", " named beside it"),
		"a sentence that nobody wrote":                           geo.NewReason(geo.ReasonOther, "text", "a sentence that nobody wrote"),
	} {
		got := parseOldSentence(sentence)
		if !got.Equal(want) {
			t.Errorf("%q is parsed as %v, want %v", sentence, got, want)
		}
		if back := oldSentence(got); back != sentence {
			t.Errorf("%q is written back as %q", sentence, back)
		}
	}
	known := map[geo.ReasonCode]bool{geo.ReasonOther: true}
	for _, old := range oldReasons {
		known[old.code] = true
	}
	for _, code := range geo.ReasonCodes() {
		if !known[code] {
			t.Logf("reason %s was added after the first version", code)
		}
	}
}

func TestReasonJSON(t *testing.T) {
	reasons := []geo.Reason{geo.NewReason(geo.ReasonNamedBeside, "name", `Côte d'Ivoire "CI"`), geo.NewReason(geo.ReasonOutletHome)}
	encoded, err := encodeList(reasons, encodeReason)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := decodeList[geo.Reason, reasonJSON](encoded); err != nil || !reflect.DeepEqual(got, reasons) {
		t.Errorf("%s is decoded as %v, %v", encoded, got, err)
	}
	old, err := json.Marshal([]string{"Texas named beside it", "outlet's home"})
	if err != nil {
		t.Fatal(err)
	}
	got, err := decodeList[geo.Reason, reasonJSON](string(old))
	want := []geo.Reason{geo.NewReason(geo.ReasonNamedBeside, "name", "Texas"), geo.NewReason(geo.ReasonOutletHome)}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%s is decoded as %v, %v", old, got, err)
	}
	for _, malformed := range []string{`[1]`, `["`, `{}`} {
		if _, err := decodeList[geo.Reason, reasonJSON](malformed); err == nil {
			t.Errorf("%s is decoded; want an error", malformed)
		}
	}
}
