// Package feed reads what lists news: RSS 0.9x to 2.0, RDF, Atom, JSON Feed and
// news sitemaps ([Parse]), OPML lists of feeds ([ParseOPML], [WriteOPML]), and the
// feeds that a page names ([Discover]). All text that it gives out is plain:
// markup is sanitised away, encodings are made UTF-8, addresses are absolute http
// or https ones, dates lie within bounds.
//
// It fetches nothing. The errors say in words what is wrong with a document.
//
// Sources: the RSS 2.0 and RSS 1.0 specifications, RFC 4287 (Atom), JSON Feed 1.1,
// GeoRSS Simple and GML, the W3C Basic Geo vocabulary, OPML 2.0, the sitemaps.org
// protocol with Google's news extension, the RSS Advisory Board's autodiscovery.
package feed
