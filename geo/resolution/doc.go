// Package resolution chooses for each toponym of a document the place that it
// means, or none, and says what each place is to the document.
//
// Toponyms of one name are one group (one sense per discourse; Gale, Church and
// Yarowsky, 1992) unless the text itself sets them apart ("Paris, Texas" beside
// "Paris, France"). The candidates of a group are ranked by a linear model over
// signals: how prominent a place is, what kind of thing, how the name matched,
// what the text states ("Texas" beside it, "County" after it), which countries
// and divisions the rest of the document is about, how near its other places
// lie, and where the outlet is at home. The rest of the document is itself
// uncertain, so the choice is made jointly in a few rounds, each of which weighs
// the others by their probabilities of the round before (iterated conditional
// modes; Besag, 1986, in its soft form). Overell ("Geographic Information
// Retrieval", 2009) and Speriosu and Baldridge ("Text-Driven Toponym
// Resolution", ACL 2013) describe the evidence that is used.
//
// Signals and weights are apart: the weights are a table, with a version and a
// checksum, that [Train] writes and a [Resolver] reads. The work grows linearly with
// the number of toponyms: a group looks at no more than maxContext others.
//
// Where no table lists the outlet, its own domain and name may tell where it is at
// home: newspaper words are taken off their ends, and what is left may be a place
// of the gazetteer ("springfieldlocalnews.com"; package masthead). What is left over otherwise, a
// platform's subdomain, or nothing but newspaper words says nothing. There is a
// Columbus in every other state, so that all places of the name keep a probability:
// first from the name alone, by a logistic choice fitted to the homes of the
// listed outlets, none of them being one of the answers; then, from the second
// round on, by how much of the document lies around each, without the name that is
// asked about. A home so guessed has signals of its own, so that training learns
// how far to trust it, and puts no place anywhere that the text does not name. The
// guesses of an outlet are kept for its next document.
//
// What the story is about, its focus, is chosen among the places found by a linear
// model of its own, over how often and where each is named, what it lies in, what
// lies in it, and where the outlet is at home or may be. The rules that choose it where
// nothing is learnt are one of the signals, and the learning begins from them
// ([TrainFocus]). A place that the text does not name is never the focus.
//
// The package finds no toponyms; that is recognition's work.
package resolution
