// Package geocode asks online geocoders for what the gazetteer lacks. It owns
// the providers, their politeness and the cache of their answers; nothing is
// sent unless a caller opens a [Geocoder] and asks it. It sends the name of a
// place, or a point, and country codes; never a text.
//
// The providers' addresses and the shapes of their answers come from
// github.com/codingsince1985/geo-golang, of which only the endpoint builders and
// response parsers are used: its own transport takes no context, reads bodies
// without end, and passes over the HTTP status. Requests run through a client of
// this package instead, and each answer is read a second time for what the
// library's parsers hide: coordinates that are no numbers, which they give as
// 0,0, and the country, kind and identity of a place.
//
// Nominatim's usage policy (one request a second, an honest User-Agent,
// answers cached; https://operations.osmfoundation.org/policies/nominatim/) is
// kept. The terms of commercial providers bound where and how long their answers
// may be kept and shown; who opens one of them answers for that.
package geocode
