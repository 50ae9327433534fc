package geo

// Role says what a Place is to a text.
type Role string

// The roles.
const (
	RoleFocus    Role = "focus"    // what the story is about
	RoleDateline Role = "dateline" // where it was filed
	RoleMention  Role = "mention"  // named in passing
)

// Resolution is what a Resolver makes of one Toponym.
type Resolution struct {
	Toponym    Toponym
	Place      *Place      // nil if the resolver abstains
	Confidence float64     // 0..1, that the toponym names Place
	Candidates []Candidate // what was weighed, best first, at most a handful
	Reasons    []Reason    // why Place was chosen, at most a handful
}

// Location is a Place in a text: all the toponyms that mean it, and what it is
// to the text.
type Location struct {
	Place      Place
	Role       Role
	Precision  Precision
	Confidence float64 // 0..1
	Toponyms   []Toponym
	Evidence   string      // the sentence that names it best, at most 240 code points
	Reasons    []Reason    // why this place was chosen
	Candidates []Candidate // what else was weighed, best first
}

// Result is a geoparsed Document.
type Result struct {
	Resolutions []Resolution // by field (title first), then by Start
	Locations   []Location   // one a place, focus first
	Focus       string       // id of the focus place, empty if the text has none
}
