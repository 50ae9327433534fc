// Package text splits text into tokens and sentences, finds the sentence around a span,
// and shortens text. Recognition, resolution, training, the page and the stores use it,
// so that they agree on what a word and a sentence are.
//
// Offsets are in bytes or Unicode code points, as documented for each function. All functions
// accept any bytes, valid UTF-8 or not.
package text
