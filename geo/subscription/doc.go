// Package subscription holds what newsmap knows of a feed that it follows
// ([Subscription]) and the contract of what keeps it ([Store]): where the feed
// lies, when it is due, what its server said last, what is wrong with it, and
// which of its items are known.
//
// The package knows nothing of HTTP, feeds' formats, jobs or SQL.
package subscription
