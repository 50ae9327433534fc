// Package article gets the article out of a web page or a pasted text: title,
// byline, outlet, date, language, address and plain text, without menus,
// advertisements and comment forms. It owns extraction only: it fetches
// nothing, and what it returns is text, never markup.
//
// The body of a page is found by Mozilla's Readability method
// (https://github.com/mozilla/readability) in its Go form, go-readability;
// encodings by the HTML standard's sniffing.
package article
