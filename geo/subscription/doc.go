// Package subscription defines a feed that newsmap follows ([Subscription]), the
// interface of a store for them ([Store]) and the times at which feeds are polled
// ([Schedule]).
//
// A Subscription contains the address of a feed, the time of the next poll, the result
// of the last one, and the state of HTTP caching. The store also remembers which items
// of the feed are known.
//
// The package does not depend on HTTP, feed formats, jobs or SQL.
package subscription
