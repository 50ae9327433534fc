package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"newsmap/geo"
)

// evaluateSeen measures a corpus as if the embedded weights were trained on those of
// its texts that begin with "Seen".
func evaluateSeen(t *testing.T, o *evaluateOptions, path string) (names []string, stderr string, err error) {
	t.Helper()
	cmd := newEvaluate()
	var errOut bytes.Buffer
	cmd.SetErr(&errOut)
	e, err := newEvaluator(cmd, &Config{}, o)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	e.seen = func(doc *geo.Document) bool { return strings.HasPrefix(doc.Text, "Seen") }
	reports, err := e.corpus(t.Context(), path)
	for _, r := range reports {
		names = append(names, r.Name)
	}
	return names, errOut.String(), err
}

// writeCorpus writes a corpus with one document for each outlet, the first of which
// begins with "Seen" if seen is set.
func writeCorpus(t *testing.T, outlets int, seen bool) string {
	t.Helper()
	var b strings.Builder
	for i := range outlets {
		word := "Some"
		if seen && i == 0 {
			word = "Seen"
		}
		fmt.Fprintf(&b, `{"id":"%d","domain":"paper%[1]d.example","text":"%s police in Paris, Texas, met.",`+
			`"mentions":[{"start":15,"end":20,"lat":33.66,"lon":-95.56}]}`+"\n", i, word)
	}
	path := filepath.Join(t.TempDir(), "made.jsonl")
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestEvaluateOfTrainedCorpus(t *testing.T) {
	weights := filepath.Join(t.TempDir(), "weights.tsv")
	var stdout, stderr bytes.Buffer
	train := []string{"train", "recognition", "--corpus", writeCorpus(t, 2, false), "-o", weights}
	if status := run(t.Context(), train, nil, &stdout, &stderr); status != 0 {
		t.Fatal(stderr.String())
	}
	tests := map[string]struct {
		outlets int
		seen    bool
		options evaluateOptions
		names   string
		stderr  string
		err     string
	}{
		"unseen":            {6, false, evaluateOptions{}, "made", "", ""},
		"one document seen": {6, true, evaluateOptions{}, "made (5 splits by outlet)", "no open corpora", ""},
		"few outlets":       {3, true, evaluateOptions{}, "made (3 splits by outlet)", "no open corpora", ""},
		"one outlet":        {1, true, evaluateOptions{}, "", "", "--no-cross-validation"},
		"told not to":       {6, true, evaluateOptions{noCrossValidation: true}, "made (on training data)", "1 of its 6 documents", ""},
		"against a baseline": {
			6, true, evaluateOptions{baseline: "embedded"},
			"made (5 splits by outlet), embedded;made (5 splits by outlet), embedded", "no open", "",
		},
		"against weights": {6, true, evaluateOptions{recognition: weights}, "", "", "compare weights on another corpus"},
		"both on training data": {
			6, true, evaluateOptions{recognition: weights, noCrossValidation: true},
			"made (on training data), embedded;made (on training data), embedded, weights.tsv", "1 of its 6", "",
		},
		"missing corpora": {6, true, evaluateOptions{openCorpora: "nowhere"}, "", "", "nowhere"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			names, stderr, err := evaluateSeen(t, &test.options, writeCorpus(t, test.outlets, test.seen))
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Errorf("got error %v, want one with %q", err, test.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(names, ";"); got != test.names {
				t.Errorf("reports %q, want %q", got, test.names)
			}
			if (test.stderr == "") != (stderr == "") || !strings.Contains(stderr, test.stderr) {
				t.Errorf("stderr %q, want %q", stderr, test.stderr)
			}
		})
	}
}
