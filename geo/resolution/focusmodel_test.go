package resolution

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"strings"
	"testing"

	"newsmap/geo"
)

// sealedFocus puts a right first line before lines of weights.
func sealedFocus(body string) string {
	return fmt.Sprintf(focusHeader, focusVersion, crc32.Checksum([]byte(body), castagnoli)) + body
}

func TestReadFocusModel(t *testing.T) {
	m := focusModel(t)
	var b bytes.Buffer
	if _, err := m.WriteTo(&b); err != nil || b.String() != defaultFocusWeights {
		t.Errorf("what is read is not what is written: %v", err)
	}
	if some, err := ReadFocusModel(strings.NewReader(sealedFocus("named\t2\n"))); err != nil || some.weights[focusNamed] != 2 {
		t.Errorf("a line alone: %v", err)
	}
	for name, text := range map[string]string{
		"empty":           "",
		"another model":   defaultWeights,
		"another version": strings.Replace(defaultFocusWeights, "version 1", "version 9", 1),
		"cut":             defaultFocusWeights[:len(defaultFocusWeights)-9],
		"damaged":         strings.Replace(defaultFocusWeights, "named", "nomed", 1),
		"too long":        defaultFocusWeights + strings.Repeat("#", maxModel),
		"unknown signal":  sealedFocus("hue\t1\n"),
		"no number":       sealedFocus("named\tNaN\n"),
	} {
		if _, err := ReadFocusModel(strings.NewReader(text)); !errors.Is(err, geo.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestTrainFocus teaches that stories are about what they name last, which no
// rule says.
func TestTrainFocus(t *testing.T) {
	r, err := New(newWorld())
	if err != nil {
		t.Fatal(err)
	}
	var in []FocusExample
	for _, names := range [][2]string{{"Dallas", "Springfield"}, {"Springfield", "Dallas"}, {"Decatur", "Dallas"}, {"Dallas", "Decatur"}} {
		doc, toponyms := document(t, "", "In ["+names[0]+"] it rained. In ["+names[1]+"] it rained.")
		in = append(in, FocusExample{doc, toponyms, func(p *geo.Place) bool { return p.Name == names[1] }})
	}
	m, err := TrainFocus(context.Background(), r, in)
	if err != nil {
		t.Fatal(err)
	}
	again, err := TrainFocus(context.Background(), r, in)
	if err != nil || *m != *again {
		t.Errorf("the same examples give other weights, %v", err)
	}
	taught, err := New(newWorld(), WithFocusModel(m))
	if err != nil {
		t.Fatal(err)
	}
	doc, toponyms := document(t, "", "In [Springfield] it rained. In [Decatur] it rained. In [Dallas] it rained.")
	result, err := taught.Resolve(context.Background(), doc, toponyms)
	if err != nil || result.Focus != "dallas" {
		t.Errorf("the focus is %q, %v", result.Focus, err)
	}
	bad := []FocusExample{{&geo.Document{Text: "x"}, []geo.Toponym{{Start: 4, End: 9}}, nil}}
	if _, err := TrainFocus(context.Background(), r, bad); !errors.Is(err, geo.ErrInvalid) {
		t.Errorf("a toponym outside its text: %v", err)
	}
}

// TestFocusHomeIsPrior checks that the outlet's home only weighs places that are named.
func TestFocusHomeIsPrior(t *testing.T) {
	for _, text := range []string{"It rained.", "In [Dallas] it rained."} {
		with, without := resolve(t, "sj-r.com", "", text), resolve(t, "", "", text)
		if with.Focus != without.Focus {
			t.Errorf("%q: %q with the outlet, %q without", text, with.Focus, without.Focus)
		}
	}
}
