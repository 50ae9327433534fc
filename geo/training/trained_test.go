package training

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"newsmap/geo"
)

func TestFingerprint(t *testing.T) {
	const text = "Évry burns.\n\nTwo are hurt (3 p.m.)"
	for name, test := range map[string]struct {
		text string
		same bool
	}{
		"itself":        {text, true},
		"spaces":        {"Évry  burns. Two are hurt (3 p.m.) ", true},
		"decomposed":    {strings.Replace(text, "É", "E\u0301", 1), true},
		"case, quotes":  {"“ÉVRY BURNS” two are hurt — 3 pm", true},
		"another digit": {strings.Replace(text, "3", "4", 1), false},
		"another word":  {text + " more", false},
		"empty":         {"", false},
	} {
		if got := fingerprint(test.text) == fingerprint(text); got != test.same {
			t.Errorf("%s: same fingerprint: %t, want %t", name, got, test.same)
		}
	}
	if fingerprint("") != "" || fingerprint("… — \n") != "" {
		t.Error("a text without letters has a fingerprint")
	}
}

func TestTrainedUnknown(t *testing.T) {
	for _, text := range []string{"", " ", "No model was trained on this."} {
		if Trained(&geo.Document{Text: text}) {
			t.Errorf("%q is reported as training text", text)
		}
	}
}

func TestWriteTrained(t *testing.T) {
	docs := []*geo.Document{{ID: "secret", Text: "One text"}, {Text: "ONE text!"}, {Text: "Another"}, {}}
	var b bytes.Buffer
	if err := WriteTrained(&b, docs); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	if len(lines) != 3 || lines[1] >= lines[2] || strings.Contains(strings.ToLower(b.String()), "secret") {
		t.Errorf("got\n%s", b.String())
	}
	if !strings.Contains(b.String(), "\n"+fingerprint("one text")+"\n") {
		t.Error("the list lacks a text")
	}
}

// TestTrainedFormat checks that the embedded list contains only hashes, in order.
func TestTrainedFormat(t *testing.T) {
	lines := strings.Split(strings.TrimSuffix(trained, "\n"), "\n")
	hash := regexp.MustCompile(`^[0-9a-f]{16}$`)
	if !strings.HasPrefix(lines[0], "# ") || len(lines) < 500 {
		t.Fatalf("%d lines, want at least 500; the first is %q", len(lines), lines[0])
	}
	for i, line := range lines[1:] {
		if !hash.MatchString(line) || i > 0 && line <= lines[i] {
			t.Errorf("line %d is not a hash, or not in order: %q", i+2, line)
		}
	}
}
