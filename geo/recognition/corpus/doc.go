// Package corpus reads the annotated corpora that recognition learns from and
// brings their labels to newsmap's own classes: place, person, organisation,
// demonym and other.
//
// The corpora come as tokens with one BIO label each (Ramshaw and Marcus, 1995).
// The text is put together again from its tokens, so that a learner sees the
// tokens that recognition itself makes. A corpus that marks only some classes
// says so, and its unmarked text then may be anything else. The package never
// finds or resolves names.
package corpus
