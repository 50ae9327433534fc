// Package sequence implements a linear-chain conditional random field over hashed
// signals (Lafferty, McCallum and Pereira, ICML 2001; the hashing trick of
// Weinberger et al., ICML 2009): training, the model file and decoding.
//
// Training maximises the likelihood of the sets of labels that are allowed for
// each token. Therefore a corpus that only marks places and one that also marks
// persons and organisations can be used together (Tsuboi et al., COLING 2008).
// Training uses AdaGrad (Duchi, Hazan and Singer, JMLR 2011) on one core in a
// fixed order: the same examples and seed give the same bytes.
//
// Labels are BIO labels. The package does not read text: callers turn tokens
// into signals. Decoding takes O(n·L·(L+S)) time for n tokens with S signals and
// L labels, and allocates nothing beyond a reusable [Lattice].
package sequence
