// Package pipeline runs work on many inputs at once and passes on the outputs in the
// order of the inputs. It knows nothing of what the work is.
package pipeline
