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
// # Calibration
//
// A confidence is a promise: of the toponyms held to be one at .8, eight in ten
// should match a mention, and of the places, eight in ten should also lie within
// 161 km. The expected calibration error is how far that is missed: predictions
// are sorted by confidence into ten bins of equal mass, and the distance between a
// bin's mean confidence and its share of right predictions is averaged, weighted
// by what the bins hold (Naeini, Cooper and Hauskrecht, "Obtaining Well Calibrated
// Probabilities Using Bayesian Binning", AAAI 2015; bins of equal mass as in Nguyen
// and O'Connor, "Posterior Calibration and Exploratory Analysis for Natural
// Language Processing Models", EMNLP 2015). Equal confidences share a bin. A report
// gives it of recognition and end to end ([Calibration]), and its page draws both.
// With few predictions, as of a single outlet, it is high by chance alone.
//
//	                                    recognition  end to end
//	LGL, 5 splits by outlet             .029         .010
//	  without countries                 .029         .009
//	  without demonyms                  .033         .010
//	GeoVirus, unseen                    .071         .148
//	  without demonyms                  .022         .077
//	  without countries                 .039         .071
//
// GeoVirus marks no demonyms, and the points of some countries lie more than
// 161 km from the gazetteer's, so that sure predictions of both count as wrong.
// These are the figures that newsmap evaluate prints.
//
// # Focus
//
// What a story is about is measured by itself ([RunFocus]): how often it is the
// place that a reader named. The labels under testdata hold ids, no text: a first
// hundred that nothing of the choice is fitted to, and the 488 other stories of LGL,
// from which the weights are learnt together with the sample stories. Where several
// places are a fair answer, a label names them all.
//
//	                                             rules   learnt
//	the 100 held out                             .82     .81
//	  of the 90 in which a right place is found  .91     .90
//	the 488, by outlet in 5 splits                .80     .82
//	  of the 462 in which a right place is found .84     .87
//	the 80 sample stories, fitted to             .94     .95
//
// The rules alone had once been chosen by looking at the hundred, and at 50 of the
// others, which is why they do better there than on the rest. In ten of the hundred
// no right place is found: six of these name none at all, but speak of "the
// country", "here" or a street, and the paper's reader knows where; in four a
// namesake elsewhere is taken, in three of them because the outlet is not listed.
// Most others that are wrong have a town for its neighbour, its county or its state,
// or one of these for the town.
//
// What did not pay: words that speak of a level without a name ("the county",
// "statewide", "the mayor"; one more of the 488), each level with weights of its own
// for share, title, lead and the like (none), and, for names that the outlet's home
// decides, a copy in training that knows the outlet's country alone (LGL end to end
// .857 in place of .856, GeoVirus .774 in place of .775). The figures are those with
// the embedded weights of recognition and resolution, which know the toponyms of
// LGL; with weights of other outlets the hundred come to .77, the next to .85. To
// learn the weights of the focus anew, and for the figures:
//
//	go test ./geo/evaluation -run 'TestFocusTraining$' -v -args -focus-train
//	go test ./geo/evaluation -run 'TestFocus$' -v
//
// The first cross-validates and then writes what newsmap train focus writes, given
// lgl.jsonl and the sample stories with their labels, in the order of the package's
// tables: lgl_focus_more.tsv, lgl_focus_train.tsv, and the samples' expected.tsv.
//
// # Demonyms
//
// Not every corpus marks demonyms ("Turkish"): LGL does, GeoVirus marks none, so
// that each one found there counts as an error. A report therefore gives every
// figure a second time with demonyms neutral, marked or not. Where the corpus shows
// that its annotators passed them over, at least 20 being found and under 5 % of
// these matching a mention ([Demonyms.Unmarked]), it gives the figures once more
// with only those left aside that match no mention, and says so under the table.
//
// # What each group of signals gives
//
// Recognition F1 (overlap), share within 161 km and end-to-end F1, demonyms
// counted: LGL by 5-fold cross-validation over outlets, the same as if no outlet
// were listed, and GeoVirus unseen; embedded gazetteer. Each row leaves out one
// group. Models are trained anew, those of recognition where the row changes them.
//
//	                            LGL             LGL, none listed  GeoVirus
//	without                     rec  Acc  e2e   rec  Acc  e2e     rec  Acc  e2e
//	nothing                     .914 .949 .856  .905 .903 .801    .890 .879 .775
//	gazetteer signals          .910 .951 .854  .902 .904 .797    .889 .880 .775
//	word lists                  .914 .952 .859  .903 .904 .800    .889 .875 .772
//	words beside the name       .911 .950 .855  .903 .899 .795    .891 .879 .776
//	letters                     .912 .950 .855  .902 .900 .795    .892 .876 .774
//	document evidence           .908 .948 .850  .898 .903 .793    .884 .877 .769
//	outlet's home, recognition  .903 .948 .845  .903 .898 .793    .889 .878 .775
//	tagger                      .916 .953 .866  .907 .905 .805    .884 .877 .773
//	open corpora and tagger     .911 .952 .860  .903 .904 .802    .884 .872 .768
//	prior                       .914 .946 .850  .905 .913 .798    .890 .866 .762
//	containment                 .914 .949 .856  .905 .904 .803    .890 .876 .773
//	lists of places             .914 .948 .856  .905 .903 .801    .890 .878 .775
//	hints                       .914 .949 .856  .905 .903 .801    .890 .877 .773
//	votes                       .914 .947 .855  .905 .903 .802    .890 .874 .771
//	distance                    .914 .951 .857  .905 .897 .794    .890 .882 .778
//	outlet's home, resolution   .914 .897 .803  .905 .897 .795    .890 .877 .773
//	  only where it is guessed  .914 .949 .857  .905 .899 .796    .890 .879 .775
//	lists, votes and distance   .914 .951 .855  .905 .845 .739    .890 .869 .766
//
// The outlet's home decides most: where it is listed it puts names in their place,
// and it tells which names are places at all. In recognition it raises LGL from
// .903 to .914 and, guessed from the outlets' own names alone, from .903 to .905. It
// leaves GeoVirus, all of one outlet that is of the whole world, as it is. Where the
// home is listed the joint rounds (lists, votes and distance) hardly matter on LGL;
// where it is not, they are worth .06 end to end. Document evidence tells places
// from other names on all three.
//
// Some rows stand higher than the whole. The tagger, and it with the open corpora,
// cost LGL's end-to-end figure .010 and .004; they give GeoVirus, which is not local
// news, .006 of recognition. Distances cost a little where a home is listed and give
// .007 where none is. The tagger has gazetteer, list and letter signals of its own,
// and the gazetteer lists the candidates, so that those rows may understate what
// each gives. Differences of a few thousandths were not tested for significance.
//
// Of the bundled outlets that are local two in five have a name that says
// something; the likeliest place by the name alone lies within 40 km of the home of
// .70 of these. With the other places of a story the likeliest is right in .85 of
// LGL's listed outlets with such a name, by embedded weights. To repeat the table:
//
//	go test ./geo/training -run 'TestAblation$' -timeout 60m -args -ablation
//
// It owns the corpus form, the matching of predictions with gold mentions, the
// figures, their comparison and how they are shown. It never trains anything and
// knows no recogniser or resolver: it is handed a [Parser]. A figure measured on
// what the parser was trained on says nothing of unseen news; package training
// tells those documents and cross-validates them.
package evaluation
