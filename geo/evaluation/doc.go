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
// Of the toponyms with a confidence of .8, eight in ten should match a mention. Of the places
// with that confidence, eight in ten should also be within 161 km. The expected
// calibration error measures this: predictions are sorted by confidence into ten bins of the
// same size, and the distance between a bin's mean confidence and its share of right
// predictions is averaged, weighted by the size of the bins (Naeini, Cooper and Hauskrecht,
// "Obtaining Well Calibrated Probabilities Using Bayesian Binning", AAAI 2015; bins of the
// same size as in Nguyen and O'Connor, "Posterior Calibration and Exploratory Analysis for
// Natural Language Processing Models", EMNLP 2015). Equal confidences are in one bin. A report
// has it for recognition and end to end ([Calibration]), and its page draws both. With few
// predictions, such as those of a single outlet, it is high by chance.
//
//	                                    recognition  end to end
//	LGL, 5 splits by outlet             .029         .010
//	  without countries                 .029         .009
//	  without demonyms                  .033         .010
//	GeoVirus, unseen                    .071         .148
//	  without demonyms                  .022         .077
//	  without countries                 .039         .071
//
// GeoVirus does not mark demonyms, and its points of some countries are more than 161 km from
// those of the gazetteer, so that confident predictions of both count as wrong. The command
// newsmap evaluate prints these figures.
//
// # Focus
//
// The focus is measured separately ([RunFocus]): how often it is the place that a reader
// named. The labels in testdata have ids and no text. The first 100 stories are held out; the
// weights are learned from the other 488 stories of LGL and the sample stories. If several
// places are right, a label names them all.
//
//	                                             rules  learned
//	the 100 held out                             .82     .81
//	  of the 90 in which a right place is found  .91     .90
//	the 488, by outlet in 5 splits                .80     .82
//	  of the 462 in which a right place is found .84     .87
//	the 80 sample stories, in training           .94     .95
//
// The rules were chosen by reading the 100 stories and 50 of the others, so they are better on
// those than on the rest. In ten of the 100, no right place is found. Six of these ten name no
// place: they write "the country", "here" or a street, which readers of the paper know. In the
// other four, a place of the same name elsewhere is chosen, three times because the outlet is
// not listed. In most other errors, a town is confused with its neighbour, county or state.
//
// Three changes were tried and did not help: words for a level without a name ("the county",
// "statewide", "the mayor"; one more of the 488 is right), separate weights for each level (no
// more are right), and a second training example that knows only the outlet's country, for
// names that the outlet's home decides (end to end, LGL .857 instead of .856, GeoVirus .774
// instead of .775).
//
// The figures are those of the embedded weights of recognition and resolution, which were
// trained on LGL. With weights trained on other outlets, the 100 held-out stories have .77, and
// the 100 of lgl_focus_more.tsv .85. To train the weights of the focus again, and to print the
// figures:
//
//	go test ./geo/evaluation -run 'TestFocusTraining$' -v -args -focus-train
//	go test ./geo/evaluation -run 'TestFocus$' -v
//
// The first command cross-validates, and then writes the same weights as newsmap train focus
// with lgl.jsonl, the sample stories and these labels, in this order: lgl_focus_more.tsv,
// lgl_focus_train.tsv, and expected.tsv of the sample stories.
//
// # Demonyms
//
// Not every corpus marks demonyms ("Turkish"). LGL does. GeoVirus does not, so every predicted
// demonym counts as an error there. A report therefore has a second row of figures, in which
// all demonyms are neutral. It has a third row if the annotators of the corpus did not mark
// demonyms: that is, at least 20 were predicted, and less than 5 % of them match a mention
// ([Demonyms.Unmarked]). The third row ignores only the demonyms that match no mention. A note
// under the table explains it.
//
// # Effect of each group of signals
//
// The columns are recognition F1 (overlap), share within 161 km and end-to-end F1, including
// demonyms, with the embedded gazetteer: of LGL by cross-validation with 5 splits by outlet, of
// LGL as if no outlet were listed, and of GeoVirus unseen. Each row leaves out one group of
// signals. The models are trained again for each row, those of recognition only if the row
// changes them.
//
//	                            LGL             LGL, none listed  GeoVirus
//	without                     rec  Acc  e2e   rec  Acc  e2e     rec  Acc  e2e
//	nothing                     .914 .949 .856  .905 .903 .801    .890 .879 .775
//	gazetteer signals          .910 .951 .854  .902 .904 .797    .889 .880 .775
//	word lists                  .914 .952 .859  .903 .904 .800    .889 .875 .772
//	words next to the name      .911 .950 .855  .903 .899 .795    .891 .879 .776
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
// The outlet's home has the greatest effect: if it is listed, it decides which place a name
// means, and which names are places. In recognition it raises LGL from .903 to .914 and, if it
// is only guessed from the outlets' names, from .903 to .905. It does not change GeoVirus,
// whose only outlet covers the whole world. If the home is listed, the signals that
// compare the places of a document (lists, votes and distance) hardly matter on LGL; otherwise
// they add .06 end to end. Document evidence helps to distinguish places from other names in
// all three columns.
//
// Some rows are higher than the first one. The tagger, and the tagger with the open corpora,
// lower the end-to-end figure of LGL by .010 and .004; they add .006 to the recognition of
// GeoVirus, which is not local news. Distance lowers the figures a little if a home is listed,
// and adds .007 if none is. The tagger has its own gazetteer, list and letter signals, and the
// candidates come from the gazetteer, so the rows of these groups may understate their effect.
// Differences of a few thousandths were not tested for significance.
//
// Two in five of the bundled local outlets have a place in their name. For .70 of these, the
// most likely place of that name is within 40 km of the outlet's home. If the other places of a
// story are considered too, the most likely place is right for .85 of LGL's listed outlets with
// such a name, with the embedded weights. To measure the table again:
//
//	go test ./geo/training -run 'TestAblation$' -timeout 60m -args -ablation
//
// The package defines the corpus format, the matching of predictions with gold mentions, the
// figures, their comparison and their output. It trains nothing. It measures any
// [Parser], and does not depend on recognition or resolution. A figure measured on training data
// says nothing about unseen news; package training recognizes such documents and
// cross-validates them.
package evaluation
