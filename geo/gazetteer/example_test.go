package gazetteer_test

import (
	"fmt"

	"newsmap/geo/gazetteer"
)

func Example() {
	index, err := gazetteer.Default()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range index.Lookup("Georgia", 2) {
		fmt.Println(c.Place.Name, c.Place.FeatureCode, c.Place.CountryName)
	}
	for _, name := range []string{"Baghouz", "Alexandria, La."} {
		c := index.Lookup(name, 1)[0]
		fmt.Printf("%s: %s, %s (%.1f, %.1f)\n", name, c.Place.Name, c.Place.Admin1, c.Place.Point.Lat(), c.Place.Point.Lon())
	}
	// Output:
	// Georgia PCLI Georgia
	// Georgia ADM1 United States
	// Baghouz: Baghuz Fawqani, Deir ez-Zor (34.5, 40.9)
	// Alexandria, La.: Alexandria, Louisiana (31.3, -92.4)
}

func ExampleFold() {
	fmt.Println(gazetteer.Fold("Saint-Étienne"))
	fmt.Println(gazetteer.Fold("The Hague"))
	fmt.Println(gazetteer.Fold("W.Va."))
	// Output:
	// st etienne
	// hague
	// wva
}

func ExampleTolerantKey() {
	fmt.Println(gazetteer.TolerantKey("Khan Sheikhun") == gazetteer.TolerantKey("Khān Shaykhūn"))
	// Output: true
}
