package article

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// FromFragment makes paragraphs of a piece of HTML, such as a feed's item holds:
// plain text, separated by blank lines, without boilerplate. It is empty where there
// is none, or where the markup is too much to be parsed.
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
