package corpus

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"newsmap/geo"
)

func isDemonym(s string) bool { return s == "Turkish" || s == "Parisian" }

func TestRead(t *testing.T) {
	const text = "-DOCSTART-\tO\n\nMr.\tO\nParis\tB-PER\nHilton\tI-PER\nleft\tO\nParis\tB-LOC\n,\tO\nFrance\tB-LOC\n.\tO\n\n" +
		"\"\tO\nTurkish\tB-NORP\nLutherans\tB-NORP\n'\tO\ns\tO\n\"\tO\n"
	docs, err := Read(strings.NewReader(text), "gum_news_interview", isDemonym)
	if err != nil {
		t.Fatal(err)
	}
	if len(docs) != 1 {
		t.Fatalf("got %d documents, want 1", len(docs))
	}
	d := docs[0]
	if want := "Mr. Paris Hilton left Paris, France.\n\"Turkish Lutherans's\""; d.Text != want {
		t.Errorf("text %q, want %q", d.Text, want)
	}
	var got []string
	for _, s := range d.Spans {
		got = append(got, s.Class.String()+":"+d.Text[s.Start:s.End])
	}
	want := "person:Paris Hilton place:Paris place:France demonym:Turkish other:Lutherans"
	if strings.Join(got, " ") != want {
		t.Errorf("spans %q, want %q", got, want)
	}
	if d.Unmarked != 0 {
		t.Errorf("unmarked classes %b, want none", d.Unmarked)
	}
}

func TestReadPartlyMarked(t *testing.T) {
	docs, err := Read(strings.NewReader("the\tO\nairport\tB-LAND\nof\tO\nTirana\tB-GAG\n\n"), "locphr_en", isDemonym)
	if err != nil {
		t.Fatal(err)
	}
	d := docs[0]
	if len(d.Spans) != 1 || d.Text[d.Spans[0].Start:d.Spans[0].End] != "Tirana" {
		t.Errorf("spans %v, want only Tirana", d.Spans)
	}
	if !d.Unmarked.Has(Person) || d.Unmarked.Has(Place) || d.Unmarked.Has(None) {
		t.Errorf("unmarked classes %b, want person but not place or none", d.Unmarked)
	}
}

func TestReadErrors(t *testing.T) {
	for name, text := range map[string]string{"no tab": "word\n", "not BIO": "word\tX-LOC\n"} {
		_, err := Read(strings.NewReader(text), "wikigold", isDemonym)
		if !errors.Is(err, geo.ErrInvalid) || !strings.Contains(err.Error(), "line 1") {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, err := Read(strings.NewReader(""), "no_such_corpus", isDemonym); !errors.Is(err, geo.ErrInvalid) {
		t.Errorf("unknown corpus: got %v", err)
	}
}

// TestReadShared reads the training corpora and checks that spans are not empty
// and have no surrounding space.
func TestReadShared(t *testing.T) {
	dir := os.Getenv("NEWSMAP_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "shared")
	}
	if _, err := os.Stat(filepath.Join(dir, "corpora")); err != nil {
		t.Skip("no training corpora; set NEWSMAP_SHARED to their parent folder: ", err)
	}
	for _, name := range Names() {
		docs, err := ReadFile(filepath.Join(dir, "corpora", name+".bio"), isDemonym)
		if err != nil {
			t.Fatal(err)
		}
		var counts [ClassCount]int
		for _, d := range docs {
			for _, s := range d.Spans {
				counts[s.Class]++
				if text := d.Text[s.Start:s.End]; strings.TrimSpace(text) != text || text == "" {
					t.Fatalf("%s: span %q", name, text)
				}
			}
		}
		if counts[Place] < 300 {
			t.Errorf("%s: %d places, want at least 300", name, counts[Place])
		}
		t.Log(name, len(docs), counts)
	}
}
