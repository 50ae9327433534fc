// Package loopback plays news sites on this machine's loopback interface, for
// tests: feeds in several forms that heed conditional requests, pages, and the ways
// in which hosts of the world are out of order. Each site is a host of its own.
//
// It serves on 127.0.0.1 only, and knows nothing of what reads it.
package loopback
