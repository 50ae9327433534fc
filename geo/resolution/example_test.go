package resolution_test

import (
	"context"
	"fmt"

	"newsmap/geo"
	"newsmap/geo/gazetteer"
	"newsmap/geo/resolution"
)

// The toponyms may come from any recogniser, or by hand.
func Example() {
	places, err := gazetteer.Default()
	if err != nil {
		fmt.Println(err)
		return
	}
	resolver, err := resolution.New(places)
	if err != nil {
		fmt.Println(err)
		return
	}
	doc := &geo.Document{Text: "She moved from London, Ontario, to Toronto."}
	toponyms := []geo.Toponym{{Start: 15, End: 21, Text: "London"}, {Start: 23, End: 30, Text: "Ontario"}, {Start: 35, End: 42, Text: "Toronto"}}
	result, err := resolver.Resolve(context.Background(), doc, toponyms)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range result.Resolutions {
		fmt.Printf("%s: %s, %s\n", r.Toponym.Text, r.Place.Name, r.Place.CountryName)
	}
	// Output:
	// London: London, Canada
	// Ontario: Ontario, Canada
	// Toronto: Toronto, Canada
}
