// Package masthead guesses where an outlet that no table lists may be at home, by
// its host name and its own name alone: "springfieldlocalnews.com" is of some
// Springfield. It gives all the places that this may be, each with a probability
// fitted to the homes of the bundled outlets; what a document says of them is for
// recognition and resolution to weigh.
//
// It knows no documents and puts no place on a map.
package masthead
