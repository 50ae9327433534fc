package subscription

import "time"

// Subscription is a feed that newsmap follows.
type Subscription struct {
	ID    int64     // given by the store
	URL   string    // where the feed is fetched; http or https
	Title string    // what the feed or the user calls it; may be empty
	Home  string    // the page it belongs to; may be empty
	Group string    // folder in the list it came from; may be empty
	Added time.Time // when it was subscribed

	Former []string // where it lay before it moved for good, at most 20, in order of URL; kept by the store, not changed by saving

	// What the last answer said, for the next request.
	ETag         string
	LastModified string

	Interval time.Duration // between polls, as learned from the feed's rhythm; 0: not learned yet
	Due      time.Time     // when it is to be fetched next; zero: now
	Fetched  time.Time     // when it was last asked, with whatever result; zero: never
	Changed  time.Time     // when it last brought a new or changed item; zero: never
	Items    int           // items in its last reading

	Failures int      // polls in a row that failed
	Error    string   // why the last poll failed, or could not be made (Failures is 0 then), in words; else empty
	Warnings []string // what was odd about the last reading, in words
	Gone     bool     // the server said 410: it is not polled until it is added again
}

// Item is what is remembered of one item of a feed.
type Item struct {
	Key    string // what the feed identifies it by
	Digest string // of all that the feed says about it: another digest is an update
}
