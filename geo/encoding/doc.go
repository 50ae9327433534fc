// Package encoding converts pages and feeds to UTF-8, even if they declare a wrong encoding.
// The encodings in the header of the response and in the document (meta element, XML
// declaration) are claims. If they contradict each other or the bytes, the encoding that
// results in the most plausible text wins.
//
// Labels are those of the Encoding Standard (https://encoding.spec.whatwg.org). The comparison
// follows the idea of "A composite approach to language/encoding detection" (Li and Momoi,
// 2001): it counts invalid bytes and how common the resulting letters are. The tables are
// small and our own.
package encoding
