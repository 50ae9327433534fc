// Package text splits and shortens text: tokens, sentences, the sentence around a
// span, and clipping. Recognition, resolution, training, the page and the stores
// share it, so that they agree on what a word and a sentence are.
//
// Offsets are bytes or Unicode code points, as documented for each function. All functions
// accept any bytes, valid UTF-8 or not.
package text
