// Package evaluation reads corpora of annotated news and measures how well a
// geoparser finds and places the names in them.
//
// The measures are those of Gritta, Pilehvar and Collier, "A Pragmatic Guide to
// Geoparsing Evaluation" (Language Resources and Evaluation, 2020): precision,
// recall and F1 of recognition; accuracy within 161 km (100 miles), mean and
// median error and the area under the curve of the log error of resolution; and
// the three F-measures of both together, end to end.
//
// It owns the corpus form, the matching of predictions with gold mentions, the
// figures and their table. It never trains anything and knows no recogniser or
// resolver: it is handed a [Parser].
package evaluation
