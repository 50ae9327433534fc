// Package fetch is the one HTTP client for addresses that others chose: feeds, pages, and
// the targets of their redirects. It protects this machine and its network (private,
// loopback and other special addresses are refused after name resolution and at every
// redirect), limits size and time at every stage, and is polite (robots.txt, one
// connection for each host, a pause between requests, Retry-After). Callers with many
// hosts need not wait for one of them: see Request.Wait.
//
// It parses no feed and no page, keeps nothing on disk, and does not retry: [Result] and
// [Error] say when the server wants the next request.
//
// Sources: RFC 9110 (HTTP semantics), RFC 9111 (caching), RFC 9309 (robots.txt), the IANA
// registries of special-purpose addresses by way of code.dny.dev/ssrf.
package fetch
