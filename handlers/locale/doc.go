// Package locale translates newsmap's pages and answers. It reads the message files
// (static/messages), which the scripts of the page use too, chooses a language for a request,
// and has the names of countries, languages, scripts and kinds of places from Unicode CLDR.
//
// It does not depend on routes, stores or stories.
package locale
