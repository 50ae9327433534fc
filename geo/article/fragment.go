package article

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// FromFragment returns the paragraphs of a piece of HTML, such as a feed's item, as plain text
// separated by blank lines, without boilerplate. It is empty if there is no text, or too much
// markup to parse.
func FromFragment(markup string) string {
	if countTags([]byte(markup)) != nil {
		return ""
	}
	body := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := html.ParseFragment(strings.NewReader(strings.ReplaceAll(markup, "\x00", "")), body)
	if err != nil {
		return ""
	}
	for _, n := range nodes {
		body.AppendChild(n)
	}
	return join(trim(blocks(body)))
}
