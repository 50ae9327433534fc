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
// A [Geoparser] is made of a recogniser and a resolver over one gazetteer (see the
// example) and serves any number of goroutines. Its Parse gives a place, or none,
// for each toponym, with confidences that hold what they promise; ExplainSpans and
// ExplainChoices tell which features decided.
//
// The package knows nothing of stories, stores or HTTP. Points are
// github.com/paulmach/orb points in WGS 84 with axis order lon, lat in degrees.
// Offsets in text are Unicode code points, never bytes.
package geo
