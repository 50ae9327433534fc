package story_test

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"newsmap/geo"
	"newsmap/geo/story"
)

func TestNormalizeURL(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"normal form", "https://a.example/x", "https://a.example/x"},
		{"scheme, host and port", "HTTP://WWW.A.Example:80/x", "https://a.example/x"},
		{"other port", "https://a.example:8443/x", "https://a.example:8443/x"},
		{"final slash", "https://a.example/x/", "https://a.example/x"},
		{"root", "https://a.example/", "https://a.example"},
		{"fragment", "https://a.example/x#part", "https://a.example/x"},
		{"tracking", "https://a.example/x?utm_source=f&UTM_Medium=g&fbclid=1&at_medium=RSS&id=7", "https://a.example/x?id=7"},
		{"only tracking", "https://a.example/x?gclid=1", "https://a.example/x"},
		{"order", "https://a.example/x?b=2&a=1&a=0", "https://a.example/x?a=1&a=0&b=2"},
		{"path keeps its case", "https://a.example/X%20y", "https://a.example/X%20y"},
		{"spaces around", " https://a.example/x\n", "https://a.example/x"},
		{"final dot", "https://a.example./x", "https://a.example/x"},
		{"www twice", "https://www.www.a.example/x", "https://a.example/x"},
		{"a domain named www", "https://www.example/x", "https://www.example/x"},
		{"IPv6", "http://[2001:DB8::1]:80/x", "https://[2001:db8::1]/x"},
		{"international", "https://zürich.example/x", "https://zürich.example/x"},
		{"semicolons", "https://a.example/x?a=1;b=2", "https://a.example/x?a=1;b=2"},
		{"stray percent", "https://a.example/x?a=100%", "https://a.example/x?a=100%"},
	} {
		if got, err := story.NormalizeURL(c.in); err != nil || got != c.want {
			t.Errorf("%s: %q, %v; want %q", c.name, got, err, c.want)
		}
	}
	for _, bad := range []string{"", "a.example/x", "/x", "ftp://a.example", "javascript:alert(1)", "JaVaScRiPt://a.example/%0aalert(1)", "data:text/html,x",
		"https://", "https:///x", "https://user:pass@a.example/", "https://<script>/", "https://a b/", "http://[fe80::1%25eth0]/", "https://a.example/\x00",
		"https://.", strings.Repeat("https://a.example/", 200)} {
		_, err := story.NormalizeURL(bad)
		var invalid *geo.InvalidError
		if !errors.As(err, &invalid) || invalid.Name != "url" {
			t.Errorf("%.40q: error %v; want one that names url", bad, err)
		}
	}
}

func FuzzNormalizeURL(f *testing.F) {
	for _, s := range []string{"https://www.a.example:443/x/?b=2&utm_source=x&a=1#y", "http://[2001:db8::1]/", "https://www.www.com",
		"https://a.example/x?a=1;b=2", "https://a.example/%2F/?%zz"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once, err := story.NormalizeURL(s)
		if err != nil {
			if !errors.Is(err, geo.ErrInvalid) {
				t.Fatal(err)
			}
			return
		}
		if !strings.HasPrefix(once, "https://") || strings.Contains(once, "#") {
			t.Fatalf("%q is normalized to %q", s, once)
		}
		if len(once) > story.MaxURL {
			return // escaping can make an address longer than allowed
		}
		if twice, err := story.NormalizeURL(once); err != nil || twice != once {
			t.Fatalf("%q is normalized to %q, and that to %q, %v", s, once, twice, err)
		}
	})
}

