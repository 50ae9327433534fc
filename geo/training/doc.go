// Package training turns annotated corpora into the examples that recognition
// and resolution learn from, fits the weights of both, and measures them fairly:
// by k-fold cross-validation in which the documents of one outlet are never on
// both sides (Kohavi, IJCAI 1995; grouped because the stories of one paper name
// the same few towns). It also knows which documents the embedded weights were
// fitted to.
//
// Same corpora in the same order, same weights, to the byte. The package holds
// no signals and no learner of its own, and measures nothing: that is for
// recognition, resolution and evaluation.
package training
