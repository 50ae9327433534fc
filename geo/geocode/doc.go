// Package geocode uses online geocoders for places that are not in the gazetteer. It contains
// the providers, their rate limits and a cache of their answers. Nothing is sent unless a
// caller opens a [Geocoder] and uses it. Requests contain the name of a place, or a point, and
// country codes, never a text.
//
// The addresses of the providers and the formats of their answers come from
// github.com/codingsince1985/geo-golang. Only its endpoint builders and response parsers are
// used, as its transport has no context and no limit for bodies, and ignores the HTTP status.
// Requests use a client of this package instead. Each answer is also parsed a second time for
// data that the library's parsers do not return: coordinates that are not numbers, for which
// they return 0,0, and the country, kind and id of a place.
//
// The package follows Nominatim's usage policy: one request a second, a User-Agent with a
// contact, a cache (https://operations.osmfoundation.org/policies/nominatim/). The terms of
// commercial providers restrict where and how long their answers may be stored and shown; the
// user who opens one is responsible for that.
package geocode
