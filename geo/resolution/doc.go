// Package resolution chooses for each toponym of a document the place that it means, or
// none, and the role of each place.
//
// Toponyms of the same name form a group (one sense per discourse; Gale, Church and
// Yarowsky, 1992) unless the text itself distinguishes them ("Paris, Texas" and "Paris,
// France"). The candidates of a group are ranked by a linear model over signals: how
// prominent a place is, what kind of place it is, how the name matched, what the text
// states ("Texas" beside it, "County" after it), which countries and divisions the rest
// of the document is about, how near its other places are, and where the outlet's home
// is. The rest of the document is uncertain itself, so the choice is made jointly in a
// few rounds, each of which weighs the other groups by their probabilities in the round
// before (iterated conditional modes; Besag, 1986, in its soft form). Overell ("Geographic
// Information Retrieval", 2009) and Speriosu and Baldridge ("Text-Driven Toponym
// Resolution", ACL 2013) describe the evidence that is used.
//
// The weights are a table with a version and a checksum, which [Train] writes and a
// [Resolver] reads. The work grows linearly with the number of toponyms: a group is
// compared with at most maxContext others.
//
// If no table lists the outlet, its home is guessed from its domain and name: words such
// as "news" are cut off, and the rest may be a place of the gazetteer
// ("springfieldlocalnews.com"; package masthead). Many places have the same name, so each
// keeps a probability: first from the name alone, by a logistic choice fitted to the homes
// of the listed outlets; then, from the second round on, by how much of the document is
// around each of them. Guessed homes have signals of their own, so that training learns
// how far to trust them, and add no place that the text does not name. The guesses of an
// outlet are kept for its next document.
//
// The focus is chosen among the found places by a linear model of its own, over how often
// and where each is named, what contains it, what it contains, and where the outlet's home
// is or may be. Rules that chose it before there was a model are one of the signals, and
// training starts from them ([TrainFocus]). A place that the text does not name is never
// the focus.
//
// The package finds no toponyms; package recognition does.
package resolution
