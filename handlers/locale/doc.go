// Package locale puts newsmap's pages and answers into the reader's language. It reads
// the message files that the page's scripts read as well (static/messages), chooses a
// language for a request, and names countries, languages, scripts and kinds of places
// by the data of Unicode CLDR.
//
// It knows nothing of routes, stores or stories.
package locale
