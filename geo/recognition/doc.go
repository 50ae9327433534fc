// Package recognition finds the toponyms of a document: the spans of its title
// and text that name places.
//
// # Method
//
// A text is split into tokens and sentences with exact offsets. A tagger gives
// each word the probabilities that it belongs to the name of a place, a person,
// an organisation, a people ("Turkish") or something else, so that "Paris
// Hilton", "Paris Police Department" and "Parisian" are told apart: a
// linear-chain conditional random field (Lafferty, McCallum and Pereira, ICML
// 2001; package sequence) with BIO labels over the words themselves, their
// shapes, affixes and neighbours, word lists and what the gazetteer knows, in the
// manner of Ratinov and Roth ("Design Challenges and Misconceptions in Named
// Entity Recognition", CoNLL 2009).
//
// Candidates are the capitalised spans that the gazetteer knows, those that
// stand in a pattern of their own ("Foo County", "the village of Foo"), and those
// that the tagger takes for places. Each gets a logistic score over features of
// its name, its neighbours, the tagger's word on it and the rest of the document,
// and a second one that also sees what the first made of the same name elsewhere
// and of the names that stand in a list with it. The spans without overlap whose
// scores sum highest are kept. Datelines and coordinates written in the text have
// scanners of their own. Many features follow those that Lieberman, Samet and
// Sankaranarayanan ("Geotagging with Local Lexicons to Build Indexes for
// Textually-Specified Spatial Data", ICDE 2010) and Leidner ("Toponym Resolution
// in Text", 2007) found to tell places from other names.
//
// The two steps learn from different corpora. Those that mark names of all kinds
// train the tagger; what counts as a toponym, such as a place inside an
// organisation's name, annotated news alone decides, through the scores. The
// scores learn from the word of taggers that had not seen the document (stacking;
// Wolpert, 1992), for a tagger is surer of what it was trained on.
//
// A local paper writes of the places around it, and "Irving" in it is the town
// sooner than a person. Where the outlet of the document has a home, features of
// every name say how near to it the nearest place lies that the name may mean: the
// home of a listed outlet, or those that the name of another outlet may stand for,
// with how likely these are (package masthead). In training half of the documents
// have their home or all of what is known of their outlet withheld, so that it
// stays a prior. Outlets of a country or of the world have none.
//
// The tagger gives GeoVirus, which is unseen and not local, .006 of recognition F1.
// LGL, cross-validated, does as well without it now that the outlet's home is known
// (.916, and .914 with it; end to end .866 and .856), for what it adds is often
// beyond the gazetteer, or no place to LGL's annotators. What did not pay when it
// was made, on LGL by folds: the open corpora at .6 of the weight of news
// (end to end .828, against .840 at .3); a tagger table of 2^19 rows (within .002
// of 2^18); and, by its F1 on held-out sentences, greater steps (.793 against
// .812), more than five passes, and L2 decay. The ablation table is in package
// evaluation.
//
// Headlines, texts in capitals and texts without any tell no name by its letters.
// There a word may belong to a name unless the rest of the document or a list of
// what text writes small (lexicon/small_words.txt, counted in the open corpora)
// says otherwise (truecasing; Lita et al., ACL 2003). Both steps also learn from
// copies of their documents in other capitals, and from sentences by themselves,
// which have no document around them.
//
// What is called after a place and is none ("Brussels sprouts", "West Nile virus",
// "US$ 5m", "she speaks Spanish") is told by lists and patterns, because annotated
// news has too little of each to learn from.
//
// A demonym must be surer than a name to count, because many a reader does not
// look for one; [WithDemonyms] leaves them out.
//
// # Cost and limits
//
// Time and memory grow linearly with the text, because a span is at most maxSpan
// tokens long. The tagger costs about half of the time. Words, lists and training
// text are English; names of places in other Latin scripts are found by the
// gazetteer alone. What begins with a small letter is no name, unless the whole
// text is written so.
//
// Features and weights are apart: [Train] and [TrainTagger] write a [Model] from
// annotated documents, and a [Recognizer] reads it.
//
// The package does not say which place a name means; that is resolution's work.
package recognition
