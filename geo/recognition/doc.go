// Package recognition finds the toponyms of a document: the spans of its title
// and text that name places.
//
// It splits a text into tokens and sentences with exact offsets, lists every
// capitalised span that the gazetteer knows or that stands in a pattern of its
// own ("Foo County", "the village of Foo"), gives each a logistic score over
// features of its name, its neighbours and the rest of the document, and keeps
// the spans without overlap whose scores sum highest. Datelines and coordinates
// written in the text have scanners of their own. The features follow those that
// Lieberman, Samet and Sankaranarayanan ("Geotagging with Local Lexicons to
// Build Indexes for Textually-Specified Spatial Data", ICDE 2010) and Leidner
// ("Toponym Resolution in Text", 2007) found to tell places from other names.
//
// Features and weights are apart: the weights are a table that [Train] writes
// from annotated documents, and a [Recognizer] reads. Time and memory grow
// linearly with the text, because a span is at most maxSpan tokens long.
//
// The package does not say which place a name means; that is resolution's work.
package recognition
