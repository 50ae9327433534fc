// Package webtest serves news sites on the loopback interface for tests: feeds in several
// formats with conditional requests, pages, and the faults of real servers. Each [Site] is a
// host.
//
// It only serves on 127.0.0.1, and does not depend on its clients. Package wildweb serves many
// such hosts with the same formats and faults, and checks which stories a client has found.
package webtest
