package overview

import (
	"context"
	"sync"
	"time"

	"newsmap/geo"
	"newsmap/geo/story"
)

// Places is the gazetteer that an Overview needs. *gazetteer.Index implements it.
type Places interface {
	geo.Gazetteer
	// Suggest returns at most limit places that have a name with the prefix, best first.
	Suggest(prefix string, limit int) []geo.Candidate
	// Names returns all names of a place, the main one first.
	Names(id string) []string
	// Each calls yield for all places until it returns false.
	Each(yield func(geo.Place) bool)
}

// Overview computes overviews from a gazetteer and the stories of a store. It is safe for
// concurrent use.
type Overview struct {
	places  Places
	stories story.Aggregator
	now     func() time.Time

	directory directoryCache
	labels    func() []Label
}

// New returns an Overview. now returns the current time, and limits how often stories are
// counted.
func New(places Places, stories story.Aggregator, now func() time.Time) *Overview {
	return &Overview{places: places, stories: stories, now: now, labels: sync.OnceValue(func() []Label { return listLabels(places) })}
}

// Directory returns the directory of the current stories. While stories are added
// continuously, it may be some seconds old. The error is that of the store.
func (o *Overview) Directory(ctx context.Context) (*Directory, error) {
	return o.directory.get(ctx, o.stories, o.now())
}
