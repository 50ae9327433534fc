// Package resolution chooses for each toponym of a document the place that it
// means, or none, and says what each place is to the document.
//
// Toponyms of one name are one group (one sense per discourse; Gale, Church and
// Yarowsky, 1992) unless the text itself sets them apart ("Paris, Texas" beside
// "Paris, France"). The candidates of a group are ranked by a linear model over
// features: how prominent a place is, what kind of thing, how the name matched,
// what the text states ("Texas" beside it, "County" after it), which countries
// and divisions the rest of the document is about, how near its other places
// lie, and where the outlet is at home. The rest of the document is itself
// uncertain, so the choice is made jointly in a few rounds, each of which weighs
// the others by their probabilities of the round before (iterated conditional
// modes; Besag, 1986, in its soft form). Overell ("Geographic Information
// Retrieval", 2009) and Speriosu and Baldridge ("Text-Driven Toponym
// Resolution", ACL 2013) describe the evidence that is used.
//
// Features and weights are apart: the weights are a table, with a version and a
// checksum, that [Train] writes and a [Resolver] reads. The work grows linearly with the number of toponyms:
// a group looks at no more than maxContext others.
//
// What the story is about, its focus, is chosen among the places found by a linear
// model of its own, over how often and where each is named, what it lies in, what
// lies in it, and where the outlet is at home. The rules that choose it where
// nothing is learnt are one of the features, and the learning begins from them
// ([TrainFocus]). A place that the text does not name is never the focus.
//
// The package finds no toponyms; that is recognition's work.
package resolution
