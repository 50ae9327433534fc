// Package ingest stores stories from files, addresses and followed feeds: it reads, completes,
// geoparses and stores each of them. It defines the order of these steps, the choice between
// the text of a feed and of a page, and what a poll of a feed does. It leaves parsing,
// fetching, geoparsing and storing to other packages.
//
//	Source -> story -> identity, domain, validation -> geoparsing -> Store.Put
//	  file    geo/article            geo/story         geo           geo/store
//	  address geo/fetch, geo/feed
//
// Followed feeds go through the same steps as jobs of package queue, which survive a crash:
//
//	Poller.Run   feeds that are due                 -> Jobs.AddPolls
//	Poller.Poll  one feed: fetched, read, compared  -> Jobs.AddItems, then Remember, then SaveSubscription
//	Worker       one item: its page, if needed      -> Store.Put
//
// If a process ends between two steps, the earlier one is repeated: an item is marked as known
// only after its job is stored, and the ETag of the feed is stored only after that. Storing a
// story twice changes nothing.
package ingest
