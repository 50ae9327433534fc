// Package fetch is the one HTTP client for addresses that others chose: feeds,
// pages, and whatever these redirect to. It guards this machine and its network
// (no private, loopback or otherwise special address, looked at after name
// resolution and at every redirect), bounds size and time at every stage, and is
// polite (robots.txt, one connection a host, a pause between requests, Retry-After).
// Who works on many hosts need not stand in line at one: see Request.Wait.
//
// It parses no feed and no page, keeps nothing on disk, and never retries: when
// to come again is the caller's matter, and [Result] and [Error] say what the
// server asked for.
//
// Sources: RFC 9110 (HTTP semantics), RFC 9111 (caching), RFC 9309 (robots.txt),
// the IANA registries of special-purpose addresses by way of code.dny.dev/ssrf.
package fetch
