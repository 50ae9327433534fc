package article

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// hidden are elements whose text is not visible or never part of an article.
var hidden = map[atom.Atom]bool{
	atom.Script:     true,
	atom.Style:      true,
	atom.Noscript:   true,
	atom.Template:   true,
	atom.Head:       true,
	atom.Nav:        true,
	atom.Footer:     true,
	atom.Aside:      true,
	atom.Form:       true,
	atom.Button:     true,
	atom.Select:     true,
	atom.Textarea:   true,
	atom.Iframe:     true,
	atom.Object:     true,
	atom.Svg:        true,
	atom.Math:       true,
	atom.Dialog:     true,
	atom.Video:      true,
	atom.Audio:      true,
	atom.Canvas:     true,
	atom.Figcaption: true,
}

// inline are elements that do not end a paragraph.
var inline = map[atom.Atom]bool{
	atom.A:       true,
	atom.Abbr:    true,
	atom.B:       true,
	atom.Bdi:     true,
	atom.Bdo:     true,
	atom.Big:     true,
	atom.Cite:    true,
	atom.Code:    true,
	atom.Data:    true,
	atom.Del:     true,
	atom.Dfn:     true,
	atom.Em:      true,
	atom.Font:    true,
	atom.I:       true,
	atom.Img:     true,
	atom.Ins:     true,
	atom.Kbd:     true,
	atom.Label:   true,
	atom.Mark:    true,
	atom.Q:       true,
	atom.S:       true,
	atom.Small:   true,
	atom.Span:    true,
	atom.Strike:  true,
	atom.Strong:  true,
	atom.Sub:     true,
	atom.Sup:     true,
	atom.Time:    true,
	atom.Tt:      true,
	atom.U:       true,
	atom.Var:     true,
	atom.Wbr:     true,
	atom.Acronym: true,
}

// blocks returns the paragraphs of a tree as lines of text. Paragraphs that consist of links
// lead elsewhere and are left out, unless there are no others.
func blocks(root *html.Node) []string {
	b := &blockWriter{}
	if root != nil {
		b.walk(root)
		b.end()
	}
	if size(b.out) < size(b.pointed) && size(b.out) < minText {
		return append(b.out, b.pointed...)
	}
	return b.out
}

type blockWriter struct {
	out     []string
	current strings.Builder
	linked  int  // bytes of current that are links
	link    bool // within one
	pointed []string
}

// end completes the current paragraph.
func (b *blockWriter) end() {
	// Links are separated by a character or two.
	const maxPointer = 200 // bytes; a longer paragraph is text that is linked
	if s := line(b.current.String()); s != "" {
		if len(s) <= maxPointer && b.linked*10 >= len(s)*8 {
			b.pointed = append(b.pointed, s)
		} else {
			b.out = append(b.out, s)
		}
	}
	b.current.Reset()
	b.linked = 0
}

// walk recurses no deeper than the parser allows elements to nest.
func (b *blockWriter) walk(n *html.Node) {
	switch n.Type {
	case html.TextNode:
		b.current.WriteString(n.Data)
		if b.link {
			b.linked += len(line(n.Data))
		}
		return
	case html.CommentNode, html.DoctypeNode:
		return
	case html.ElementNode:
		if hidden[n.DataAtom] || isHidden(n) {
			return
		}
	}
	breaks := n.Type == html.ElementNode && !inline[n.DataAtom]
	cell := (n.DataAtom == atom.Td || n.DataAtom == atom.Th) && isLeaf(n)
	if breaks && !cell {
		b.end()
	}
	was := b.link
	b.link = was || n.DataAtom == atom.A && attr(n, "href") != ""
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		b.walk(c)
	}
	b.link = was
	switch {
	case cell:
		b.current.WriteByte(' ')
	case breaks:
		b.end()
	}
}

func isHidden(n *html.Node) bool {
	for _, a := range n.Attr {
		switch {
		case a.Key == "hidden", a.Key == "aria-hidden" && a.Val == "true":
			return true
		case a.Key == "style" && strings.Contains(strings.ReplaceAll(strings.ToLower(a.Val), " ", ""), "display:none"):
			return true
		}
	}
	return false
}

// textOf returns the text of n as one line.
func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return line(b.String())
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}
