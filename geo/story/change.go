package story

import "context"

// Change is one change of a story.
type Change struct {
	Revision int64   // increases with each change in the store, also across restarts
	ID       string  // of the story
	Outcome  Outcome // Created, Updated or Deleted
}

// Deleted is the outcome of a Change that removed its story.
const Deleted Outcome = "deleted"

// ChangeLog lists the changes of a store since a revision, including those made by
// other processes. Every Store of this project implements it.
type ChangeLog interface {
	// Revision returns the revision of the newest change, or 0 if there is none.
	Revision(ctx context.Context) (int64, error)

	// Changes returns at most limit changes after the given revision, oldest first.
	// Each story occurs once, at its newest change. The outcome compares the story
	// now with that revision: it is Created, even if updates followed, for a story
	// that did not exist then. A store may forget changes that are more than a week
	// old.
	Changes(ctx context.Context, after int64, limit int) ([]Change, error)
}
