package story

import "context"

// Outcome says what Put did.
type Outcome string

// The outcomes of Put.
const (
	Created   Outcome = "created"
	Updated   Outcome = "updated"
	Unchanged Outcome = "unchanged"
)

// Page is one page of stories, newest first.
type Page struct {
	Stories []*Story
	Next    string // cursor of the next page, empty on the last
}

// Counts says how many stories and features a Query matches.
type Counts struct {
	Stories   int
	Features  int
	Unlocated int // stories without any location
}

// Store keeps stories. Implementations are safe for concurrent use; package
// storetest holds the suite that each must pass.
//
// Copies of one report (see package similarity) are folded under the one that was
// stored first, their lead. Stories, Features and Count know the lead alone, which
// Query.Outlet finds by the outlet of any of its copies too; Story finds copies, with
// CopyOf set. A lead that is deleted, or whose text becomes another, is followed by
// its oldest copy.
//
// Order is by Published (Fetched where unknown), newest first, then by id.
type Store interface {
	// Put stores s and its locations whole or not at all. A story that goes by one
	// of s.Names is replaced, keeping its id, its Fetched time and the titles that
	// it had, and goes by all of s.Names from then on; one that is the same in all
	// but its times and names is left as it is. Where several stories go by those
	// names, they become one under the id of the one stored first, with the titles
	// of all. When Put returns nil, the story survives a crash of the process. It
	// sets s.ID to the id kept, s.URL to the better one of two variants (see
	// BetterURL), s.Published to the known one where s has none, s.Fetched,
	// s.Updated, s.Titles, s.CopyOf and s.Copies; what it is given for the latter
	// five does not matter. After an error s is as before.
	//
	// A story whose text is a copy of another's, published within six days of it, is
	// folded under that one: see Store.
	Put(ctx context.Context, s *Story) (Outcome, error)

	// Story returns the story with its locations, or geo.ErrNotFound. It finds it
	// by any of its names, so that links to a story that became part of another
	// lead there.
	Story(ctx context.Context, id string) (*Story, error)

	// Stories returns one page of the stories that match q with all their
	// locations; Limit 0 means 50. An unknown cursor wraps geo.ErrInvalid.
	Stories(ctx context.Context, q Query) (Page, error)

	// Features calls yield for each location of a matching story that itself
	// matches q, in order, without holding them all in memory; Limit 0 means
	// all. An error from yield ends it and is returned. The Feature is only
	// valid during the call. next is the cursor behind the last one if Limit
	// cut the answer, else empty.
	Features(ctx context.Context, q Query, yield func(*Feature) error) (next string, err error)

	// Count says how much matches q, its Limit and Cursor apart.
	Count(ctx context.Context, q Query) (Counts, error)

	// Delete removes a story, which it finds as Story does, or returns
	// geo.ErrNotFound.
	Delete(ctx context.Context, id string) error

	// Ready tells whether the store answers.
	Ready(ctx context.Context) error

	Close() error
}
