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

// corpus reads real stories in place, and skips where they are not there.
func corpus(t testing.TB) (out []report) {
	t.Helper()
	folder := os.Getenv("NEWSMAP_SHARED")
	if folder == "" {
		folder = filepath.Join("..", "..", "..", "..", "shared")
	}
	for _, name := range []string{"lgl.jsonl", "geovirus.jsonl"} {
		f, err := os.Open(filepath.Join(folder, "eval", name))
		if err != nil {
			t.Skipf("the shared corpora are not there: %v", err)
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

// TestCorpusApart looks whether real stories are taken for each other.
func TestCorpusApart(t *testing.T) {
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
	copies := 0
	for c := range candidates {
		a, b := reports[c[0]], reports[c[1]]
		if got := similarity.Compare(texts[c[0]], texts[c[1]]); got.Copy() {
			copies++
			t.Logf("%+v\n\t%q, %.120q\n\t%q, %.120q", got, a.title, a.text(), b.title, b.text())
		} else if got.Cover > 0.3 {
			t.Logf("apart: %+v\n\t%q, %.120q\n\t%q, %.120q", got, a.title, a.text(), b.title, b.text())
		}
	}
	// Read by hand: one report that two papers print, and one outlet's story with
	// the next day's, which has two thirds of the same text.
	if copies > 2 {
		t.Errorf("%d pairs are judged copies, want the 2 that are", copies)
	}
	t.Logf("%d stories, %.1f keys each, %d pairs share one, %d are judged copies", len(reports), float64(keys)/float64(len(reports)), len(candidates), copies)
}

// TestCorpusCopies prints real stories as other outlets would.
func TestCorpusCopies(t *testing.T) {
	reports := corpus(t)
	d := newDesk(3)
	right := 0
	for _, r := range reports {
		p := d.reprint(r)
		a, b := similarity.New(r.title, r.text()), similarity.New(p.title, p.text())
		c := similarity.Compare(a, b)
		if found(a, b) && c.Copy() {
			right++
		} else {
			t.Logf("missed (found %v): %+v %q %q", found(a, b), c, r.title, p.title)
		}
	}
	recall := float64(right) / float64(len(reports))
	t.Logf("recall %.4f over %d copies of real stories", recall, len(reports))
	if recall < 0.90 {
		t.Errorf("recall %.4f, want .90", recall)
	}
}
