// Package recognition finds the toponyms of a document: the spans of its title
// and text that name places.
//
// # Method
//
// A text is split into tokens and sentences with exact offsets. For each word a
// tagger computes the probabilities that it belongs to the name of a place, a
// person, an organisation, a people ("Turkish") or something else. This
// distinguishes "Paris Hilton", "Paris Police Department" and "Parisian". The
// tagger is a linear-chain conditional random field (Lafferty, McCallum and
// Pereira, ICML 2001; package sequence) with BIO labels. Its signals are the
// words, their shapes, affixes and neighbours, word lists and the gazetteer, as in
// Ratinov and Roth ("Design Challenges and Misconceptions in Named Entity
// Recognition", CoNLL 2009).
//
// Candidates are the capitalised spans that the gazetteer contains, those that
// match a pattern ("Foo County", "the village of Foo"), and those that the tagger
// labels as places. Each candidate gets a logistic score from signals of its name,
// its neighbours, the tagger and the rest of the document. A second round adds the
// first-round scores of the same name elsewhere and of the names in the same list.
// The spans without overlap that have the highest sum of scores are kept.
// Separate scanners find datelines and coordinates. Many signals follow those of
// Lieberman, Samet and Sankaranarayanan ("Geotagging with Local Lexicons to Build
// Indexes for Textually-Specified Spatial Data", ICDE 2010) and Leidner ("Toponym
// Resolution in Text", 2007).
//
// The two steps are trained on different corpora. Corpora that mark names of all
// kinds train the tagger. Only annotated news decides, through the scores, what
// counts as a toponym, such as a place inside an organisation's name. The scores
// are trained on the output of taggers that were not trained on the document
// (stacking; Wolpert, 1992), because a tagger is more certain about its own
// training text.
//
// A local newspaper writes about the places around it: there "Irving" is more
// likely the town than a person. If the outlet of the document has a home, signals
// of every name describe how near that home its nearest place is. The home comes
// from the list of outlets, or is guessed from the outlet's name with a
// probability (package masthead). Training hides the listed home, or everything
// about the outlet, for half of the documents, so that the home remains a prior.
// National and international outlets have no home.
//
// The tagger adds .006 to the recognition F1 on GeoVirus, a corpus that is neither
// used in training nor local. On LGL, cross-validated, the result is the same
// without the tagger now that the outlet's home is a signal (.916, and .914 with
// it; end to end .866 and .856), because the gazetteer lacks many of the names
// that it adds, and LGL's annotators did not mark others. These changes did not
// help when the tagger was built, on LGL by splits: the open corpora at .6 of the
// weight of news (end to end .828, against .840 at .3); a tagger table of 2^19
// rows (within .002 of 2^18); and, by F1 on held-out sentences, larger steps (.793
// against .812), more than five passes, and L2 decay. The ablation table is in
// package evaluation.
//
// In headlines, texts in capitals and texts without capitals, letter case does not
// show which words are names. There a word may belong to a name unless the rest of
// the document or a list of lower-case words (lexicon/small_words.txt, counted in
// the open corpora) indicates otherwise (truecasing; Lita et al., ACL 2003). Both
// steps are also trained on copies of their documents in another letter case, and
// on single sentences without a document around them.
//
// Lists and patterns find phrases that contain a place name but do not name a
// place ("Brussels sprouts", "West Nile virus", "US$ 5m", "she speaks Spanish"),
// because annotated news has too few examples of each.
//
// A demonym needs a higher probability than a name, because not every reader wants
// demonyms. [WithDemonyms] can leave them out.
//
// # Cost and limits
//
// Time and memory grow linearly with the text, because a span has at most maxSpan
// tokens. The tagger takes about half of the time. The word lists and the training
// text are English. In other languages with Latin scripts only the gazetteer finds
// place names. A word in lower case is not a name unless the whole text is in
// lower case.
//
// Code and weights are separate: [Train] and [TrainTagger] make a [Model] from
// annotated documents, and a [Recognizer] uses it.
//
// The package does not decide which place a name means; package resolution does.
package recognition
