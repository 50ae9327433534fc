// Package geocode asks online geocoders for places that the gazetteer does not have.
// It owns the providers, the rate limits of their public servers and the cache of their
// answers. Nothing is sent unless a caller opens a [Geocoder] and calls it. A request
// contains the name of a place or a point, and country codes; never a text.
//
// The addresses of the providers and the structure of their answers come from
// github.com/codingsince1985/geo-golang. Only its endpoint builders and response
// parsers are used: its own transport takes no context, reads bodies of any size and
// ignores the HTTP status. This package sends the requests with a client of its own. It
// also parses each answer a second time for what the library's parsers hide:
// coordinates that are not numbers, which they return as 0,0, and the country, kind and
// ID of a place.
//
// The package follows Nominatim's usage policy: one request a second, a User-Agent that
// identifies the program, and cached answers
// (https://operations.osmfoundation.org/policies/nominatim/). The terms of commercial
// providers limit where their answers may be shown and how long they may be kept;
// whoever opens one of them is responsible for following its terms.
package geocode
