package geo

// Role is the part that a Place plays in a text.
type Role string

// The roles.
const (
	RoleFocus    Role = "focus"    // the story is about it
	RoleDateline Role = "dateline" // the story was filed there
	RoleMention  Role = "mention"  // the story mentions it
)

// Resolution is a Toponym with the place that a Resolver chose for it.
type Resolution struct {
	Toponym    Toponym
	Place      *Place      // nil if the resolver abstains
	Confidence float64     // 0..1, that the toponym names Place
	Candidates []Candidate // best first, at most a handful
	Reasons    []Reason    // why Place was chosen, at most a handful
}

// Location is a Place in a text: its role and all toponyms that refer to it.
type Location struct {
	Place      Place
	Role       Role
	Precision  Precision
	Confidence float64 // 0..1
	Toponyms   []Toponym
	Evidence   string      // the most telling sentence that names it, at most 240 code points
	Reasons    []Reason    // why this place was chosen
	Candidates []Candidate // the other candidates, best first
}

// Result is a geoparsed Document.
type Result struct {
	Resolutions []Resolution // by field (title first), then by Start
	Locations   []Location   // one per place, focus first
	Focus       string       // id of the focus place, empty if there is none
}
