// Package article gets the article out of a web page or a pasted text: title,
// byline, outlet, date, language, address, lead image and plain text, without menus,
// advertisements, captions, related links, newsletters, author boxes and comments. It
// owns extraction only: it fetches nothing, and what it returns is text, never markup.
//
// A page is read in four steps. What it says of itself is gathered: JSON-LD first,
// then meta elements, then what it shows people near its heading; never a date from
// the sentences of the text. What stands around the article is taken out by the names
// that pages give it. The body is found in the rest by Mozilla's Readability method
// (https://github.com/mozilla/readability) in its Go form, go-readability. Lines that
// belong to no article are dropped from it. [Article.Wall] tells pages that stand in
// an article's place.
//
// Encodings are package encoding's work. The language is what the page says, else
// what [DetectLang] makes of its words, by small tables of our own.
package article
