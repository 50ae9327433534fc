package feature

import (
	"newsmap/geo"
	"newsmap/geo/story"
)

// Writer writes features one after another. Nothing reaches the io.Writer
// below before its buffer of 32 KiB is full or Close is called; an answer
// that fails midway is left without Close, so that it is seen to be cut. The
// first error stays.
type Writer interface {
	// Write writes f and keeps nothing of it.
	Write(f *story.Feature) error
	// Close completes the output. It does not close the io.Writer below.
	Close() error
}

// Options say how features are written. The zero value is usable.
type Options struct {
	BaseURL  string    // of the service, for story_url; empty: a path without a host
	BBox     *geo.BBox // what was asked for, written as the collection's bbox (GeoJSON only)
	Unstored bool      // no store holds the stories, so that story_url is null
}

// Next tells w, before Close, the address at which a limited answer continues. Only
// formats with Links can say so: a GeoJSON collection has members "numberReturned" and
// "links", as in OGC API Features Part 1. For the others it does nothing.
func Next(w Writer, address string) {
	if c, ok := w.(*collection); ok {
		c.next = address
	}
}
