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
	var o training.Open
	for _, text := range []string{
		"He saw rain in Reading.", "There was rain near Bath, by reading.", "RAIN IN BATH AND YORK", "Only small words here, Ann.",
		"Then small rain fell on Ann.",
	} {
		o.Taggings = append(o.Taggings, recognition.Tagging{Document: names.Document{Text: text}})
	}
	// "reading" stands small once and with a capital once; what opens a sentence
	// and what is all capitals says nothing.
	if got := training.SmallWords(&o); !slices.Equal(got, []string{"rain", "small"}) {
		t.Errorf("got %q", got)
	}
}

// The word list that recognition embeds is what the open corpora give; -update
// writes it.
func TestSmallWordsList(t *testing.T) {
	x, err := gazetteer.Default()
	if err != nil {
		t.Fatal(err)
	}
	want := "# words that text writes small\n" + strings.Join(training.SmallWords(open(t, x)), "\n") + "\n"
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
		t.Error("the list is not what the corpora give")
	}
}