func TestIdentify(t *testing.T) {
	id := func(s story.Story) string { return story.Identify(&s) }
	base := id(story.Story{URL: "https://www.a.example/x?utm_source=rss", Title: "One"})
	if !regexp.MustCompile(`^[a-z2-7]{20}$`).MatchString(base) {
		t.Errorf("id %q is not 20 base32 characters", base)
	}
	for name, c := range map[string]struct {
		s    story.Story
		same bool
	}{
		"other form of the address": {story.Story{URL: "http://a.example/x/#y", Title: "Two", Text: "t"}, true},
		"other address":             {story.Story{URL: "https://a.example/y"}, false},
		"no address":                {story.Story{Title: "One"}, false},
	} {
		if got := id(c.s); (got == base) != c.same {
			t.Errorf("%s: ids %s and %s; want them equal: %v", name, got, base, c.same)
		}
	}
	text := id(story.Story{Title: "A  title", Text: "Some\ntext."})
	if id(story.Story{Title: " A title ", Text: "Some text.\n"}) != text || id(story.Story{Title: "A", Text: "title Some text."}) == text ||
		id(story.Story{Title: "A title", Text: "Some text"}) == text {
		t.Error("the id of a text must depend on its words and not on white space")
	}
	// Links contain ids, so they must never change.
	if base != "4x5dwgmer6vvbtiydfaz" {
		t.Errorf("the id of an address has changed to %s", base)
	}
}

func TestIDs(t *testing.T) {
	at := func(address string) string { return story.Identify(&story.Story{URL: address}) }
	for _, c := range []struct {
		name string
		s    story.Story
		want int    // number of ids
		has  string // one of them
	}{
		{"none", story.Story{ID: "a"}, 1, "a"},
		{"address", story.Story{ID: "a", URL: "http://www.a.example/x/?utm_source=y"}, 2, at("https://a.example/x")},
		{"id of the address", story.Story{ID: at("https://a.example/x"), URL: "https://a.example/x"}, 1, at("http://a.example/x/")},
		{"alias address", story.Story{ID: "a", Aliases: []string{"https://a.example/x?ref=1", "http://a.example/x"}}, 2, at("https://a.example/x")},
		{"front pages", story.Story{ID: "a", URL: "https://a.example/", Aliases: []string{"http://www.a.example", "https://a.example?utm_source=x", ""}}, 1, "a"},
		{"address with a query only", story.Story{ID: "a", Aliases: []string{"https://a.example/?p=1"}}, 2, at("http://a.example?p=1")},
		{"guids", story.Story{ID: "a", Aliases: []string{"guid:https://a.example/feed 1", "guid:https://a.example/feed 2", "tag:x",
			"guid:https://a.example/feed 1"}}, 4, "a"},
		{"fragments", story.Story{ID: "a", Aliases: []string{"https://a.example/live#1", "https://a.example/live#2"}}, 3, "a"},
	} {
		ids := c.s.IDs()
		if len(ids) != c.want || ids[0] != c.s.ID || !slices.Contains(ids, c.has) {
			t.Errorf("%s: %q; want %d ids with %s", c.name, ids, c.want, c.has)
		}
	}
}

func TestBetterURL(t *testing.T) {
	for _, c := range [][3]string{
		{"http://a.example/x", "https://a.example/x?utm_source=y", "https://a.example/x?utm_source=y"},
		{"https://a.example/x", "http://a.example/x", "https://a.example/x"},
		{"https://a.example/x?utm_source=y", "https://a.example/x", "https://a.example/x"},
		{"https://a.example/x", "https://a.example/x?utm_source=y", "https://a.example/x"},
		{"https://a.example/x", "https://a.example/y", "https://a.example/y"},
		{"", "https://a.example/y", "https://a.example/y"},
		{"https://a.example/x", "", ""},
	} {
		if got := story.BetterURL(c[0], c[1]); got != c[2] {
			t.Errorf("BetterURL(%q, %q) = %q, want %q", c[0], c[1], got, c[2])
		}
	}
}

