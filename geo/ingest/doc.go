// Package ingest takes stories from files to the store: it reads them, fills
// what follows from the rest, geoparses and puts each whole or not at all. It
// owns the order of these steps; it parses no markup, finds no places and
// writes no SQL itself.
//
//	Source -> story -> identity, domain, validation -> geoparsing -> Store.Put
//	  file    geo/article            geo/story         geo           geo/store
package ingest
