package geo

import (
	"context"
	"fmt"
)

// Recognizer finds the toponyms in the title and the text of a document. Implementations are
// safe for concurrent use. The toponyms of the title come first; those of one field are in
// order and do not overlap.
type Recognizer interface {
	Recognize(ctx context.Context, doc *Document) ([]Toponym, error)
}

// Resolver chooses a place or none for each toponym, and the role of each place in the
// document. Implementations are safe for concurrent use.
type Resolver interface {
	Resolve(ctx context.Context, doc *Document, toponyms []Toponym) (*Result, error)
}

// Geoparser finds and resolves the toponyms of documents. It is safe for concurrent use if its
// Recognizer and Resolver are.
type Geoparser struct {
	Recognizer Recognizer
	Resolver   Resolver
}

// Parse finds the toponyms of doc and resolves them.
func (g *Geoparser) Parse(ctx context.Context, doc *Document) (*Result, error) {
	toponyms, err := g.Recognizer.Recognize(ctx, doc)
	if err != nil {
		return nil, fmt.Errorf("recognize: %w", err)
	}
	result, err := g.Resolver.Resolve(ctx, doc, toponyms)
	if err != nil {
		return nil, fmt.Errorf("resolve: %w", err)
	}
	return result, nil
}
