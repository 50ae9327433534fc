package recognition

import (
	"bufio"
	"embed"
	"fmt"
	"strings"
)

//go:embed lexicon/*.txt
var lexiconFiles embed.FS

// lists is a set of the word lists that a word stands in.
type lists uint32

const (
	listFirst    lists = 1 << iota // first names
	listLast                       // last names
	listOrg                        // heads of organisation names: "Department"
	listTitle                      // titles of persons: "Mayor"
	listSpeech                     // verbs of saying
	listPrep                       // prepositions that places follow
	listNoun                       // common nouns of places: "village"
	listCommon                     // common words
	listCalendar                   // months, days, feasts
	listStreet                     // "Street"
	listTail                       // "County", "River" after a name
	listHead                       // "Lake", "Mount" before a name
	listAgency                     // "Reuters"
	listCompass                    // "north", "eastern"
	listSmall                      // words that text writes small
	listBrand                      // firms that have a town's name
)

// unlearnt are the lists that no feature is of: rules read them.
const unlearnt = listSmall | listBrand

func (l lists) has(other lists) bool { return l&other != 0 }

var listFiles = [...]struct {
	name string
	list lists
}{
	{"first_names", listFirst}, {"last_names", listLast}, {"organisation_heads", listOrg},
	{"person_titles", listTitle}, {"speech_verbs", listSpeech}, {"place_prepositions", listPrep},
	{"place_nouns", listNoun}, {"common_words", listCommon}, {"calendar", listCalendar},
	{"streets", listStreet}, {"feature_tails", listTail}, {"feature_heads", listHead}, {"agencies", listAgency},
	{"compass", listCompass}, {"small_words", listSmall}, {"brands", listBrand},
}

// lexicon says for a word in lower case which lists it stands in.
type lexicon map[string]lists

func newLexicon() (lexicon, error) {
	lex := make(lexicon, 1<<14)
	for _, f := range listFiles {
		if err := lex.read(f.name, f.list); err != nil {
			return nil, fmt.Errorf("lexicon %s: %w", f.name, err)
		}
	}
	return lex, nil
}

func (lex lexicon) read(name string, list lists) error {
	f, err := lexiconFiles.Open("lexicon/" + name + ".txt")
	if err != nil {
		return err
	}
	defer f.Close()
	sc := bufio.NewScanner(f)
	for sc.Scan() {
		entry, _, _ := strings.Cut(sc.Text(), "#")
		// Tokens are single words: of a longer entry the last word is what
		// stands beside a name ("prime minister", "just outside").
		words := strings.Fields(strings.ToLower(entry))
		if len(words) > 0 {
			lex[words[len(words)-1]] |= list
		}
	}
	return sc.Err()
}
