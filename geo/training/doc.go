// Package training converts annotated corpora into training examples, trains the weights of
// recognition and resolution, and cross-validates them (Kohavi, IJCAI 1995). All documents of an
// outlet are in the same split, because the stories of one paper name the same few towns. The
// package also recognizes the documents on which the embedded weights were trained.
//
// The same corpora in the same order result in the same weights, byte for byte. The signals and
// the learning algorithms are in packages recognition and resolution, and the measures are in
// package evaluation.
package training
