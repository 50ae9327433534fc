// Package article extracts the article from a web page or a pasted text: title, byline,
// outlet, date, language, address, lead image and plain text, without menus,
// advertisements, captions, related links, newsletters, author boxes and comments. It
// fetches nothing, and it returns text, never markup.
//
// A page is read in four steps. First its metadata: JSON-LD, then meta elements, then
// what the page shows near its heading; never a date from the sentences of the text.
// Then what surrounds the article is removed, by class names, ids and roles. Then
// Mozilla's Readability method finds the body in the rest
// (https://github.com/mozilla/readability, by way of go-readability). Then lines that belong to no article are removed
// from it. [Article.Wall] recognises pages that are shown instead of an article.
//
// Package encoding decodes pages. The language is the declared one, or else what
// [DetectLang] finds by small tables of its own.
package article
