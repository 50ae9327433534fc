package training_test

import (
	"context"
	"flag"
	"fmt"
	"testing"

	"newsmap/geo/evaluation"
	"newsmap/geo/gazetteer"
	"newsmap/geo/recognition"
	"newsmap/geo/training"
)

var ablate = flag.Bool("ablation", false, "measure the effect of each group of signals (takes up to an hour)")

// TestAblation prints the figures without each group of signals: those of LGL by
// cross-validation, and those of GeoVirus, on which no model is trained.
func TestAblation(t *testing.T) {
	if !*ablate {
		t.Skip("measures only with -ablation")
	}
	ctx := context.Background()
	x, err := gazetteer.Default()
	if err != nil {
		t.Fatal(err)
	}
	docs, virus, examples := corpus(t, "lgl"), corpus(t, "geovirus"), openCorpora(t, x)
	tagger, err := training.TrainTagger(ctx, x, examples)
	if err != nil {
		t.Fatal(err)
	}
	options := []training.Option{training.WithOpenCorpora(examples), training.WithTagger(tagger)}
	line := func(r *evaluation.Report) string {
		s := r.Total
		return fmt.Sprintf("%.3f %.3f %.3f", s.Overlap.F1, s.Accuracy, s.EndToEnd.F1)
	}
	show := func(name string, splits *training.Splits, model *training.Model) {
		listed, err := splits.Parser(x)
		if err != nil {
			t.Fatal(err)
		}
		guessed, err := splits.Parser(unlisted{x})
		if err != nil {
			t.Fatal(err)
		}
		parser, err := model.Parser(x)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Printf("%-26s %s   %s   %s\n", name, line(measure(t, x, "lgl", listed, docs)),
			line(measure(t, x, "lgl, no outlet listed", guessed, docs)), line(measure(t, x, "geovirus", parser, virus)))
	}
	train := func(options ...training.Option) (*training.Splits, *training.Model) {
		splits, err := training.TrainSplits(ctx, x, docs, 5, options...)
		if err != nil {
			t.Fatal(err)
		}
		model, err := training.Train(ctx, x, docs, options...)
		if err != nil {
			t.Fatal(err)
		}
		return splits, model
	}
	all, full := train(options...)
	show("all", all, full)
	for _, test := range []struct {
		name   string
		groups []string
	}{
		{"no prior", []string{"prior"}}, {"no containment", []string{"containment"}}, {"no lists of places", []string{"lists"}},
		{"no hints", []string{"hints"}}, {"no votes", []string{"votes"}}, {"no distance", []string{"distance"}},
		{"no outlet", []string{"outlet", "masthead"}}, {"no guessed home", []string{"masthead"}},
		{"no lists, votes, distance", []string{"votes", "distance", "lists"}},
	} {
		// Recognition has all signals.
		splits, err := training.TrainSplits(ctx, x, docs, 5, training.WithRecognitionOf(all), training.WithoutSignals(nil, test.groups))
		if err != nil {
			t.Fatal(err)
		}
		recognizer, err := recognition.New(x, recognition.WithModel(full.Recognition))
		if err != nil {
			t.Fatal(err)
		}
		weights, err := training.TrainResolution(ctx, x, recognizer, docs, test.groups...)
		if err != nil {
			t.Fatal(err)
		}
		show(test.name, splits, &training.Model{Recognition: full.Recognition, Resolution: weights})
	}
	for _, test := range []struct {
		name    string
		options []training.Option
	}{
		{"no home in recognition", append(options, training.WithoutSignals([]string{"home"}, nil))},
		{"no gazetteer signals", append(options, training.WithoutSignals([]string{"gazetteer"}, nil))},
		{"no word lists", append(options, training.WithoutSignals([]string{"lists"}, nil))},
		{"no words next to the name", append(options, training.WithoutSignals([]string{"words"}, nil))},
		{"no letters", append(options, training.WithoutSignals([]string{"letters"}, nil))},
		{"no document evidence", append(options, training.WithoutSignals([]string{"document"}, nil))},
		{"no tagger", []training.Option{training.WithOpenCorpora(&training.OpenCorpora{Spans: examples.Spans})}},
		{"no open corpora", nil},
	} {
		splits, model := train(test.options...)
		show(test.name, splits, model)
	}
}
