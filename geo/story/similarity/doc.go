// Package similarity detects whether two texts are duplicates: the same agency report in
// two outlets, which may have changed the headline, shortened or edited the text, or added
// paragraphs of their own. It owns the form in which texts are compared ([Text]), the keys
// by which an index finds possible duplicates ([Key]) and the comparison ([Compare]). It
// does not depend on stores.
//
// Duplicates are found in two steps. The first uses SimHash (M. S. Charikar, "Similarity
// estimation techniques from rounding algorithms", STOC 2002; G. S. Manku, A. Jain, A. Das
// Sarma, "Detecting near-duplicates for web crawling", WWW 2007) with 64 bits over runs of
// words. The hashes of similar texts differ in few bits, so parts of them are equal and
// can be found by an index. If an outlet prints only half of a text, its hash is
// different. Passages of the text therefore have hashes, too. The words determine where
// passages begin.
//
// The second step compares the texts word by word and decides. It gives special weight to
// the words outside quotations, because many stories quote the same statement, and to
// names and numbers where the texts differ: the same words with other names and numbers
// are another story from the same template.
package similarity
