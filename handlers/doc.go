// Package handlers is newsmap's HTTP side: routes, the binding of requests, the
// pages, and the mapping of errors to answers. It is the only importer of gin.
//
// Files are named by area: api_ for JSON and data, page_ for HTML, http_ for what all
// routes share. Languages and their names are in package locale.
//
// A handler decodes, calls one service, and encodes. Errors become RFC 9457
// problem documents in one place ([Problem]); what is not geo.ErrInvalid,
// geo.ErrNotFound or another error meant for clients is logged and answered
// without its text. The package knows no SQL and no particular store: it sees a
// story.Store, a geo.Gazetteer and the small interfaces declared in [Config].
package handlers
