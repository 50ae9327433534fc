// Package pipeline runs a function on many inputs in parallel and passes on the outputs in the
// order of the inputs.
package pipeline
