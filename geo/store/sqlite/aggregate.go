package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"newsmap/geo"
	"newsmap/geo/story"
)

// FeatureSummaries reads from the overview; see story.Aggregator.
func (s *Store) FeatureSummaries(ctx context.Context, q story.Query, yield func(*story.FeatureSummary) error) error {
	var out story.FeatureSummary
	return s.eachStory(ctx, q, func(m *matcher, st *overviewStory, summary *story.StorySummary) error {
		for i := st.first; i < st.first+st.features; i++ {
			feature := &m.features[i]
			if !m.matchesFeature(feature) {
				continue
			}
			out = story.FeatureSummary{Story: summary, Place: m.places[feature.place], Role: m.roles[feature.role], Confidence: feature.confidence}
			if err := yield(&out); err != nil {
				return err
			}
		}
		return nil
	})
}

// StorySummaries reads from the overview; see story.Aggregator.
func (s *Store) StorySummaries(ctx context.Context, q story.Query, yield func(*story.StorySummary) error) error {
	needsLocation := q.NeedsLocation()
	return s.eachStory(ctx, q, func(m *matcher, st *overviewStory, summary *story.StorySummary) error {
		if needsLocation && !slices.ContainsFunc(m.features[st.first:st.first+st.features], func(f overviewFeature) bool { return m.matchesFeature(&f) }) {
			return nil
		}
		return yield(summary)
	})
}

// cancelInterval is the number of stories between two checks whether ctx has ended.
const cancelInterval = 1 << 12

// eachStory calls f for each story that matches the conditions of q on stories.
func (s *Store) eachStory(ctx context.Context, q story.Query, f func(*matcher, *overviewStory, *story.StorySummary) error) error {
	o, err := s.overview(ctx)
	if err != nil {
		return err
	}
	m := newMatcher(o, &q)
	if q.Text != "" {
		if m.words, err = s.storiesWithWords(ctx, q.Text); err != nil {
			return fmt.Errorf("overview: %w", err)
		}
	}
	var summary story.StorySummary
	for i := range o.stories {
		if i%cancelInterval == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		st := &o.stories[i]
		if !m.matchesStory(st) {
			continue
		}
		from := &o.sources[st.source]
		summary = story.StorySummary{
			ID:        st.id,
			Number:    i,
			Outlet:    from.outlet,
			Domain:    from.domain,
			Lang:      from.lang,
			Fetched:   fromMicros(st.fetched),
			Locations: int(st.features),
		}
		if st.dated {
			summary.Published = fromMicros(st.ordered)
		}
		if err := f(m, st, &summary); err != nil {
			return err
		}
	}
	return nil
}

// storiesWithWords returns the numbers of the stories that contain the words of text.
func (s *Store) storiesWithWords(ctx context.Context, text string) (map[int64]bool, error) {
	out := map[int64]bool{}
	expression := ftsExpression(text)
	if expression == "" {
		return out, nil
	}
	err := read(ctx, s.reader, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, "SELECT rowid FROM words WHERE words MATCH ?", expression)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var n int64
			if err := rows.Scan(&n); err != nil {
				return err
			}
			out[n] = true
		}
		return rows.Err()
	})
	return out, err
}

// matcher applies a query to an overview, as a plan does to the tables. It applies
// filters on places, sources and roles once to each of them; a nil slice means that
// there is no such filter.
type matcher struct {
	*overview
	placeMatches, outletMatches, langMatches, roleMatches []bool

	words         map[int64]bool // numbers of the stories with the words; nil: no filter
	ids           map[string]bool
	byPublished   bool
	from, to      int64 // microseconds since 1970
	byFetched     bool
	since, until  int64 // microseconds since 1970
	minConfidence float64
	withLocations *bool
}

