package resolution

import (
	"errors"
	"fmt"
	"hash/crc32"
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
	if n, err := m.WriteTo(&b); err != nil || b.String() != defaultWeights || int(n) != b.Len() {
		t.Errorf("not the same, %v", err)
	}
}

// sealed is a model file of these lines with a right checksum.
func sealed(version int, body string) string {
	return fmt.Sprintf(modelHeader, version, crc32.Checksum([]byte(body), castagnoli)) + body
}

func TestReadModelRefuses(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"nothing":           {"", "not a model"},
		"something else":    {"prior\t1\t1\n", "not a model"},
		"a later version":   {sealed(modelVersion+1, ""), "version 2; this program reads version 1"},
		"cut":               {defaultWeights[:len(defaultWeights)-9], "cut off or damaged"},
		"a weight changed":  {strings.Replace(defaultWeights, "prior\t", "prior\t1", 1), "cut off or damaged"},
		"unknown signal":    {sealed(1, "#\nnonsense\t1\t1\n"), "line 3"},
		"a weight too few":  {sealed(1, "prior\t1\n"), "line 2"},
		"no weight":         {sealed(1, "prior\t1\tx\n"), "line 2"},
		"weight no number":  {sealed(1, "prior\t1\tInf\n"), "line 2"},
		"too long":          {strings.Repeat("x", maxModel+1), "longer than 1 MiB"},
		"a line of nothing": {sealed(1, "\n\n"), "line 2"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ReadModel(strings.NewReader(test.text))
			if !errors.Is(err, geo.ErrInvalid) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want an error that says %q", err, test.want)
			}
		})
	}
}

// FuzzReadModel seals what it is given, so that the checksum does not keep it
// from the lines.
func FuzzReadModel(f *testing.F) {
	f.Add("prior\t1\t1\n", false)
	f.Add(defaultWeights, true)
	f.Fuzz(func(t *testing.T, text string, whole bool) {
		if !whole {
			text = sealed(modelVersion, text)
		}
		m, err := ReadModel(strings.NewReader(text))
		if err != nil {
			if !errors.Is(err, geo.ErrInvalid) {
				t.Fatal(err)
			}
			return
		}
		var b strings.Builder
		if _, err := m.WriteTo(&b); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadModel(strings.NewReader(b.String())); err != nil {
			t.Fatal(err)
		}
	})
}
