package subscription

import "time"

// Subscription is a feed that newsmap follows.
type Subscription struct {
	ID    int64     // set by the store
	URL   string    // address of the feed; http or https
	Title string    // set by the feed or the user; may be empty
	Home  string    // address of the web page of the feed; may be empty
	Group string    // folder in the imported list of feeds; may be empty
	Added time.Time // when it was subscribed

	// FormerURLs are the addresses from which the feed has moved permanently, at most
	// 20, in order of URL. Only the store sets them.
	FormerURLs []string

	// Headers of the last response, for the next request.
	ETag         string
	LastModified string

	Interval time.Duration // between polls, estimated from the feed's updates; 0: not estimated yet
	Due      time.Time     // time of the next poll; zero: now
	Fetched  time.Time     // time of the last poll, successful or not; zero: never
	Changed  time.Time     // when the feed last had a new or changed item; zero: never
	Items    int           // number of items at the last successful poll

	Failures int      // number of failed polls since the last successful one
	Error    string   // message why the last poll failed or was not possible (Failures is 0 then); empty if it succeeded
	Warnings []string // messages about problems of the feed at the last successful poll
	Gone     bool     // the server responded with 410 Gone: the feed is not polled until it is subscribed again
}

// Item identifies an item of a feed and its content.
type Item struct {
	Key    string // identifies the item in its feed
	Digest string // hash of the content; another digest means an update
}
