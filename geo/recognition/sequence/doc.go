// Package sequence holds a linear-chain conditional random field over hashed
// features (Lafferty, McCallum and Pereira, ICML 2001; feature hashing after
// Weinberger et al., ICML 2009): its training, its model form and its decoding.
//
// Training maximises the likelihood of the sets of labels that are allowed for
// each token, so that a corpus that marks places only can teach beside one that
// marks persons and organisations too (Tsuboi et al., COLING 2008). Weights are
// learned by AdaGrad (Duchi, Hazan and Singer, JMLR 2011) on one core in a fixed
// order: the same examples and seed give the same bytes.
//
// Labels are in BIO form. The package knows nothing of text: callers turn
// tokens into features. Decoding costs O(n·L·(L+F)) for n tokens of F features
// under L labels, and no allocation beyond a reusable [Lattice].
package sequence
