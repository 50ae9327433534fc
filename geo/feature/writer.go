package feature

import (
	"newsmap/geo"
	"newsmap/geo/story"
)

// Writer writes features one after another. It writes to the io.Writer when its buffer of 32
// KiB is full and in Close. If reading the features fails midway, do not call Close, so that
// the output is visibly incomplete. After an error, all methods return it.
type Writer interface {
	// Write writes f. It does not keep a reference to it.
	Write(f *story.Feature) error
	// Close completes the output. It does not close the io.Writer.
	Close() error
}

// Options configures the output. The zero value is usable.
type Options struct {
	BaseURL  string    // address of the service, for story_url; if empty, story_url is a path without a host
	BBox     *geo.BBox // filter, written as the collection's bbox (GeoJSON only)
	Unstored bool      // the stories are not in a store, so that story_url is null
}

// Next sets the address of the next page, which Close writes if the format has Links: a GeoJSON
// collection then has the members "numberReturned" and "links" of OGC API Features, Part 1. For
// other formats, Next does nothing.
func Next(w Writer, address string) {
	if c, ok := w.(*geoJSONWriter); ok {
		c.next = address
	}
}
