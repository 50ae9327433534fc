// Package corpus reads the annotated corpora that train recognition and maps
// their labels to newsmap's own classes: place, person, organisation, demonym and
// other.
//
// A corpus is a list of tokens with one BIO label each (Ramshaw and Marcus, 1995).
// Read assembles the text from the tokens, so that training uses the same
// tokenizer as recognition. If a corpus marks only some classes, its unmarked
// text may be of any other class. The package neither finds nor resolves names.
package corpus
