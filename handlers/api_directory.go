package handlers

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

// directoryPause is the least time between two directories: while stories come in
// by the second, the counts beside suggestions may lag by so much.
const directoryPause = 5 * time.Second

// directory is what the stories hold, by name: places, countries and outlets with
// the number of their stories. It never changes.
type directory struct {
	version   string
	made      time.Time
	places    []directoryPlace
	stories   map[string]int // by place id
	countries map[string]int // by ISO 3166-1 code
	outlets   []directoryOutlet
}

type directoryPlace struct {
	*story.PlaceSummary
	folded  string
	stories int
}

type directoryOutlet struct {
	name, domain, folded string
	stories              int
}

// directories makes a directory where there is none of the store's version.
type directories struct {
	mu   sync.Mutex
	last *directory
}

func (d *directories) get(ctx context.Context, a story.Aggregator, now time.Time) (*directory, error) {
	version, err := a.Version(ctx)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if last := d.last; last != nil && (version == last.version && version != "" || now.Sub(last.made) < directoryPause) {
		return last, nil
	}
	fresh, err := newDirectory(ctx, a, version, now, d.last)
	if err != nil {
		return nil, err
	}
	d.last = fresh
	return fresh, nil
}

// newDirectory counts. Folding a name takes longer than all else, so names that
// old has are taken from it.
func newDirectory(ctx context.Context, a story.Aggregator, version string, now time.Time, old *directory) (*directory, error) {
	folded := map[string]string{}
	if old != nil {
		for i := range old.places {
			folded[old.places[i].Name] = old.places[i].folded
		}
		for i := range old.outlets {
			folded[old.outlets[i].name] = old.outlets[i].folded
		}
	}
	fold := func(name string) string {
		key, known := folded[name]
		if !known {
			key = gazetteer.Fold(name)
			folded[name] = key
		}
		return key
	}
	d := &directory{version: version, made: now, stories: map[string]int{}, countries: map[string]int{}}
	if err := d.countPlaces(ctx, a, fold); err != nil {
		return nil, err
	}
	return d, d.countOutlets(ctx, a, fold)
}

func (d *directory) countPlaces(ctx context.Context, a story.Aggregator, fold func(string) string) error {
	spots := map[*story.PlaceSummary]int{}
	lastOf := map[string]int{}
	err := a.FeatureSummaries(ctx, story.Query{}, func(m *story.FeatureSummary) error {
		spots[m.Place]++
		d.stories[m.Place.ID]++
		if code := m.Place.Country; code != "" && lastOf[code] != m.Story.Number+1 {
			lastOf[code] = m.Story.Number + 1
			d.countries[code]++
		}
		return nil
	})
	if err != nil {
		return err
	}
	largest := map[string]*story.PlaceSummary{} // by id: what most stories call it
	for spot, n := range spots {
		if best := largest[spot.ID]; best == nil || n > spots[best] || n == spots[best] && spot.Name < best.Name {
			largest[spot.ID] = spot
		}
	}
	for id, spot := range largest {
		d.places = append(d.places, directoryPlace{spot, fold(spot.Name), d.stories[id]})
	}
	slices.SortFunc(d.places, func(a, b directoryPlace) int {
		return cmp.Or(b.stories-a.stories, strings.Compare(a.ID, b.ID))
	})
	return nil
}

func (d *directory) countOutlets(ctx context.Context, a story.Aggregator, fold func(string) string) error {
	type key struct{ name, domain string }
	counts := map[key]int{}
	err := a.StorySummaries(ctx, story.Query{}, func(b *story.StorySummary) error {
		counts[key{b.Outlet, b.Domain}]++
		return nil
	})
	for k, n := range counts {
		if k.name != "" || k.domain != "" {
			d.outlets = append(d.outlets, directoryOutlet{k.name, k.domain, fold(k.name), n})
		}
	}
	slices.SortFunc(d.outlets, func(a, b directoryOutlet) int {
		return cmp.Or(b.stories-a.stories, strings.Compare(a.name, b.name), strings.Compare(a.domain, b.domain))
	})
	return err
}

// placesFrom gives the places with the most stories whose names begin with a
// folded prefix.
func (d *directory) placesFrom(prefix string, most int) []directoryPlace {
	var out []directoryPlace
	for i := range d.places {
		if len(out) == most {
			break
		}
		if strings.HasPrefix(d.places[i].folded, prefix) {
			out = append(out, d.places[i])
		}
	}
	return out
}

// outletsFrom gives the outlets with the most stories one of whose words, or whose
// domain, begins with what is looked for.
func (d *directory) outletsFrom(prefix, typed string, most int) []directoryOutlet {
	typed = strings.ToLower(typed)
	var out []directoryOutlet
	seen := map[string]bool{}
	for i := range d.outlets {
		o := &d.outlets[i]
		if len(out) == most {
			break
		}
		if !hasWordPrefix(o.folded, prefix) && !strings.HasPrefix(o.domain, typed) || seen[o.filter()] {
			continue
		}
		seen[o.filter()] = true
		out = append(out, *o)
	}
	return out
}

// filter is the value by which the outlet is asked for: a comma would part it.
func (o *directoryOutlet) filter() string {
	if o.name == "" || strings.Contains(o.name, ",") {
		return o.domain
	}
	return o.name
}

func hasWordPrefix(text, prefix string) bool {
	if prefix == "" {
		return false
	}
	return strings.HasPrefix(text, prefix) || strings.Contains(text, " "+prefix)
}
