// Package masthead guesses the home of an outlet that the gazetteer does not list,
// from its host name and its name: "springfieldlocalnews.com" belongs to a
// Springfield. It returns all possible homes, each with a probability fitted to the
// homes of the listed outlets. Recognition and resolution combine these with the
// document.
//
// The package does not read documents.
package masthead
