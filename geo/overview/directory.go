package overview

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"newsmap/geo/gazetteer"
	"newsmap/geo/story"
)

// directoryPause is the minimum time between two directories. While stories are added
// continuously, counts may be that old.
const directoryPause = 5 * time.Second

// Directory contains the places, countries and outlets of all stories, with the number of
// their stories. It is immutable.
type Directory struct {
	version   string
	created   time.Time
	places    []directoryPlace
	stories   map[string]int // by place id
	countries map[string]int // by ISO 3166-1 alpha-2 code
	outlets   []Outlet
}

type directoryPlace struct {
	*story.PlaceSummary
	folded  string // of the name
	stories int
}

// Outlet is an outlet with the number of its stories.
type Outlet struct {
	Name, Domain string // one of them may be empty
	Stories      int

	folded string // of the name
}

// Version identifies the state of the stories that were counted. It is empty if the
// store does not support versions.
func (d *Directory) Version() string { return d.version }

// Stories returns the number of stories that name a place.
func (d *Directory) Stories(placeID string) int { return d.stories[placeID] }

// directoryCache contains the last directory. It makes a new one if the version of the
// store has changed.
type directoryCache struct {
	mu   sync.Mutex
	last *Directory
}

func (c *directoryCache) get(ctx context.Context, a story.Aggregator, now time.Time) (*Directory, error) {
	version, err := a.Version(ctx)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if last := c.last; last != nil && (version == last.version && version != "" || now.Sub(last.created) < directoryPause) {
		return last, nil
	}
	next, err := newDirectory(ctx, a, version, now, c.last)
	if err != nil {
		return nil, err
	}
	c.last = next
	return next, nil
}

// newDirectory counts the stories. Folding names takes longer than everything else, so it
// uses the folded names of the last directory, which may be nil.
func newDirectory(ctx context.Context, a story.Aggregator, version string, now time.Time, last *Directory) (*Directory, error) {
	folded := map[string]string{}
	if last != nil {
		for i := range last.places {
			folded[last.places[i].Name] = last.places[i].folded
		}
		for i := range last.outlets {
			folded[last.outlets[i].Name] = last.outlets[i].folded
		}
	}
	fold := func(name string) string {
		key, ok := folded[name]
		if !ok {
			key = gazetteer.Fold(name)
			folded[name] = key
		}
		return key
	}
	d := &Directory{version: version, created: now, stories: map[string]int{}, countries: map[string]int{}}
	if err := d.countPlaces(ctx, a, fold); err != nil {
		return nil, err
	}
	return d, d.countOutlets(ctx, a, fold)
}

// countPlaces sets places, stories and countries.
func (d *Directory) countPlaces(ctx context.Context, a story.Aggregator, fold func(string) string) error {
	features := map[*story.PlaceSummary]int{}
	lastOf := map[string]int{} // by country: number of the last story that was counted, plus one
	err := a.FeatureSummaries(ctx, story.Query{}, func(f *story.FeatureSummary) error {
		features[f.Place]++
		d.stories[f.Place.ID]++
		if code := f.Place.Country; code != "" && lastOf[code] != f.Story.Number+1 {
			lastOf[code] = f.Story.Number + 1
			d.countries[code]++
		}
		return nil
	})
	if err != nil {
		return err
	}
	main := map[string]*story.PlaceSummary{} // by id: the summary with the name that most stories use
	for place, n := range features {
		if best := main[place.ID]; best == nil || n > features[best] || n == features[best] && place.Name < best.Name {
			main[place.ID] = place
		}
	}
	for id, place := range main {
		d.places = append(d.places, directoryPlace{place, fold(place.Name), d.stories[id]})
	}
	slices.SortFunc(d.places, func(a, b directoryPlace) int {
		return cmp.Or(b.stories-a.stories, strings.Compare(a.ID, b.ID))
	})
	return nil
}

// countOutlets sets outlets.
func (d *Directory) countOutlets(ctx context.Context, a story.Aggregator, fold func(string) string) error {
	type key struct{ name, domain string }
	counts := map[key]int{}
	err := a.StorySummaries(ctx, story.Query{}, func(s *story.StorySummary) error {
		counts[key{s.Outlet, s.Domain}]++
		return nil
	})
	for k, n := range counts {
		if k.name != "" || k.domain != "" {
			d.outlets = append(d.outlets, Outlet{k.name, k.domain, n, fold(k.name)})
		}
	}
	slices.SortFunc(d.outlets, func(a, b Outlet) int {
		return cmp.Or(b.Stories-a.Stories, strings.Compare(a.Name, b.Name), strings.Compare(a.Domain, b.Domain))
	})
	return err
}

// placesWithPrefix returns at most limit places whose folded names have a prefix, those with
// the most stories first.
func (d *Directory) placesWithPrefix(prefix string, limit int) []directoryPlace {
	var out []directoryPlace
	for i := range d.places {
		if len(out) == limit {
			break
		}
		if strings.HasPrefix(d.places[i].folded, prefix) {
			out = append(out, d.places[i])
		}
	}
	return out
}

// outletsWithPrefix returns at most limit outlets whose folded names have a word with prefix,
// or whose domains begin with typed, those with the most stories first.
func (d *Directory) outletsWithPrefix(prefix, typed string, limit int) []Outlet {
	typed = strings.ToLower(typed)
	var out []Outlet
	seen := map[string]bool{}
	for i := range d.outlets {
		o := &d.outlets[i]
		if len(out) == limit {
			break
		}
		if !hasWordPrefix(o.folded, prefix) && !strings.HasPrefix(o.Domain, typed) || seen[o.Filter()] {
			continue
		}
		seen[o.Filter()] = true
		out = append(out, *o)
	}
	return out
}

// Filter returns the value of the filter "outlet" for the outlet: its name, or its domain if
// the name is empty or has a comma, which separates the values of a filter.
func (o *Outlet) Filter() string {
	if o.Name == "" || strings.Contains(o.Name, ",") {
		return o.Domain
	}
	return o.Name
}

// hasWordPrefix reports whether a word of text has the prefix.
func hasWordPrefix(text, prefix string) bool {
	if prefix == "" {
		return false
	}
	return strings.HasPrefix(text, prefix) || strings.Contains(text, " "+prefix)
}
