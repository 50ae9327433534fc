// Package feed reads lists of news: RSS 0.9x to 2.0, RDF, Atom, JSON Feed and news sitemaps
// ([Parse]), OPML lists of feeds ([ParseOPML], [WriteOPML]), and the links of a page to its
// feeds ([Discover]). All texts that it returns are plain text in UTF-8, all addresses are
// absolute http or https addresses, and dates are plausible.
//
// It fetches nothing. The errors explain what is wrong with a document.
//
// Sources: the RSS 2.0 and RSS 1.0 specifications, RFC 4287 (Atom), JSON Feed 1.1,
// GeoRSS Simple and GML, the W3C Basic Geo vocabulary, OPML 2.0, the sitemaps.org
// protocol with Google's news extension, the RSS Advisory Board's autodiscovery.
package feed
