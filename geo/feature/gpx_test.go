package feature_test

import (
	"encoding/xml"
	"math"
	"slices"
	"testing"

	"newsmap/geo"
	"newsmap/geo/feature"
	"newsmap/geo/story"

	"github.com/paulmach/orb"
)

// gpxOrder is the order of a waypoint's elements in the schema of GPX 1.1.
var gpxOrder = []string{"time", "name", "cmt", "desc", "src", "link", "type"}

type gpxDocument struct {
	XMLName   xml.Name
	Version   string `xml:"version,attr"`
	Creator   string `xml:"creator,attr"`
	Waypoints []struct {
		Lat   float64 `xml:"lat,attr"`
		Lon   float64 `xml:"lon,attr"`
		Name  string  `xml:"name"`
		Desc  string  `xml:"desc"`
		Time  string  `xml:"time"`
		Type  string  `xml:"type"`
		Links []struct {
			Href string `xml:"href,attr"`
			Text string `xml:"text"`
		} `xml:"link"`
	} `xml:"wpt"`
}

func readGPX(t *testing.T, content []byte) gpxDocument {
	t.Helper()
	var doc gpxDocument
	if err := xml.Unmarshal(content, &doc); err != nil {
		t.Fatalf("%v in %s", err, content)
	}
	if doc.XMLName.Space != "http://www.topografix.com/GPX/1/1" || doc.XMLName.Local != "gpx" || doc.Version != "1.1" || doc.Creator != "newsmap" {
		t.Fatalf("the root is %v of version %q by %q", doc.XMLName, doc.Version, doc.Creator)
	}
	for _, w := range doc.Waypoints {
		if !(w.Lat >= -90 && w.Lat <= 90 && w.Lon >= -180 && w.Lon < 180) {
			t.Errorf("a waypoint is at lat %v, lon %v", w.Lat, w.Lon)
		}
	}
	checkGPXOrder(t, content)
	return doc
}

func checkGPXOrder(t *testing.T, content []byte) {
	t.Helper()
	var doc struct {
		Waypoints []struct {
			Elements []struct{ XMLName xml.Name } `xml:",any"`
		} `xml:"wpt"`
	}
	if err := xml.Unmarshal(content, &doc); err != nil {
		t.Fatal(err)
	}
	for _, w := range doc.Waypoints {
		last := 0
		for _, e := range w.Elements {
			at := slices.Index(gpxOrder, e.XMLName.Local)
			if at < last {
				t.Errorf("<%s> is unknown or after <%s>", e.XMLName.Local, gpxOrder[last])
			}
			last = at
		}
	}
}

func TestGPX(t *testing.T) {
	options := feature.Options{BaseURL: "https://newsmap.example"}
	if doc := readGPX(t, write(t, "gpx", options)); len(doc.Waypoints) != 0 {
		t.Errorf("no features: %d waypoints", len(doc.Waypoints))
	}
	all := samples()
	doc := readGPX(t, write(t, "gpx", options, all...))
	if len(doc.Waypoints) != len(all) {
		t.Fatalf("%d features: %d waypoints", len(all), len(doc.Waypoints))
	}
	if got := doc.Waypoints[1].Name; got != "Pacific" {
		t.Errorf("a story without a title is named %q, want the place", got)
	}
	for i, w := range doc.Waypoints {
		if len(w.Links) == 0 || w.Links[0].Href != "https://newsmap.example/stories/"+all[i].StoryID {
			t.Errorf("waypoint %d links to %v first, want the story's page", i, w.Links)
		}
	}
}

func TestGPXOfBadInput(t *testing.T) {
	at := func(lon, lat float64, address string) *story.Feature {
		return &story.Feature{
			StoryID:  "a&b",
			Title:    "<&>\x00\xff",
			URL:      address,
			Location: geo.Location{Place: geo.Place{ID: "x", Name: "X", Point: orb.Point{lon, lat}}},
		}
	}
	doc := readGPX(t, write(t, "gpx", feature.Options{},
		at(180, 90, "javascript:alert(1)"), at(math.NaN(), 0, ""), at(0, math.Inf(1), ""), at(-180, -90, `https://a.example/?a="<b>&c`)))
	if len(doc.Waypoints) != 2 {
		t.Fatalf("%d waypoints, want the two that have a point", len(doc.Waypoints))
	}
	if w := doc.Waypoints[0]; w.Lon != -180 || len(w.Links) != 1 || w.Name != "<&>\ufffd\ufffd" {
		t.Errorf("%+v", w)
	}
	if w := doc.Waypoints[1]; len(w.Links) != 2 || w.Type != "mention" {
		t.Errorf("%+v", w)
	}
}
