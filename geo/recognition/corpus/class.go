package corpus

// Class is the kind of thing that a name denotes.
type Class uint8

// The classes. None is text outside names.
const (
	None Class = iota
	Place
	Person
	Organisation
	Demonym
	Other
	ClassCount
)

var classNames = [...]string{"none", "place", "person", "organisation", "demonym", "other"}

func (c Class) String() string { return classNames[c] }

// ClassSet is a set of classes. Bit i represents class i.
type ClassSet uint8

// Has reports whether c is in s.
func (s ClassSet) Has(c Class) bool { return s&(1<<c) != 0 }

// AllClasses contains every class.
const AllClasses ClassSet = 1<<ClassCount - 1

// scheme describes the labels of a corpus.
type scheme struct {
	classes map[string]Class
	// marked are the classes that the corpus marks everywhere. Text without a
	// label may be of any other class.
	marked ClassSet
	// mixed are the labels that include demonyms and other names. The isDemonym
	// argument of Read distinguishes them.
	mixed map[string]bool
	// labelsNouns is true if the corpus also labels common nouns. Then only spans
	// that start with a capital count.
	labelsNouns bool
	// independent is true if consecutive sentences are not from one text. Then each
	// sentence is a document.
	independent bool
}

var schemes = map[string]scheme{
	"btc": {
		classes: map[string]Class{"PER": Person, "LOC": Place, "ORG": Organisation},
		marked:  1<<Place | 1<<Person | 1<<Organisation, independent: true,
	},
	"gum_news_interview": gum,
	"gum_other_free":     gum,
	"wikigold": {
		classes: map[string]Class{"PER": Person, "LOC": Place, "ORG": Organisation, "MISC": Other},
		marked:  AllClasses, mixed: map[string]bool{"MISC": true},
	},
	"uner_ewt_devtest": {
		classes: map[string]Class{"PER": Person, "LOC": Place, "ORG": Organisation},
		marked:  1<<Place | 1<<Person | 1<<Organisation,
	},
	"wnut17": {
		classes: map[string]Class{
			"person": Person, "location": Place, "group": Organisation, "corporation": Organisation, "creative-work": Other, "product": Other,
		},
		marked: AllClasses &^ (1 << Demonym), independent: true,
	},
	"crossner_politics": crossner, "crossner_science": crossner, "crossner_music": crossner, "crossner_literature": crossner,
	"locphr_en": {
		classes: map[string]Class{"LAND": Place, "GAG": Place, "SI": Place, "ADJ": Demonym},
		marked:  1<<Place | 1<<Demonym, labelsNouns: true,
	},
}

var gum = scheme{
	classes: map[string]Class{"PER": Person, "LOC": Place, "ORG": Organisation, "MISC": Other, "NORP": Demonym},
	marked:  AllClasses, mixed: map[string]bool{"NORP": true},
}

var crossner = scheme{
	classes: map[string]Class{
		"location": Place, "country": Place,
		"person": Person, "politician": Person, "writer": Person, "musicalartist": Person, "scientist": Person,
		"organisation": Organisation, "politicalparty": Organisation, "band": Organisation, "university": Organisation,
		"magazine": Other, "academicjournal": Other, "book": Other, "poem": Other, "award": Other, "event": Other, "election": Other,
		"literarygenre": Other, "album": Other, "song": Other, "musicgenre": Other, "musicalinstrument": Other, "misc": Other,
		"astronomicalobject": Other, "discipline": Other, "theory": Other, "chemicalelement": Other, "chemicalcompound": Other,
		"protein": Other, "enzyme": Other,
	},
	marked: AllClasses, mixed: map[string]bool{"misc": true}, independent: true,
}
