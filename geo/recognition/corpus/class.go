package corpus

// Class is what a name is a name of.
type Class uint8

// The classes. None is text that is no name.
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

// ClassSet is a set of classes, bit i standing for class i.
type ClassSet uint8

// Has tells whether c is in s.
func (s ClassSet) Has(c Class) bool { return s&(1<<c) != 0 }

// AllClasses holds every class.
const AllClasses ClassSet = 1<<ClassCount - 1

// scheme says what the labels of a corpus mean.
type scheme struct {
	classes map[string]Class
	// marked are the classes that the corpus marks wherever they stand. Text
	// without a label may be any class that it does not mark.
	marked ClassSet
	// mixed are labels that hold demonyms among other things; IsDemonym decides.
	mixed map[string]bool
	// named are labels that hold common nouns too; only spans that begin with a
	// capital count.
	named bool
	// loose says that sentences that stand together have nothing to do with
	// each other.
	loose bool
}

const everything = AllClasses

var schemes = map[string]scheme{
	"btc": {
		classes: map[string]Class{"PER": Person, "LOC": Place, "ORG": Organisation},
		marked:  1<<Place | 1<<Person | 1<<Organisation, loose: true,
	},
	"gum_news_interview": gum,
	"gum_other_free":     gum,
	"wikigold": {
		classes: map[string]Class{"PER": Person, "LOC": Place, "ORG": Organisation, "MISC": Other},
		marked:  everything, mixed: map[string]bool{"MISC": true},
	},
	"uner_ewt_devtest": {
		classes: map[string]Class{"PER": Person, "LOC": Place, "ORG": Organisation},
		marked:  1<<Place | 1<<Person | 1<<Organisation,
	},
	"wnut17": {
		classes: map[string]Class{
			"person": Person, "location": Place, "group": Organisation, "corporation": Organisation, "creative-work": Other, "product": Other,
		},
		marked: everything &^ (1 << Demonym), loose: true,
	},
	"crossner_politics": crossner, "crossner_science": crossner, "crossner_music": crossner, "crossner_literature": crossner,
	"locphr_en": {
		classes: map[string]Class{"LAND": Place, "GAG": Place, "SI": Place, "ADJ": Demonym},
		marked:  1<<Place | 1<<Demonym, named: true,
	},
}

var gum = scheme{
	classes: map[string]Class{"PER": Person, "LOC": Place, "ORG": Organisation, "MISC": Other, "NORP": Demonym},
	marked:  everything, mixed: map[string]bool{"NORP": true},
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
	marked: everything, mixed: map[string]bool{"misc": true}, loose: true,
}