func TestDomain(t *testing.T) {
	for in, want := range map[string]string{
		"https://www.A.example:8080/x": "a.example", "http://a.example.": "a.example", "https://www.example/": "www.example", "": "", "a.example/x": "",
		"https://[::1]/": "::1", ":": "", "mailto:x@y": "",
	} {
		if got := story.Domain(in); got != want {
			t.Errorf("Domain(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestValidate(t *testing.T) {
	now := time.Date(2024, 5, 17, 12, 0, 0, 0, time.UTC)
	good := story.Story{ID: "a", Title: "Title", Text: "Text", URL: "https://a.example/x", Outlet: "O", Domain: "a.example", Lang: "en", Published: now}
	if err := good.Validate(now); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*story.Story){
		"title": func(s *story.Story) { s.Title = strings.Repeat("é", story.MaxTitle+1) },
		"text":  func(s *story.Story) { s.Text = strings.Repeat("x", story.MaxText+1) },
		"url":   func(s *story.Story) { s.URL = "javascript:alert(1)" }, "outlet": func(s *story.Story) { s.Outlet = strings.Repeat("x", story.MaxName+1) },
		"byline": func(s *story.Story) { s.Byline = "a\xff" },
		"lang":   func(s *story.Story) { s.Lang = "e\x00n" }, "domain": func(s *story.Story) { s.Domain = strings.Repeat("x", story.MaxName+1) },
		"date":    func(s *story.Story) { s.Published = now.Add(25 * time.Hour) },
		"image":   func(s *story.Story) { s.Image = "data:image/png;base64,AAAA" },
		"points":  func(s *story.Story) { s.Points = []geo.Coordinate{{Lon: 10, Lat: 91}} },
		"aliases": func(s *story.Story) { s.Aliases = make([]string, story.MaxAliases+1) },
	} {
		s := good
		change(&s)
		err := s.Validate(now)
		var invalid *geo.InvalidError
		if !errors.As(err, &invalid) || invalid.Name != name || !utf8.ValidString(err.Error()) {
			t.Errorf("%s: error %v; want valid UTF-8 that names the field", name, err)
		}
	}
	for name, c := range map[string]struct {
		change func(*story.Story)
		ok     bool
	}{
		"no text":       {func(s *story.Story) { s.Text = "" }, true},
		"no title":      {func(s *story.Story) { s.Title = "" }, true},
		"neither":       {func(s *story.Story) { s.Title, s.Text = "", " \n" }, false},
		"no address":    {func(s *story.Story) { s.URL = "" }, true},
		"undated":       {func(s *story.Story) { s.Published = time.Time{} }, true},
		"slow clock":    {func(s *story.Story) { s.Published = now.Add(23 * time.Hour) }, true},
		"first printed": {func(s *story.Story) { s.Published = time.Date(1605, 1, 1, 0, 0, 0, 0, time.UTC) }, true},
		"before print":  {func(s *story.Story) { s.Published = time.Date(1604, 12, 31, 23, 0, 0, 0, time.UTC) }, false},
		"longest title": {func(s *story.Story) { s.Title = strings.Repeat("é", story.MaxTitle) }, true},
		"longest text":  {func(s *story.Story) { s.Text = strings.Repeat("x", story.MaxText) }, true},
	} {
		s := good
		c.change(&s)
		if err := s.Validate(now); (err == nil) != c.ok {
			t.Errorf("%s: error %v; want valid: %v", name, err, c.ok)
		}
	}
}

func TestLocate(t *testing.T) {
	place := geo.Place{ID: "geonames:1"}
	s := story.Story{ID: "a", Title: "T", Text: "X", Domain: "d", URL: "u", Lang: "en", Unlocated: []geo.Toponym{{Text: "old"}}}
	if d := s.Document(); d.ID != "a" || d.Title != "T" || d.Text != "X" || d.Domain != "d" || d.URL != "u" || d.Lang != "en" || !d.Date.Equal(s.Published) {
		t.Errorf("document %+v of story %+v", d, s)
	}
	s.Locate(&geo.Result{
		Resolutions: []geo.Resolution{{Toponym: geo.Toponym{Text: "here"}, Place: &place}, {Toponym: geo.Toponym{Text: "nowhere"}}},
		Locations:   []geo.Location{{Place: place}},
	})
	if len(s.Locations) != 1 || len(s.Unlocated) != 1 || s.Unlocated[0].Text != "nowhere" {
		t.Errorf("locations %+v, unlocated %+v; want one each", s.Locations, s.Unlocated)
	}
}

func ExampleIdentify() {
	a := story.Story{URL: "https://www.post.example/ferry/?utm_source=rss"}
	b := story.Story{URL: "http://post.example/ferry#comments", Title: "Ferry leaves"}
	fmt.Println(story.Identify(&a) == story.Identify(&b))
	// Output: true
}
