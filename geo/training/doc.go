// Package training converts annotated corpora into training examples, trains the weights of
// recognition and resolution, and cross-validates them with splits by outlet (Kohavi, IJCAI
// 1995), as the stories of one paper name the same few towns. It also recognizes the documents
// on which the embedded weights were trained.
//
// The same corpora in the same order result in the same weights, byte for byte. Signals,
// learning and measuring are in the packages recognition, resolution and evaluation.
package training
