package similarity_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"newsmap/geo/story/similarity"
)

// corpus reads real stories from the shared corpora, and skips the test if they are missing.
func corpus(t testing.TB) (out []report) {
	t.Helper()
	dir := os.Getenv("NEWSMAP_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "shared")
	}
	for _, name := range []string{"lgl.jsonl", "geovirus.jsonl"} {
		f, err := os.Open(filepath.Join(dir, "eval", name))
		if err != nil {
			t.Skipf("the shared corpora are missing: %v", err)
		}
		lines := bufio.NewScanner(f)
		lines.Buffer(nil, 1<<24)
		for lines.Scan() {
			var doc struct{ Title, Text string }
			if err := json.Unmarshal(lines.Bytes(), &doc); err != nil {
				t.Fatal(err)
			}
			var r report
			r.title = doc.Title
			for p := range strings.SplitSeq(doc.Text, "\n") {
				if p = strings.TrimSpace(p); p != "" {
					r.paragraphs = append(r.paragraphs, p)
				}
			}
			if len(strings.Fields(r.text())) >= 80 {
				out = append(out, r)
			}
		}
		f.Close()
	}
	return out
}

// TestCorpusDifferent checks that different real stories are not duplicates.
func TestCorpusDifferent(t *testing.T) {
	reports := corpus(t)
	byKey := map[similarity.Key][]int{}
	texts := make([]*similarity.Text, len(reports))
	candidates, keys := map[[2]int]bool{}, 0
	for i, r := range reports {
		texts[i] = similarity.New(r.title, r.text())
		for _, k := range texts[i].Keys() {
			keys++
			for _, j := range byKey[k] {
				candidates[[2]int{j, i}] = true
			}
			byKey[k] = append(byKey[k], i)
		}
	}
	duplicates := 0
	for c := range candidates {
		a, b := reports[c[0]], reports[c[1]]
		if got := similarity.Compare(texts[c[0]], texts[c[1]]); got.IsDuplicate() {
			duplicates++
			t.Logf("%+v\n\t%q, %.120q\n\t%q, %.120q", got, a.title, a.text(), b.title, b.text())
		} else if got.Coverage > 0.3 {
			t.Logf("not duplicates: %+v\n\t%q, %.120q\n\t%q, %.120q", got, a.title, a.text(), b.title, b.text())
		}
	}
	// Checked by hand: a report in two newspapers, and an outlet's stories of two days that
	// have two thirds of their text in common.
	if duplicates > 2 {
		t.Errorf("%d pairs compare as duplicates, want 2", duplicates)
	}
	keysEach := float64(keys) / float64(len(reports))
	t.Logf("%d stories, %.1f keys each, %d pairs share a key, %d of them are duplicates", len(reports), keysEach, len(candidates), duplicates)
}

// TestCorpusDuplicates checks real stories against generated duplicates of them.
func TestCorpusDuplicates(t *testing.T) {
	reports := corpus(t)
	g := newGenerator(3)
	found := 0
	for _, r := range reports {
		p := g.duplicateOf(r)
		a, b := similarity.New(r.title, r.text()), similarity.New(p.title, p.text())
		c := similarity.Compare(a, b)
		if shareKey(a, b) && c.IsDuplicate() {
			found++
		} else {
			t.Logf("missed (shares a key: %v): %+v %q %q", shareKey(a, b), c, r.title, p.title)
		}
	}
	recall := float64(found) / float64(len(reports))
	t.Logf("recall %.4f of %d duplicates of real stories", recall, len(reports))
	if recall < 0.90 {
		t.Errorf("recall %.4f, want at least 0.90", recall)
	}
}
