// Package evaluation reads corpora of annotated news and measures how well a
// geoparser finds and places the names in them.
//
// The measures are those of Gritta, Pilehvar and Collier, "A Pragmatic Guide to
// Geoparsing Evaluation" (Language Resources and Evaluation, 2020): precision,
// recall and F1 of recognition; accuracy within 161 km (100 miles), mean and
// median error and the area under the curve of the log error of resolution; and
// the three F-measures of both together, end to end.
//
// Two reports on the same documents are compared by a paired bootstrap
// ([Compare]), and every error can be listed ([HTML], [Report.Errors]).
//
// What a story is about is measured by itself ([RunFocus]): how often it is the
// place that a reader named. The labels under testdata hold ids, no text.
//
// It owns the corpus form, the matching of predictions with gold mentions, the
// figures, their comparison and how they are shown. It never trains anything and
// knows no recogniser or resolver: it is handed a [Parser]. A figure measured on
// what the parser was trained on says nothing of unseen news; package training
// tells those documents and cross-validates them.
package evaluation
