package training_test

import (
	"context"
	"fmt"

	"newsmap/geo"
	"newsmap/geo/evaluation"
	"newsmap/geo/gazetteer"
	"newsmap/geo/training"
)

func ExampleCrossValidate() {
	story := func(domain, text string, start, end int) evaluation.Document {
		return evaluation.Document{
			Document: geo.Document{Domain: domain, Text: text},
			Mentions: []evaluation.Mention{{Start: start, End: end, Point: &geo.Coordinate{Lon: 2.35, Lat: 48.85}}},
		}
	}
	docs := []evaluation.Document{
		story("one.example", "It rained in Paris.", 13, 18), story("two.example", "Paris is dry.", 0, 5),
		story("one.example", "The mayor of Paris spoke.", 13, 18),
	}
	index, err := gazetteer.Default()
	if err != nil {
		fmt.Println(err)
		return
	}
	parser, err := training.CrossValidate(context.Background(), index, docs, training.CountOutlets(docs))
	if err != nil {
		fmt.Println(err)
		return
	}
	report, err := evaluation.Run(context.Background(), "test (2 splits by outlet)", parser, docs)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(report.Name, "of", report.Total.Documents, "documents")
	// Output: test (2 splits by outlet) of 3 documents
}
