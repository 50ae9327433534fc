// Package ingest takes stories from files, addresses and followed feeds to the
// store: it reads them, fills what follows from the rest, geoparses and puts each
// whole or not at all. It owns the order of these steps, the choice between a feed's
// text and its page's, and what a poll of a feed does; it parses no markup, opens no
// connection, finds no places and writes no SQL itself.
//
//	Source -> story -> identity, domain, validation -> geoparsing -> Store.Put
//	  file    geo/article            geo/story         geo           geo/store
//	  address geo/fetch, geo/feed
//
// Followed feeds go the same way in steps that survive a crash, each a job of
// package queue:
//
//	Poller.Run   feeds that are due                 -> Jobs.AddPolls
//	Poller.Poll  one feed: fetched, read, compared  -> Jobs.AddItems, then Remember, then SaveSubscription
//	Worker       one item: its page, if that is due -> Store.Put
//
// Where a process ends between two of them, the one before is repeated: an item is
// known only after it waits as a job, and the server is told what we have (ETag) only
// after that. To put a story twice changes nothing.
package ingest
