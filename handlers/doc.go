// Package handlers is the HTTP server of newsmap: routes, parameters and bodies of requests,
// pages, and the mapping of errors to answers. No other package imports gin.
//
// Files are named by area: api_ for JSON and data, page_ for HTML, http_ for the parts that
// all routes share. Messages and names in other languages are in package locale.
//
// A handler decodes, calls one service, and encodes. One function turns errors into RFC 9457
// problem documents ([Problem]). An error that is neither geo.ErrInvalid, geo.ErrNotFound nor
// another error meant for clients is logged, and the answer does not contain its text. The
// package does not use SQL or a particular store: it uses the interfaces in [Config].
package handlers