func newMatcher(o *overview, q *story.Query) *matcher {
	m := &matcher{
		overview: o, from: -1 << 63, to: 1<<63 - 1, byPublished: !q.From.IsZero() || !q.To.IsZero(),
		byFetched: !q.Received.IsZero(), since: -1 << 63, until: 1<<63 - 1, minConfidence: q.MinConfidence, withLocations: q.WithLocations,
	}
	if !q.From.IsZero() {
		m.from = micros(q.From.Add(time.Microsecond - time.Nanosecond)) // rounded up, as in timeClause
	}
	if !q.To.IsZero() {
		m.to = micros(q.To)
	}
	if !q.Received.From.IsZero() {
		m.since = micros(q.Received.From.Add(time.Microsecond - time.Nanosecond))
	}
	if !q.Received.To.IsZero() {
		m.until = micros(q.Received.To)
	}
	if len(q.ID) > 0 {
		m.ids = make(map[string]bool, len(q.ID))
		for _, id := range q.ID {
			m.ids[id] = true
		}
	}
	if q.BBox != nil || len(q.Country) > 0 || len(q.Place) > 0 {
		m.placeMatches = matching(o.places, placeMatcher(q))
	}
	if len(q.Outlet) > 0 {
		m.outletMatches = matching(o.sources, outletMatcher(q))
	}
	if len(q.Lang) > 0 {
		m.langMatches = matching(o.sources, langMatcher(q))
	}
	if len(q.Role) > 0 {
		m.roleMatches = matching(o.roles, func(r geo.Role) bool { return slices.Contains(q.Role, r) })
	}
	return m
}

func matching[T any](list []T, matches func(T) bool) []bool {
	out := make([]bool, len(list))
	for i, v := range list {
		out[i] = matches(v)
	}
	return out
}

func placeMatcher(q *story.Query) func(*story.PlaceSummary) bool {
	places, codes := map[string]bool{}, upper(q.Country)
	for _, id := range q.Place {
		places[id] = true
	}
	return func(s *story.PlaceSummary) bool {
		if q.BBox != nil && !q.BBox.Contains(s.Point) || len(places) > 0 && !places[s.ID] {
			return false
		}
		return len(codes) == 0 || slices.ContainsFunc(codes, func(code string) bool { return s.Country == code || slices.Contains(s.Countries, code) })
	}
}

func outletMatcher(q *story.Query) func(source) bool {
	names, domains := mapStrings(q.Outlet, outletKey), mapStrings(q.Outlet, domainKey)
	return func(s source) bool {
		return slices.Contains(names, outletKey(s.outlet)) || slices.Contains(domains, s.domain)
	}
}

func langMatcher(q *story.Query) func(source) bool {
	langs := mapStrings(q.Lang, langKey)
	return func(s source) bool {
		lang := langKey(s.lang)
		return slices.ContainsFunc(langs, func(l string) bool { return lang == l || strings.HasPrefix(lang, l+"-") })
	}
}

// matchesOutlet reports whether the outlet of the story or of one of its duplicates
// matches.
func (m *matcher) matchesOutlet(st *overviewStory) bool {
	return m.outletMatches[st.source] || slices.ContainsFunc(m.copies[st.number], func(source int32) bool { return m.outletMatches[source] })
}

func (m *matcher) matchesStory(st *overviewStory) bool {
	switch {
	case m.byPublished && (!st.dated || st.ordered < m.from || st.ordered > m.to),
		m.byFetched && (st.fetched < m.since || st.fetched > m.until),
		m.outletMatches != nil && !m.matchesOutlet(st),
		m.langMatches != nil && !m.langMatches[st.source],
		m.words != nil && !m.words[st.number],
		m.ids != nil && !m.ids[st.id],
		m.withLocations != nil && *m.withLocations != (st.features > 0):
		return false
	}
	return true
}

func (m *matcher) matchesFeature(f *overviewFeature) bool {
	return (m.placeMatches == nil || m.placeMatches[f.place]) && (m.roleMatches == nil || m.roleMatches[f.role]) && f.confidence >= m.minConfidence
}
