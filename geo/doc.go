// Package geo declares newsmap's terms for places in text ([Document], [Toponym],
// [Place], [Candidate], [Location], [BBox]), the interfaces of geoparsing ([Gazetteer],
// [Recognizer], [Resolver]) and [Geoparser], which composes them.
//
// Geoparsing follows the field's usual division (Leidner, "Toponym Resolution in Text",
// 2007): recognition finds the spans that name places, and resolution chooses one place
// of the gazetteer for each span, or none. Roles then say what each place is to the
// story.
//
// A Geoparser combines a recognizer and a resolver that share one gazetteer (see the example)
// and is safe for concurrent use. Parse returns a place or none for each toponym, with
// calibrated confidences. ExplainSpans and ExplainChoices return the signals behind each
// decision.
//
// The package does not depend on stories, stores or HTTP. Points are orb.Points in degrees of
// WGS 84 with axis order lon, lat. Offsets in text count Unicode code points, not bytes.
//
// # Glossary
//
// These are the usual senses of words in code, API and page. A package that uses a word
// otherwise, such as the home page of a feed, says so.
//
//	feed, item   a subscribed RSS, Atom or JSON feed, and one entry of it
//	source       where a story came from: a feed, a page, a file, the API
//	article      title, byline, date, language and clean text, taken from a page
//	story        an article as newsmap keeps it: identity, outlet, link, text, locations
//	outlet       who published a story
//	home         the town of an outlet
//	duplicate    a story that repeats another's text; duplicates form a group, which is
//	             shown by its primary story
//	lead         the first paragraph of a text
//	mention      a place name in a text
//	toponym      a mention as a span: start, end and text
//	place        an entry of the gazetteer
//	candidate    a place that a toponym may mean, with its score
//	recognition  finding toponyms
//	resolution   choosing a candidate for each toponym, or none
//	location     a place in a story, with its toponyms, role, confidence and evidence
//	evidence     the sentence that names a location
//	reason       why a place was chosen, as a code with parameters
//	role         what a place is to a story: focus ("About"), dateline ("Filed from") or
//	             mention ("Mentioned")
//	focus        the place that a story is about
//	dateline     the place at the head of a report: "TROY, N.C. (AP) —"
//	precision    what the point of a place stands for: a point, a city, a division, a
//	             country, a region, a body of water
//	feature      a location on the map, as in GeoJSON; also in the terms of GeoNames,
//	             feature code and feature class
//	signal       an input of a model
//	split        one part of a corpus in cross-validation
//	fold         to remove differences of case and diacritics from a name
package geo
