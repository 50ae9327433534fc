// Package encoding makes UTF-8 of pages and feeds, whatever they say that they
// are written in. What the sender says (header) and what the document says (meta
// element, XML declaration) are claims: where they contradict one another, or the
// bytes, the reading that looks most like writing wins.
//
// Claims are resolved by the labels of the Encoding Standard
// (https://encoding.spec.whatwg.org). The weighing follows the idea of "A composite
// approach to language/encoding detection" (Li and Momoi, 2001): bytes that cannot
// be, and how common the letters are that come out; the tables are our own and small.
package encoding
