// Package text splits and shortens text: tokens, sentences, the sentence around a
// span, and clipping. Recognition, resolution, training, the page and the stores
// share it, so that they agree on what a word and a sentence are.
//
// The package knows nothing of places. Offsets are bytes or Unicode code points, as
// each function states; functions accept any bytes, valid UTF-8 or not.
package text
