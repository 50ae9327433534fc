package ingest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"newsmap/geo"
	"newsmap/geo/story"
)

// Parser finds the places in a document. *geo.Geoparser implements it.
type Parser interface {
	Parse(ctx context.Context, doc *geo.Document) (*geo.Result, error)
}

// Store stores stories. Every story.Store implements it.
type Store interface {
	Put(ctx context.Context, s *story.Story) (story.Outcome, error)
}

// Ingester geoparses stories and stores them. It is safe for concurrent use.
type Ingester struct {
	Parser Parser
	Store  Store
	Logger *slog.Logger     // nil: nothing is logged
	Clock  func() time.Time // nil: time.Now
}

// Ingest completes s (see story.Story.Complete), geoparses it, and stores all of it or
// nothing. The error wraps geo.ErrInvalid and names the field if s is malformed. If it is
// nil, the story survives a crash of the process.
func (g *Ingester) Ingest(ctx context.Context, s *story.Story) (story.Outcome, error) {
	if err := g.locate(ctx, s); err != nil {
		return "", err
	}
	return g.put(ctx, s)
}

// locate completes and geoparses s.
func (g *Ingester) locate(ctx context.Context, s *story.Story) error {
	if err := s.Complete(g.now()); err != nil {
		return err
	}
	if err := g.keepPage(ctx, s); err != nil {
		return err
	}
	result, err := g.Parser.Parse(ctx, s.Document())
	if err != nil {
		return fmt.Errorf("geoparse story %s: %w", s.ID, err)
	}
	s.Locate(result)
	return nil
}

// keepPage keeps the stored text of the story's page if the update is from a feed and has
// less text.
func (g *Ingester) keepPage(ctx context.Context, s *story.Story) error {
	reader, ok := g.Store.(interface {
		Story(ctx context.Context, id string) (*story.Story, error)
	})
	if !ok || s.TextSource != story.SourceFeed && s.TextSource != story.SourceHeadline {
		return nil
	}
	old, err := reader.Story(ctx, s.ID)
	switch {
	case errors.Is(err, geo.ErrNotFound):
		return nil
	case err != nil:
		return err
	}
	if old.TextSource == story.SourcePage && len(old.Text) > len(s.Text) {
		s.Text, s.TextSource = old.Text, old.TextSource
		if s.Image == "" {
			s.Image = old.Image
		}
	}
	return nil
}

func (g *Ingester) put(ctx context.Context, s *story.Story) (story.Outcome, error) {
	outcome, err := g.Store.Put(ctx, s)
	if err != nil {
		return "", err
	}
	if g.Logger != nil {
		g.Logger.DebugContext(ctx, "story stored", "id", s.ID, "outcome", outcome, "locations", len(s.Locations), "unlocated", len(s.Unlocated))
	}
	return outcome, nil
}

func (g *Ingester) now() time.Time {
	if g.Clock == nil {
		return time.Now()
	}
	return g.Clock()
}
