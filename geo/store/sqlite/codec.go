package sqlite

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/paulmach/orb"

	"newsmap/geo"
	"newsmap/geo/story"
)

// The types below define the JSON in the table details. They are independent of the
// names in package geo, so that renaming those does not change stored data.

type toponymJSON struct {
	Start      int             `json:"start"`
	End        int             `json:"end"`
	Text       string          `json:"text"`
	Field      geo.Field       `json:"field,omitempty"`
	Kind       geo.ToponymKind `json:"kind,omitempty"`
	Confidence float64         `json:"confidence"`
	Coordinate *[2]float64     `json:"coordinate,omitempty"` // lon, lat
}

type placeJSON struct {
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	Point       orb.Point `json:"point"`
	FeatureCode string    `json:"feature_code,omitempty"`
	Country     string    `json:"country,omitempty"`
	CountryName string    `json:"country_name,omitempty"`
	Countries   []string  `json:"countries,omitempty"`
	Admin1Code  string    `json:"admin1_code,omitempty"`
	Admin1      string    `json:"admin1,omitempty"`
	Admin2      string    `json:"admin2,omitempty"`
	Population  int64     `json:"population,omitempty"`
	Prominence  float64   `json:"prominence,omitempty"`
}

type candidateJSON struct {
	Place placeJSON     `json:"place"`
	Name  string        `json:"name"`
	Match geo.MatchKind `json:"match"`
	Main  bool          `json:"main,omitempty"`
	Score float64       `json:"score"`
}

func encodeToponym(t geo.Toponym) toponymJSON {
	out := toponymJSON{t.Start, t.End, t.Text, t.Field, t.Kind, t.Confidence, nil}
	if t.Coordinate != nil {
		out.Coordinate = &[2]float64{t.Coordinate.Lon, t.Coordinate.Lat}
	}
	return out
}

func (t toponymJSON) decode() geo.Toponym {
	out := geo.Toponym{Start: t.Start, End: t.End, Text: t.Text, Field: t.Field, Kind: t.Kind, Confidence: t.Confidence}
	if t.Coordinate != nil {
		out.Coordinate = &geo.Coordinate{Lon: t.Coordinate[0], Lat: t.Coordinate[1]}
	}
	return out
}

func encodeCandidate(c geo.Candidate) candidateJSON {
	return candidateJSON{placeJSON(c.Place), c.Name, c.Match, c.Main, c.Score}
}

func (c candidateJSON) decode() geo.Candidate {
	return geo.Candidate{Place: geo.Place(c.Place), Name: c.Name, Match: c.Match, Main: c.Main, Score: c.Score}
}

// encodeList returns a list as JSON, "[]" if it is empty.
func encodeList[T, J any](list []T, encode func(T) J) (string, error) {
	out := make([]J, len(list))
	for i, v := range list {
		out[i] = encode(v)
	}
	b, err := json.Marshal(out)
	return string(b), err
}

func decodeList[T any, J interface{ decode() T }](text string) ([]T, error) {
	var in []J
	if err := json.Unmarshal([]byte(text), &in); err != nil {
		return nil, err
	}
	if len(in) == 0 {
		return nil, nil
	}
	out := make([]T, len(in))
	for i, v := range in {
		out[i] = v.decode()
	}
	return out, nil
}

// record is a story with its lists as JSON.
type record struct {
	story      *story.Story
	toponyms   []string // of each location
	reasons    []string // of each location
	candidates []string // of each location
	unlocated  string
	points     string // empty if there are none
}

func newRecord(s *story.Story) (*record, error) {
	r := &record{story: s}
	for i := range s.Locations {
		l := &s.Locations[i]
		toponyms, err := encodeList(l.Toponyms, encodeToponym)
		if err != nil {
			return nil, fmt.Errorf("location %d: %w", i, err)
		}
		candidates, err := encodeList(l.Candidates, encodeCandidate)
		if err != nil {
			return nil, fmt.Errorf("location %d: %w", i, err)
		}
		reasons, err := encodeList(l.Reasons, encodeReason)
		if err != nil {
			return nil, fmt.Errorf("location %d: %w", i, err)
		}
		r.toponyms, r.reasons, r.candidates = append(r.toponyms, toponyms), append(r.reasons, reasons), append(r.candidates, candidates)
	}
	var err error
	if r.unlocated, err = encodeList(s.Unlocated, encodeToponym); err != nil {
		return nil, fmt.Errorf("unlocated: %w", err)
	}
	if len(s.Points) == 0 {
		return r, nil
	}
	if r.points, err = encodeList(s.Points, encodePoint); err != nil {
		return nil, fmt.Errorf("points: %w", err)
	}
	return r, nil
}

// digest returns a hash of the story without its times and the fields that the store
// sets. Fields that later versions added are left out if they are empty, so that the
// stored digests of earlier versions remain valid.
func (r *record) digest() []byte {
	s := r.story
	h := sha256.New()
	fmt.Fprintf(h, "%q %q %q %q %q %q %q %d %q\n", s.ID, s.Title, s.URL, s.Outlet, s.Domain, s.Byline, s.Lang, published(s), s.Text)
	if s.TextSource != "" {
		fmt.Fprintf(h, "text source %q\n", s.TextSource)
	}
	if s.Image != "" || r.points != "" {
		fmt.Fprintf(h, "image %q points %s\n", s.Image, r.points)
	}
	for i := range s.Locations {
		l := &s.Locations[i]
		fmt.Fprintf(
			h,
			"%+v %q %q %v %q %s %s %s\n",
			placeJSON(l.Place),
			l.Role,
			l.Precision,
			l.Confidence,
			l.Evidence,
			r.toponyms[i],
			oldSentences(l.Reasons),
			r.candidates[i],
		)
	}
	fmt.Fprint(h, r.unlocated)
	return h.Sum(nil)
}

type pointJSON [2]float64 // lon, lat

func encodePoint(c geo.Coordinate) pointJSON { return pointJSON{c.Lon, c.Lat} }

func (p pointJSON) decode() geo.Coordinate { return geo.Coordinate{Lon: p[0], Lat: p[1]} }

// published returns the publication time as it is stored, nil if it is unknown.
func published(s *story.Story) any {
	if s.Published.IsZero() {
		return nil
	}
	return micros(s.Published)
}

// outletKey returns the form of an outlet's name that is compared: lower case, with
// single spaces.
func outletKey(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// domainKey returns the form of a domain that is compared.
func domainKey(s string) string { return story.Host(s) }

// langKey returns the form of a language tag that is compared: "en_GB" becomes "en-gb".
func langKey(s string) string { return strings.ReplaceAll(strings.ToLower(s), "_", "-") }
