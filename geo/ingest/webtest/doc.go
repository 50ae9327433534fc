// Package webtest plays news sites on this machine's loopback interface, for
// tests: feeds in several forms that heed conditional requests, pages, and the ways
// in which hosts of the world are out of order. Each [Site] is a host of its own.
//
// It serves on 127.0.0.1 only, and knows nothing of what reads it. Package wildweb
// plays a whole web of such hosts by the same forms and faults, and knows which
// stories must come of it.
package webtest
