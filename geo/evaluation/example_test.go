package evaluation_test

import (
	"context"
	"fmt"
	"strings"

	"newsmap/geo"
	"newsmap/geo/evaluation"
	"newsmap/geo/gazetteer"
	"newsmap/geo/recognition"
	"newsmap/geo/resolution"
)

const corpusOfOne = `{"id":"1","text":"Police in Paris, Texas, met.","mentions":[` +
	`{"start":10,"end":15,"text":"Paris","lat":33.66,"lon":-95.56},{"start":17,"end":22,"text":"Texas","lat":31.25,"lon":-99.25}]}`

func ExampleRun() {
	docs, err := evaluation.Read(strings.NewReader(corpusOfOne))
	if err != nil {
		fmt.Println(err)
		return
	}
	places, err := gazetteer.Default()
	if err != nil {
		fmt.Println(err)
		return
	}
	recognizer, err := recognition.New(places)
	if err != nil {
		fmt.Println(err)
		return
	}
	resolver, err := resolution.New(places)
	if err != nil {
		fmt.Println(err)
		return
	}
	parser := &geo.Geoparser{Recognizer: recognizer, Resolver: resolver}
	report, err := evaluation.Run(context.Background(), "one story", parser, docs)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d of %d mentions found, end-to-end F1 %.2f\n", report.Total.Matched, report.Total.Gold, report.Total.EndToEnd.F1)
	// Output:
	// 2 of 2 mentions found, end-to-end F1 1.00
}
