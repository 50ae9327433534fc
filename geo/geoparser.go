package geo

import (
	"context"
	"fmt"
)

// Recognizer finds the toponyms of a document, in its title and its text.
// Implementations are safe for concurrent use. The toponyms of one field do not
// overlap and are in order; those of the title stand first.
type Recognizer interface {
	Recognize(ctx context.Context, doc *Document) ([]Toponym, error)
}

// Resolver chooses a place for each toponym, or none, and says what each place
// is to the document. Implementations are safe for concurrent use.
type Resolver interface {
	Resolve(ctx context.Context, doc *Document, toponyms []Toponym) (*Result, error)
}

// Geoparser composes a Recognizer and a Resolver. It is safe for concurrent
// use if they are.
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
