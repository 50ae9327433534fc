package feature_test

import (
	"fmt"
	"os"

	"newsmap/geo"
	"newsmap/geo/feature"
	"newsmap/geo/story"
)

func ExampleNewWriter() {
	w, err := feature.NewWriter("geojson", os.Stdout, feature.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	f := &story.Feature{StoryID: "a", Mentions: 1}
	f.Location = geo.Location{Place: geo.Place{ID: "geonames:99072", Name: "Mosul", Point: [2]float64{43.11889, 36.335}}, Role: geo.RoleFocus, Confidence: 0.9}
	if err := w.Write(f); err != nil {
		fmt.Println(err)
	}
	if err := w.Close(); err != nil {
		fmt.Println(err)
	}
	// Output:
	// {"type":"FeatureCollection","features":[
	// {"type":"Feature","id":"a/geonames:99072","geometry":{"type":"Point","coordinates":[43.11889,36.335]},"properties":{"story_id":"a","title":null,"url":null,"story_url":"/stories/a","outlet":null,"published":null,"lang":null,"place_id":"geonames:99072","place":"Mosul","country":null,"admin1":null,"feature_code":null,"precision":"point","role":"focus","confidence":0.9,"mentions":1,"evidence":null}}
	// ]}
}
