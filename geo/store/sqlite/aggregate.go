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

// Marks walks over the overview; see story.Aggregator.
func (s *Store) FeatureSummaries(ctx context.Context, q story.Query, yield func(*story.FeatureSummary) error) error {
	var out story.FeatureSummary
	return s.each(ctx, q, func(m *matcher, st *overviewStory, brief *story.StorySummary) error {
		for i := st.first; i < st.first+st.marks; i++ {
			mark := &m.marks[i]
			if !m.matchesMark(mark) {
				continue
			}
			out = story.FeatureSummary{Story: brief, Place: m.spots[mark.spot], Role: m.roles[mark.role], Confidence: mark.confidence}
			if err := yield(&out); err != nil {
				return err
			}
		}
		return nil
	})
}

// Briefs walks over the overview; see story.Aggregator.
func (s *Store) StorySummaries(ctx context.Context, q story.Query, yield func(*story.StorySummary) error) error {
	located := q.NeedsLocation()
	return s.each(ctx, q, func(m *matcher, st *overviewStory, brief *story.StorySummary) error {
		if located && !slices.ContainsFunc(m.marks[st.first:st.first+st.marks], func(mark overviewMark) bool { return m.matchesMark(&mark) }) {
			return nil
		}
		return yield(brief)
	})
}

// pauseBetween is after how many stories a walk looks whether who asked has left.
const pauseBetween = 1 << 12

// each calls f for the stories whose own conditions match q.
func (s *Store) each(ctx context.Context, q story.Query, f func(*matcher, *overviewStory, *story.StorySummary) error) error {
	o, err := s.overview(ctx)
	if err != nil {
		return err
	}
	m := newMatcher(o, &q)
	if q.Text != "" {
		if m.words, err = s.holding(ctx, q.Text); err != nil {
			return fmt.Errorf("overview: %w", err)
		}
	}
	var brief story.StorySummary
	for i := range o.stories {
		if i%pauseBetween == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		st := &o.stories[i]
		if !m.matchesStory(st) {
			continue
		}
		from := &o.sources[st.source]
		brief = story.StorySummary{
			ID:        st.id,
			Number:    i,
			Outlet:    from.outlet,
			Domain:    from.domain,
			Lang:      from.lang,
			Fetched:   fromMicros(st.fetched),
			Locations: int(st.marks),
		}
		if st.dated {
			brief.Published = fromMicros(st.ordered)
		}
		if err := f(m, st, &brief); err != nil {
			return err
		}
	}
	return nil
}

// holding gives the numbers of the stories that hold words.
func (s *Store) holding(ctx context.Context, text string) (map[int64]bool, error) {
	out := map[int64]bool{}
	expression := match(text)
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

// matcher asks of an overview what a plan asks of the tables. What a filter says
// of a place, a source or a role is found out once for each of them; nil stands
// for any.
type matcher struct {
	*overview
	spotMatches, outletMatches, langMatches, roleMatches []bool

	words         map[int64]bool // by the stories' numbers
	ids           map[string]bool
	dated         bool
	from, to      int64 // microseconds since 1970
	received      bool
	since, until  int64 // microseconds since 1970
	minConfidence float64
	withLocations *bool
}

func newMatcher(o *overview, q *story.Query) *matcher {
	m := &matcher{
		overview: o, from: -1 << 63, to: 1<<63 - 1, dated: !q.From.IsZero() || !q.To.IsZero(),
		received: !q.Received.IsZero(), since: -1 << 63, until: 1<<63 - 1, minConfidence: q.MinConfidence, withLocations: q.WithLocations,
	}
	if !q.From.IsZero() {
		m.from = micros(q.From.Add(time.Microsecond - time.Nanosecond)) // as orderedClause
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
		m.spotMatches = matching(o.spots, spotMatcher(q))
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

func spotMatcher(q *story.Query) func(*story.PlaceSummary) bool {
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
	names, domains := mapped(q.Outlet, foldName), mapped(q.Outlet, foldHost)
	return func(s source) bool {
		return slices.Contains(names, foldName(s.outlet)) || slices.Contains(domains, s.domain)
	}
}

func langMatcher(q *story.Query) func(source) bool {
	langs := mapped(q.Lang, foldLang)
	return func(s source) bool {
		lang := foldLang(s.lang)
		return slices.ContainsFunc(langs, func(l string) bool { return lang == l || strings.HasPrefix(lang, l+"-") })
	}
}

// matchesOutlet looks at the story's own outlet and at those of its copies.
func (m *matcher) matchesOutlet(st *overviewStory) bool {
	return m.outletMatches[st.source] || slices.ContainsFunc(m.copies[st.number], func(source int32) bool { return m.outletMatches[source] })
}

func (m *matcher) matchesStory(st *overviewStory) bool {
	switch {
	case m.dated && (!st.dated || st.ordered < m.from || st.ordered > m.to),
		m.received && (st.fetched < m.since || st.fetched > m.until),
		m.outletMatches != nil && !m.matchesOutlet(st),
		m.langMatches != nil && !m.langMatches[st.source],
		m.words != nil && !m.words[st.number],
		m.ids != nil && !m.ids[st.id],
		m.withLocations != nil && *m.withLocations != (st.marks > 0):
		return false
	}
	return true
}

func (m *matcher) matchesMark(mark *overviewMark) bool {
	return (m.spotMatches == nil || m.spotMatches[mark.spot]) && (m.roleMatches == nil || m.roleMatches[mark.role]) && mark.confidence >= m.minConfidence
}
