// Package ingest takes stories from files and addresses to the store: it reads
// them, fills what follows from the rest, geoparses and puts each whole or not at
// all. It owns the order of these steps, and the choice between a feed's text and
// its page's; it parses no markup, opens no connection, finds no places and writes
// no SQL itself.
//
//	Source -> story -> identity, domain, validation -> geoparsing -> Store.Put
//	  file    geo/article            geo/story         geo           geo/store
//	  address geo/fetch, geo/feed
package ingest
