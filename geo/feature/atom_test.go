package feature_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"
	"github.com/paulmach/orb"

	"newsmap/geo"
	"newsmap/geo/feature"
	"newsmap/geo/story"
)

func atomStories() []*story.Story {
	return []*story.Story{
		{
			ID: "abc", Title: "Fire & \"smoke\" in <Zürich>\x00", URL: "https://news.example/a?b=1&c=2", Outlet: "Der Bote", Lang: "de-CH", Text: "It burned.",
			Published: time.Date(2019, 2, 20, 1, 21, 0, 0, time.FixedZone("", 3600)), Updated: time.Date(2019, 2, 21, 8, 0, 0, 0, time.UTC),
			Locations: []geo.Location{
				{
					Place:    geo.Place{ID: "geonames:2657896", Name: "Zürich", Point: orb.Point{8.55, 47.366666}},
					Role:     geo.RoleFocus,
					Evidence: "It burned in Zürich.",
				},
				{Place: geo.Place{ID: "geonames:2661552", Name: "Bern", Point: orb.Point{7.45, 46.95}}, Role: geo.RoleFocus},
				{Place: geo.Place{ID: "geonames:2660646", Name: "Geneva", Point: orb.Point{6.14, 46.2}}, Role: geo.RoleMention},
			},
		},
		{
			ID:      "x",
			Text:    strings.Repeat("Wörter ohne Ort. ", 200),
			URL:     "javascript:alert(1)",
			Lang:    "<en>",
			Fetched: time.Date(2019, 2, 19, 0, 0, 0, 0, time.UTC),
		},
	}
}

func atom(t *testing.T, stories []*story.Story) []byte {
	t.Helper()
	var out bytes.Buffer
	err := feature.WriteAtom(&out, &feature.AtomFeed{
		Title:     "newsmap: q=fire & more",
		BaseURL:   "https://newsmap.example/",
		Self:      "https://newsmap.example/feed.atom?q=fire&cursor=a",
		First:     "https://newsmap.example/feed.atom?q=fire",
		Next:      "https://newsmap.example/feed.atom?q=fire&cursor=b",
		Alternate: "https://newsmap.example/?q=fire",
		Version:   "1",
		Stories:   stories,
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestAtomParses parses the feed as a feed reader does.
func TestAtomParses(t *testing.T) {
	out := atom(t, atomStories())
	feed, err := gofeed.NewParser().Parse(bytes.NewReader(out))
	if err != nil {
		t.Fatalf("%v in\n%s", err, out)
	}
	if feed.FeedType != "atom" || feed.FeedVersion != "1.0" || feed.Title != "newsmap: q=fire & more" ||
		feed.FeedLink != "https://newsmap.example/feed.atom?q=fire&cursor=a" ||
		feed.Link != "https://newsmap.example/?q=fire" ||
		feed.Updated != "2019-02-21T08:00:00Z" ||
		len(feed.Items) != 2 {
		t.Fatalf("%+v", feed)
	}
	first, second := feed.Items[0], feed.Items[1]
	if first.Title != "Fire & \"smoke\" in <Zürich>\ufffd" || first.Link != "https://news.example/a?b=1&c=2" || first.Published != "2019-02-20T00:21:00Z" ||
		first.Updated != "2019-02-21T08:00:00Z" ||
		first.Description != "It burned in Zürich." ||
		first.Authors[0].Name != "Der Bote" {
		t.Errorf("%+v", first)
	}
	points := first.Extensions["georss"]["point"]
	if len(points) != 2 || points[0].Value != "47.366666 8.55" || points[1].Value != "46.95 7.45" || len(first.Categories) != 3 {
		t.Errorf("points %+v, categories %v", points, first.Categories)
	}
	if second.Title != "Untitled story" || second.Link != "https://newsmap.example/stories/x" || len(second.Extensions["georss"]["point"]) != 0 ||
		len([]rune(second.Description)) != 240 ||
		second.Updated != "2019-02-19T00:00:00Z" {
		t.Errorf("%+v", second)
	}
}

// atomRules contains the minimum and maximum numbers of each child of an element (RFC 4287).
var atomRules = map[string]map[string][2]int{
	"feed": {"id": {1, 1}, "title": {1, 1}, "updated": {1, 1}, "author": {1, 1}, "generator": {0, 1}, "link": {1, 99}, "entry": {0, 999}},
	"entry": {
		"id":          {1, 1},
		"title":       {1, 1},
		"updated":     {1, 1},
		"published":   {0, 1},
		"author":      {1, 1},
		"summary":     {0, 1},
		"link":        {1, 99},
		"category":    {0, 99},
		"point":       {0, 99},
		"featureName": {0, 1},
	},
}

// atomElement is an element of a feed with the numbers of its children.
type atomElement struct {
	name  string
	count map[string]int
}

// atomNamespace returns the namespace of an element of a feed.
func atomNamespace(name string) string {
	if name == "point" || name == "featureName" {
		return "http://www.georss.org/georss"
	}
	return "http://www.w3.org/2005/Atom"
}

// checkChildren checks the children of an element against atomRules.
func checkChildren(t *testing.T, e atomElement) {
	t.Helper()
	rules := atomRules[e.name]
	for name, bounds := range rules {
		if c := e.count[name]; c < bounds[0] || c > bounds[1] {
			t.Errorf("%s has %d of %s", e.name, c, name)
		}
	}
	for name := range e.count {
		if _, known := rules[name]; rules != nil && !known {
			t.Errorf("%s has a child %s", e.name, name)
		}
	}
}

func TestAtomRules(t *testing.T) {
	for _, n := range []int{0, 1, 2} {
		out := atom(t, atomStories()[:n])
		stack := []atomElement{{"", map[string]int{}}}
		decoder := xml.NewDecoder(bytes.NewReader(out))
		ids := map[string]bool{}
		for {
			token, err := decoder.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%v in\n%s", err, out)
			}
			switch token := token.(type) {
			case xml.StartElement:
				stack[len(stack)-1].count[token.Name.Local]++
				stack = append(stack, atomElement{token.Name.Local, map[string]int{}})
				if token.Name.Space != atomNamespace(token.Name.Local) {
					t.Errorf("%s has the namespace %q", token.Name.Local, token.Name.Space)
				}
			case xml.CharData:
				if text := string(token); stack[len(stack)-1].name == "id" {
					if !regexp.MustCompile(`^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(text) || ids[text] {
						t.Errorf("id %s", text)
					}
					ids[text] = true
				}
			case xml.EndElement:
				top := stack[len(stack)-1]
				stack = stack[:len(stack)-1]
				checkChildren(t, top)
			}
		}
	}
}

// TestAtomIDs checks that ids do not depend on the page and the host.
func TestAtomIDs(t *testing.T) {
	id := regexp.MustCompile(`<id>[^<]*</id>`)
	var other bytes.Buffer
	if err := feature.WriteAtom(
		&other,
		&feature.AtomFeed{BaseURL: "http://elsewhere.example", First: "https://newsmap.example/feed.atom?q=fire", Self: "x", Stories: atomStories()},
	); err != nil {
		t.Fatal(err)
	}
	a, b := id.FindAllString(string(atom(t, atomStories())), -1), id.FindAllString(other.String(), -1)
	if len(a) != 3 || strings.Join(a, "") != strings.Join(b, "") {
		t.Errorf("%v and %v", a, b)
	}
}
