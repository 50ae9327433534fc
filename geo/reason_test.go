package geo_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"newsmap/geo"
)

func TestReasonString(t *testing.T) {
	for _, c := range []struct {
		reason geo.Reason
		want   string
	}{
		{geo.NewReason(geo.ReasonOutletHome), "it is the outlet's home"},
		{geo.NewReason(geo.ReasonNamedBeside, "name", "Texas"), "Texas is named beside it"},
		{geo.NewReason(geo.ReasonMostNamed, "name", "Syria", "country", "SY"), "Syria is named most often"},
		{geo.NewReason(geo.ReasonNamedBeside, "name", "{name}"), "{name} is named beside it"},
		{geo.NewReason(geo.ReasonOther, "text", "an early reason"), "an early reason"},
		{geo.NewReason("unheard_of"), "unheard_of"},
	} {
		if got := c.reason.String(); got != c.want {
			t.Errorf("%v: %q, want %q", c.reason.Code, got, c.want)
		}
	}
	for _, code := range geo.ReasonCodes() {
		if code.Text() == "" {
			t.Errorf("%s has no text", code)
		}
	}
}

func TestReasonEqual(t *testing.T) {
	a := geo.NewReason(geo.ReasonNamedBeside, "name", "Texas")
	if !a.Equal(geo.NewReason(geo.ReasonNamedBeside, "name", "Texas")) {
		t.Error("the same reason is not equal")
	}
	if a.Equal(geo.NewReason(geo.ReasonNamedBeside, "name", "Ohio")) || a.Equal(geo.NewReason(geo.ReasonMostNamed, "name", "Texas")) {
		t.Error("different reasons are equal")
	}
}

func ExampleReason() {
	r := geo.NewReason(geo.ReasonNamedBeside, "name", "Texas")
	encoded, _ := json.Marshal(r)
	fmt.Println(r)
	fmt.Println(string(encoded))
	// Output:
	// Texas is named beside it
	// {"code":"named_beside","params":{"name":"Texas"}}
}
