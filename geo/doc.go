// Package geo holds newsmap's words for places in text: [Document], [Toponym],
// [Place], [Candidate], [Location], [BBox] and the errors that go with them. It
// also declares the three interfaces that geoparsing is made of ([Gazetteer],
// [Recognizer], [Resolver]) and [Geoparser], which composes them.
//
// Geoparsing follows the field's usual split (Leidner, "Toponym Resolution in
// Text", 2007): recognition finds the spans that name places, resolution picks
// one gazetteer entry for each span or none. Roles then say what the story is
// about.
//
// The package knows nothing of stories, stores or HTTP. Points are
// github.com/paulmach/orb points in WGS 84 with axis order lon, lat in degrees.
// Offsets in text are Unicode code points, never bytes.
package geo
