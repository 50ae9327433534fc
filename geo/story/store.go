package story

import "context"

// Outcome is what Put did with a story.
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
	Next    string // cursor of the next page; empty on the last page
}

// Counts is how many stories and features match a Query.
type Counts struct {
	Stories   int
	Features  int
	Unlocated int // stories without any location
}

// Store stores stories. Implementations are safe for concurrent use and pass the
// tests of package storetest.
//
// A store groups duplicates, which are stories with the same text (see package
// similarity). The story of a group that was stored first is its primary story.
// Stories, Features and Count return only primary stories; Query.Outlet also matches a
// primary story by the outlets of its duplicates. Story also returns duplicates, with
// CopyOf set. If the primary story is deleted or its text changes, the oldest
// duplicate becomes the primary story of the others.
//
// Stories are ordered by Published (Fetched if unknown), newest first, then by id.
type Store interface {
	// Put stores s and its locations in one transaction. When it returns nil, the
	// story survives a crash of the process. After an error, s is unchanged.
	//
	// If a stored story has one of s.IDs, s replaces it, but the stored id, Fetched
	// time and earlier titles are kept, and s.IDs are added to the ids of the story.
	// A story that differs only in its times and ids is unchanged. If several stored
	// stories have one of s.IDs, they are merged under the id of the one stored
	// first, with the titles of all.
	//
	// Put sets s.ID to the kept id, s.URL to the better of two variants (see
	// BetterURL) and, if s.Published is zero, s.Published to the stored time. It
	// ignores s.Fetched, s.Updated, s.Titles, s.CopyOf and s.Copies and sets them to
	// what is stored.
	//
	// A story whose text is a duplicate of another's becomes part of its group if the
	// two are published at most six days apart.
	Put(ctx context.Context, s *Story) (Outcome, error)

	// Story returns the story with its locations, or geo.ErrNotFound. id is any id of
	// the story, so that links to a story that was merged into another still work.
	Story(ctx context.Context, id string) (*Story, error)

	// Stories returns one page of the stories that match q, with all their
	// locations. Limit 0 means 50. The error for an unknown cursor wraps
	// geo.ErrInvalid.
	Stories(ctx context.Context, q Query) (Page, error)

	// Features calls yield, in order, for each matching location of each matching
	// story, and never has all of them in memory. Limit 0 means no limit. If yield
	// returns an error, Features stops and returns it. The Feature is only valid
	// during the call. If there are more features than Limit, next is the cursor
	// after the last one; otherwise it is empty.
	Features(ctx context.Context, q Query, yield func(*Feature) error) (next string, err error)

	// Count returns how many stories and features match q. It ignores Limit and
	// Cursor.
	Count(ctx context.Context, q Query) (Counts, error)

	// Delete removes the story that has the given id, as in Story, or returns
	// geo.ErrNotFound.
	Delete(ctx context.Context, id string) error

	// Ready returns an error if the store cannot answer.
	Ready(ctx context.Context) error

	Close() error
}
