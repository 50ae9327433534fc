package handlers

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"newsmap/geo"
	"newsmap/handlers/locale"

	"github.com/gin-gonic/gin"
)

// Namer gives all names of a place, the main one first. A gazetteer that is one
// makes the answers about places fuller.
type Namer interface {
	Names(id string) []string
}

const (
	mostNames = 200

	// A place's neighbours, and those of them that only are large; none lies
	// further than so many kilometres.
	mostNeighbours = 8
	leastLarge     = 2
	neighbourKM    = 500
)

// placeAnswer is all that is known of a place beside its stories, which the
// filter "place" gives.
type placeAnswer struct {
	Place       placeBody       `json:"place"`
	Label       string          `json:"label"` // the name and where it lies
	CountryName *string         `json:"country_name"`
	Admin2      *string         `json:"admin2"`
	Precision   geo.Precision   `json:"precision"`
	Population  *int64          `json:"population"`
	Names       []string        `json:"names"`   // other ones, in all languages
	Stories     int             `json:"stories"` // that name it
	Neighbours  []neighbourBody `json:"neighbours"`
}

// neighbourBody is a place near another, nearest first.
type neighbourBody struct {
	ID      string  `json:"id"`
	Name    string  `json:"name"`
	Lat     float64 `json:"lat"`
	Lon     float64 `json:"lon"`
	KM      float64 `json:"km"`
	Stories int     `json:"stories"`
}

// getPlace answers with what is known of one place.
func (s *server) getPlace(c *gin.Context) {
	if err := noQuery(c.Request); err != nil {
		s.fail(c, err)
		return
	}
	place, err := s.place(c.Request.Context(), c.Param("id"))
	if err != nil {
		s.fail(c, err)
		return
	}
	d, err := s.directories.get(c.Request.Context(), s.aggregator, s.Now())
	if err != nil {
		s.fail(c, err)
		return
	}
	tag := ""
	if d.version != "" {
		tag = s.tagOf(d.version, c.Request.URL.Path, nil)
	}
	s.answerAs(c, jsonType, tag, func(context.Context) ([]byte, error) {
		return encodeJSON(s.placeAnswer(&place, d))
	})
}

func (s *server) placeAnswer(p *geo.Place, d *directory) placeAnswer {
	suggestion := newSuggestion(p, p.Name, d)
	out := placeAnswer{
		Place: newPlaceBody(p), Label: suggestion.Label, CountryName: nullable(locale.CountryName(p)), Admin2: nullable(p.Admin2), Precision: p.Precision(),
		Names: []string{}, Stories: d.stories[p.ID], Neighbours: s.neighbours(p, d),
	}
	if p.Population > 0 {
		out.Population = &p.Population
	}
	if namer, ok := s.Places.(Namer); ok {
		seen := map[string]bool{strings.ToLower(p.Name): true}
		for _, name := range namer.Names(p.ID) {
			if key := strings.ToLower(name); !seen[key] && len(out.Names) < mostNames {
				seen[key] = true
				out.Names = append(out.Names, name)
			}
		}
	}
	return out
}

// neighbours gives the nearest places that stories name, and some large ones
// beside them for who does not know the region.
func (s *server) neighbours(p *geo.Place, d *directory) []neighbourBody {
	held := nearest(p, len(d.places), func(i int) neighbourBody {
		spot := d.places[i].PlaceSummary
		if spot.Precision == geo.PrecisionCountry || spot.Precision == geo.PrecisionRegion || spot.Precision == geo.PrecisionWater {
			return neighbourBody{}
		}
		return neighbourBody{ID: spot.ID, Name: spot.Name, Lat: micro(spot.Point.Lat()), Lon: micro(spot.Point.Lon()), Stories: d.places[i].stories}
	})
	held = held[:min(len(held), mostNeighbours-leastLarge)]
	labels := s.labels.list(s.Places)
	large := nearest(p, len(labels), func(i int) neighbourBody {
		l := &labels[i]
		if l.Kind == "country" || l.weight < leastNeighbour || slices.ContainsFunc(held, func(h neighbourBody) bool { return h.ID == l.ID }) {
			return neighbourBody{}
		}
		return neighbourBody{ID: l.ID, Name: l.Name, Lat: l.Lat, Lon: l.Lon, Stories: d.stories[l.ID]}
	})
	out := append(held, large[:min(len(large), mostNeighbours-len(held))]...)
	slices.SortFunc(out, byDistance)
	return out
}

// leastNeighbour is the weight that a label needs to orient a reader.
const leastNeighbour = 50_000

// nearest gives those of n places that are near p, nearest first; what has no id
// is passed over.
func nearest(p *geo.Place, n int, at func(int) neighbourBody) []neighbourBody {
	const degreeKM = math.Pi * geo.EarthRadiusKM / 180
	out := []neighbourBody{}
	for i := range n {
		b := at(i)
		if b.ID == "" || b.ID == p.ID || math.Abs(b.Lat-p.Point.Lat())*degreeKM > neighbourKM {
			continue
		}
		if b.KM = math.Round(10*geo.DistanceKM(p.Point, [2]float64{b.Lon, b.Lat})) / 10; b.KM <= neighbourKM {
			out = append(out, b)
		}
	}
	slices.SortFunc(out, byDistance)
	return out
}

func byDistance(a, b neighbourBody) int {
	return cmp.Or(cmp.Compare(a.KM, b.KM), strings.Compare(a.ID, b.ID))
}
