package recognition_test

import (
	"context"
	"fmt"

	"newsmap/geo"
	"newsmap/geo/gazetteer"
	"newsmap/geo/recognition"
)

// Offsets count code points, not bytes.
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
	toponyms, err := recognizer.Recognize(context.Background(), &geo.Document{Text: "Köln and the Turkish capital, Ankara, signed."})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, t := range toponyms {
		fmt.Println(t.Start, t.End, t.Text, t.Kind)
	}
	// Output:
	// 0 4 Köln name
	// 13 20 Turkish demonym
	// 30 36 Ankara name
}
