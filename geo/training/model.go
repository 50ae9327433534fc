package training

import (
	"context"
	"fmt"
	"slices"

	"newsmap/geo"
	"newsmap/geo/evaluation"
	"newsmap/geo/recognition"
	"newsmap/geo/resolution"
)

// Gazetteer is what recognition and resolution ask of one.
type Gazetteer interface {
	recognition.Gazetteer
	resolution.Gazetteer
}

// Model holds the weights of both steps of a geoparser. It is safe for
// concurrent use.
type Model struct {
	Recognition *recognition.Model
	Resolution  *resolution.Model
}

// Train fits both steps to annotated documents, the first also to the examples
// in open, which may be nil. Same input in the same order, same weights. The
// error is that of ctx or names what an embedded word list has out of form.
func Train(ctx context.Context, g Gazetteer, docs []evaluation.Document, open []recognition.Example) (*Model, error) {
	tagger, err := TrainRecognition(ctx, g, docs, open)
	if err != nil {
		return nil, err
	}
	recognizer, err := recognition.New(g, recognition.WithModel(tagger))
	if err != nil {
		return nil, err
	}
	ranker, err := TrainResolution(ctx, g, recognizer, docs)
	if err != nil {
		return nil, err
	}
	return &Model{Recognition: tagger, Resolution: ranker}, nil
}

// TrainRecognition fits the weights of recognition. See [Train].
func TrainRecognition(ctx context.Context, g Gazetteer, docs []evaluation.Document, open []recognition.Example) (*recognition.Model, error) {
	recognizer, err := recognition.New(g)
	if err != nil {
		return nil, err
	}
	model := recognition.Train(recognizer, slices.Concat(RecognitionExamples(docs), open))
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("train recognition: %w", err)
	}
	return model, nil
}

// TrainResolution fits the weights of resolution to the toponyms that
// recognizer finds in docs. See [Train].
func TrainResolution(ctx context.Context, g Gazetteer, recognizer geo.Recognizer, docs []evaluation.Document) (*resolution.Model, error) {
	examples, err := ResolutionExamples(ctx, recognizer, docs)
	if err != nil {
		return nil, err
	}
	resolver, err := resolution.New(g)
	if err != nil {
		return nil, err
	}
	model, err := resolution.Train(resolver, examples)
	if err != nil {
		return nil, fmt.Errorf("train resolution: %w", err)
	}
	return model, ctx.Err()
}

// Parser makes a geoparser of the weights over g, which may be another
// gazetteer than the one that they were fitted over.
func (m *Model) Parser(g Gazetteer) (*geo.Geoparser, error) {
	recognizer, err := recognition.New(g, recognition.WithModel(m.Recognition))
	if err != nil {
		return nil, err
	}
	resolver, err := resolution.New(g, resolution.WithModel(m.Resolution))
	if err != nil {
		return nil, err
	}
	return &geo.Geoparser{Recognizer: recognizer, Resolver: resolver}, nil
}
