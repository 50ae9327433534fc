package story

import "context"

// Change is one thing that became of a story.
type Change struct {
	Revision int64   // grows with each change in the store, over restarts too
	ID       string  // of the story
	Outcome  Outcome // Created, Updated or Deleted
}

// Deleted is the outcome of a Change whose story is gone.
const Deleted Outcome = "deleted"

// ChangeLog tells what has changed in a store since a revision, whichever process
// changed it. Every Store of this project is one.
type ChangeLog interface {
	// Revision returns the number of the newest change, 0 if there is none.
	Revision(ctx context.Context) (int64, error)

	// Changes returns at most limit changes after the given revision, oldest first
	// and each story once, at its newest change. The outcome says what became of it
	// since that revision: Created if it was not there then, whatever followed. A
	// store may forget changes that are more than a week old.
	Changes(ctx context.Context, after int64, limit int) ([]Change, error)
}
