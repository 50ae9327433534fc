// Package similarity tells whether two texts are the same report: the copy of an
// agency's story in another outlet, with another headline, cut, edited and mixed
// with what is the outlet's own. It owns the form in which texts are compared
// ([Text]), the keys by which an index finds what may be a copy, and the judgement
// ([Compare]). It knows nothing of stores.
//
// The first step is SimHash (M. S. Charikar, "Similarity estimation techniques
// from rounding algorithms", STOC 2002; G. S. Manku, A. Jain, A. Das Sarma,
// "Detecting near-duplicates for web crawling", WWW 2007) with 64 bits over runs
// of words: texts with much in common differ in few bits, so that they are found
// by equal parts of their hashes. The hash of the whole text does not survive that
// an outlet prints half, so passages of it, whose beginnings the words themselves
// choose, have hashes too.
//
// What is found so is compared word by word in the second step, which decides. It
// looks at the words outside quotations, since many stories quote one statement,
// and at the names and numbers where the texts part: the same words with other
// names and numbers are another story by the same template.
package similarity
