package training_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"newsmap/geo/gazetteer"
	"newsmap/geo/recognition"
	names "newsmap/geo/recognition/corpus"
	"newsmap/geo/training"
)

func TestSmallWords(t *testing.T) {
	var o training.OpenCorpora
	for _, text := range []string{
		"He saw rain in Reading.", "There was rain near Bath, by reading.", "RAIN IN BATH AND YORK", "Only small words here, Ann.",
		"Then small rain fell on Ann.",
	} {
		o.Taggings = append(o.Taggings, recognition.Tagging{Document: names.Document{Text: text}})
	}
	// "reading" is in lower case once and capitalized once. First words of sentences, and sentences
	// in capitals, are ignored.
	if got := training.SmallWords(&o); !slices.Equal(got, []string{"rain", "small"}) {
		t.Errorf("got %q", got)
	}
}

// TestSmallWordsList checks that the embedded word list of recognition agrees with the open
// corpora. With -update, it writes the list.
func TestSmallWordsList(t *testing.T) {
	x, err := gazetteer.Default()
	if err != nil {
		t.Fatal(err)
	}
	want := "# words that text writes small\n" + strings.Join(training.SmallWords(openCorpora(t, x)), "\n") + "\n"
	path := filepath.Join("..", "recognition", "lexicon", "small_words.txt")
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("the list differs from the corpora; if it should, run with -update")
	}
}
