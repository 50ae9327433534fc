package geo_test

import (
	"context"
	"fmt"

	"newsmap/geo"
	"newsmap/geo/gazetteer"
	"newsmap/geo/recognition"
	"newsmap/geo/resolution"
)

func Example() {
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
	parser := geo.Geoparser{Recognizer: recognizer, Resolver: resolver}
	result, err := parser.Parse(context.Background(), &geo.Document{Text: "The mayor of Paris, Texas, spoke in Austin."})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range result.Resolutions {
		fmt.Printf("%s: %s, %s\n", r.Toponym.Text, r.Place.Name, r.Place.Admin1)
	}
	// Output:
	// Paris: Paris, Texas
	// Texas: Texas, Texas
	// Austin: Austin, Texas
}
