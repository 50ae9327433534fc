package storetest

import (
	"fmt"
	"time"

	"github.com/paulmach/orb"

	"newsmap/geo"
	"newsmap/geo/story"
)

// now is the start time of the clock.
var now = time.Date(2024, 5, 17, 12, 0, 0, 0, time.UTC)

// day returns the time n days before now.
func day(n int) time.Time { return now.AddDate(0, 0, -n) }

func place(id, name, country string, lon, lat float64) geo.Place {
	return geo.Place{
		ID: id, Name: name, Point: orb.Point{lon, lat}, FeatureCode: "PPL", Country: country, CountryName: "Country " + country,
		Admin1Code: "01", Admin1: "Division of " + name, Admin2: "County of " + name, Population: 12_345, Prominence: 0.25,
	}
}

// The places of the sample stories.
var (
	baghuz = place("geonames:173999", "Al-Bāghūz", "SY", 40.9499, 34.4555)
	mosul  = place("geonames:99072", "Mosul", "IQ", 43.118, 36.335)
	suva   = place("geonames:2198148", "Suva", "FJ", 178.4417, -18.1416)
	apia   = place("geonames:4035413", "Apia", "WS", -171.7667, -13.8333)
	quito  = place("geonames:3652462", "Quito", "EC", -78.5249, -0.2299)
	river  = geo.Place{
		ID:          "newsmap:euphrates",
		Name:        "Euphrates",
		Point:       orb.Point{40.2, 35.1},
		FeatureCode: "STM",
		Countries:   []string{"TR", "SY", "IQ"},
		Prominence:  0.5,
	}
)

func location(p geo.Place, role geo.Role, confidence float64, mentions int) geo.Location {
	l := geo.Location{
		Place: p, Role: role, Precision: p.Precision(), Confidence: confidence,
		Evidence: "Something happened in " + p.Name + ".",
		Reasons:  []geo.Reason{geo.NewReason(geo.ReasonNamedBeside, "name", "Syria"), geo.NewReason(geo.ReasonOutletHome)},
		Candidates: []geo.Candidate{
			{Place: p, Name: p.Name, Match: geo.MatchFolded, Main: true, Score: confidence},
			{Place: place("geonames:1", "Elsewhere", "US", -90, 40), Name: p.Name, Match: geo.MatchEdit, Score: 0.01},
		},
	}
	for i := range mentions {
		l.Toponyms = append(l.Toponyms, geo.Toponym{Start: 10 * i, End: 10*i + 5, Text: p.Name, Field: geo.Field(i % 2), Kind: geo.KindName, Confidence: 0.9})
	}
	return l
}

// sample returns a story without an address. Its id depends on its title and text.
func sample(title, text string, published time.Time, locations ...geo.Location) *story.Story {
	s := &story.Story{
		Title: title, Text: text, Outlet: "The Daily Suite", Domain: "suite.example", Byline: "A. Writer", Lang: "en",
		Published: published, Locations: locations,
	}
	s.ID = story.Identify(s)
	return s
}

// sampleStories returns stories that differ in every field that a filter uses.
func sampleStories() []*story.Story {
	syria := sample(
		"Fighters press attack near Baghuz",
		"Trucks headed towards the village on the Euphrates. \"Naïve\" cafés stayed open.\n\nA naïve second paragraph.",
		day(1),
		location(baghuz, geo.RoleFocus, 0.9, 3),
		location(river, geo.RoleMention, 0.6, 1),
		location(mosul, geo.RoleMention, 0.4, 2),
	)
	syria.Unlocated = []geo.Toponym{
		{Start: 4, End: 9, Text: "Nowhere", Confidence: 0.7},
		{
			Start:      20,
			End:        34,
			Text:       "9.5 N, 120.25 E",
			Field:      geo.FieldTitle,
			Kind:       geo.KindCoordinate,
			Confidence: 1,
			Coordinate: &geo.Coordinate{Lon: 120.25, Lat: 9.5},
		},
	}
	pacific := sample("Cyclone crosses the Pacific", "It was the strongest storm in a decade.", day(2),
		location(suva, geo.RoleFocus, 0.8, 2), location(apia, geo.RoleDateline, 0.7, 1))
	pacific.Outlet, pacific.Domain, pacific.Lang = "Pacific Post", "post.example", "en-GB"
	andes := sample("Terremoto sacude Quito", "Los daños son menores.", day(3), location(quito, geo.RoleFocus, 0.95, 1))
	andes.Outlet, andes.Domain, andes.Lang = "El Diario", "diario.example", "es"
	nowhere := sample("Markets fall", "Nobody knows why the storm of selling began.", day(4))
	nowhere.Outlet, nowhere.Domain, nowhere.Lang = "", "", ""
	undated := sample("An undated notice from Mosul", "The bridge is open again.", time.Time{}, location(mosul, geo.RoleFocus, 0.5, 1))
	undated.Lang = "eng"
	return []*story.Story{syria, pacific, andes, nowhere, undated}
}

// manyStories returns n stories with one or two locations. Each time is that of two
// stories.
func manyStories(n int) []*story.Story {
	out := make([]*story.Story, n)
	for i := range out {
		locations := []geo.Location{location(quito, geo.RoleFocus, 0.9, 1)}
		if i%2 == 0 {
			locations = append(locations, location(mosul, geo.RoleMention, 0.3, 1))
		}
		out[i] = sample(fmt.Sprintf("Story %03d", i), "Text.", now.Add(-time.Duration(i/2)*time.Hour), locations...)
	}
	return out
}
