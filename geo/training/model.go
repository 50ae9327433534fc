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

// Gazetteer is the gazetteer that recognition and resolution need.
type Gazetteer interface {
	recognition.Gazetteer
	resolution.Gazetteer
}

// Model contains the weights of both steps of a geoparser. It is safe for concurrent use.
type Model struct {
	Recognition *recognition.Model
	Resolution  *resolution.Model
}

// Train trains both steps on annotated documents, and recognition also on open corpora. The
// same input in the same order results in the same weights. The error is that of ctx, or wraps
// geo.ErrInvalid for an unknown signal group.
func Train(ctx context.Context, g Gazetteer, docs []evaluation.Document, options ...Option) (*Model, error) {
	t, err := newTrainer(ctx, g, options)
	if err != nil {
		return nil, err
	}
	return t.train(ctx, g, docs)
}

// TrainRecognition trains the model of recognition. See [Train].
func TrainRecognition(ctx context.Context, g Gazetteer, docs []evaluation.Document, options ...Option) (*recognition.Model, error) {
	t, err := newTrainer(ctx, g, options)
	if err != nil {
		return nil, err
	}
	return t.recognition(ctx, g, docs)
}

// train trains recognition, and then resolution on the toponyms that it finds.
func (t *trainer) train(ctx context.Context, g Gazetteer, docs []evaluation.Document) (*Model, error) {
	recognitionModel, err := t.recognition(ctx, g, docs)
	if err != nil {
		return nil, err
	}
	return t.resolution(ctx, g, recognitionModel, docs)
}

// resolution trains resolution on the toponyms that a model of recognition finds.
func (t *trainer) resolution(ctx context.Context, g Gazetteer, recognitionModel *recognition.Model, docs []evaluation.Document) (*Model, error) {
	recognizer, err := recognition.New(g, recognition.WithModel(recognitionModel))
	if err != nil {
		return nil, err
	}
	weights, err := TrainResolution(ctx, g, recognizer, docs, t.leftOut.resolution...)
	if err != nil {
		return nil, err
	}
	return &Model{Recognition: recognitionModel, Resolution: weights}, nil
}

// recognition trains the model of recognition.
func (t *trainer) recognition(ctx context.Context, g Gazetteer, docs []evaluation.Document) (*recognition.Model, error) {
	recognizer, err := recognition.New(g)
	if err != nil {
		return nil, err
	}
	model, err := recognition.Train(recognizer, t.tagger, slices.Concat(RecognitionExamples(docs), t.open.Spans), t.leftOut.recognition...)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("train recognition: %w", err)
	}
	return model, nil
}

// TrainResolution trains the weights of resolution on the toponyms that recognizer finds in
// docs, without the groups of signals leftOut. See [Train].
func TrainResolution(ctx context.Context, g Gazetteer, recognizer geo.Recognizer, docs []evaluation.Document, leftOut ...string) (*resolution.Model, error) {
	examples, err := ResolutionExamples(ctx, recognizer, docs)
	if err != nil {
		return nil, err
	}
	resolver, err := resolution.New(g)
	if err != nil {
		return nil, err
	}
	model, err := resolution.Train(resolver, examples, leftOut...)
	if err != nil {
		return nil, fmt.Errorf("train resolution: %w", err)
	}
	return model, ctx.Err()
}

// Parser returns a geoparser with the weights and g, which may be another gazetteer than the
// one used for training.
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
