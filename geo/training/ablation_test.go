package training_test

import (
	"context"
	"flag"
	"fmt"
	"testing"

	"newsmap/geo/evaluation"
	"newsmap/geo/gazetteer"
	"newsmap/geo/training"
)

var ablate = flag.Bool("ablation", false, "measure what each group of features gives")

// TestAblation prints what is reached without each group of features, LGL by
// cross-validation, GeoVirus unseen.
func TestAblation(t *testing.T) {
	if !*ablate {
		t.Skip("-ablation was not given")
	}
	ctx := context.Background()
	x, err := gazetteer.Default()
	if err != nil {
		t.Fatal(err)
	}
	docs, virus, examples := corpus(t, "lgl"), corpus(t, "geovirus"), open(t, x)
	tagger, err := training.TrainTagger(ctx, x, examples)
	if err != nil {
		t.Fatal(err)
	}
	with := []training.Option{training.WithOpen(examples), training.WithTagger(tagger)}
	for _, test := range []struct {
		name    string
		options []training.Option
	}{
		{"all", with},
		{"no gazetteer features", append(with, training.WithoutFeatures([]string{"gazetteer"}, nil))},
		{"no word lists", append(with, training.WithoutFeatures([]string{"lists"}, nil))},
		{"no words beside the name", append(with, training.WithoutFeatures([]string{"words"}, nil))},
		{"no letters", append(with, training.WithoutFeatures([]string{"letters"}, nil))},
		{"no document evidence", append(with, training.WithoutFeatures([]string{"document"}, nil))},
		{"no tagger", []training.Option{training.WithOpen(&training.Open{Spans: examples.Spans})}},
		{"no open corpora", nil},
		{"no prior", append(with, training.WithoutFeatures(nil, []string{"prior"}))},
		{"no containment", append(with, training.WithoutFeatures(nil, []string{"containment"}))},
		{"no lists of places", append(with, training.WithoutFeatures(nil, []string{"lists"}))},
		{"no hints", append(with, training.WithoutFeatures(nil, []string{"hints"}))},
		{"no votes", append(with, training.WithoutFeatures(nil, []string{"votes"}))},
		{"no distance", append(with, training.WithoutFeatures(nil, []string{"distance"}))},
		{"no outlet", append(with, training.WithoutFeatures(nil, []string{"outlet", "masthead"}))},
		{"no guessed home", append(with, training.WithoutFeatures(nil, []string{"masthead"}))},
		{"no joint rounds", append(with, training.WithoutFeatures(nil, []string{"votes", "distance", "lists"}))},
	} {
		crossed, err := training.CrossValidate(ctx, x, docs, 5, test.options...)
		if err != nil {
			t.Fatal(err)
		}
		model, err := training.Train(ctx, x, docs, test.options...)
		if err != nil {
			t.Fatal(err)
		}
		parser, err := model.Parser(x)
		if err != nil {
			t.Fatal(err)
		}
		line := func(r *evaluation.Report) string {
			s := r.Total
			return fmt.Sprintf("%.3f %.3f %.3f", s.Overlap.F1, s.Accuracy, s.EndToEnd.F1)
		}
		fmt.Printf("%-26s %s   %s\n", test.name, line(measure(t, x, "lgl", crossed, docs)), line(measure(t, x, "geovirus", parser, virus)))
	}
}
