package recognition

import (
	"bufio"
	"embed"
	"fmt"
	"strings"
)

//go:embed lexicon/*.txt
var lexiconFiles embed.FS

// lists is the set of word lists that contain a word.
type lists uint32

const (
	listFirst     lists = 1 << iota // first names
	listLast                        // last names
	listOrg                         // heads of organisation names: "Department"
	listTitle                       // titles of persons: "Mayor"
	listSpeech                      // verbs of saying
	listPrep                        // prepositions before places
	listNoun                        // common nouns of places: "village"
	listCommon                      // common words
	listCalendar                    // months, days, feasts
	listStreet                      // "Street"
	listTail                        // "County", "River" after a name
	listHead                        // "Lake", "Mount" before a name
	listAgency                      // "Reuters"
	listCompass                     // "north", "eastern"
	listLowercase                   // words that text writes in lower case
	listBrand                       // companies with the name of a town
)

// ruleLists are the lists that only rules use. No signal depends on them.
const ruleLists = listLowercase | listBrand

func (l lists) has(other lists) bool { return l&other != 0 }

var listFiles = [...]struct {
	name string
	list lists
}{
	{"first_names", listFirst}, {"last_names", listLast}, {"organisation_heads", listOrg},
	{"person_titles", listTitle}, {"speech_verbs", listSpeech}, {"place_prepositions", listPrep},
	{"place_nouns", listNoun}, {"common_words", listCommon}, {"calendar", listCalendar},
	{"streets", listStreet}, {"feature_tails", listTail}, {"feature_heads", listHead}, {"agencies", listAgency},
	{"compass", listCompass}, {"small_words", listLowercase}, {"brands", listBrand},
}

// lexicon maps a word in lower case to the lists that contain it.
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
		// Tokens are single words. The last word of a longer entry is the one next
		// to a name ("prime minister", "just outside").
		words := strings.Fields(strings.ToLower(entry))
		if len(words) > 0 {
			lex[words[len(words)-1]] |= list
		}
	}
	return sc.Err()
}
