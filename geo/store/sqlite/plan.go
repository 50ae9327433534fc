package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"newsmap/geo"
	"newsmap/geo/story"
)

// defaultProbe is the maximum number of matches that are counted in an index. An index
// with more matches is not used as driver. To count this many takes less than a
// millisecond; to check and sort them takes a few milliseconds.
const defaultProbe = 2_000

// lookupCost is the cost of a lookup of one story in the full-text index (measured: 60
// µs), divided by the cost of listing one story that contains a word (0.35 µs), times
// four, because a common word is assumed to occur in a quarter of all stories.
const lookupCost = 4 * 170

// clause is a part of an SQL statement with its arguments.
type clause struct {
	sql  string
	args []any
}

// driver is an index that can find the stories that match a filter. As a driver, it is
// in the outer loop of the query.
type driver struct {
	filter  string // name of the filter's parameter
	stories clause // SQL that selects the stories' numbers as n; a number may occur several times
	rows    clause // faster SQL with the same number of rows
}

// plan is the way in which a query finds its stories: a FROM clause and conditions, with
// "s" for the table stories and "l" for locations. The plan determines the order of the
// loops, because SQLite has no statistics on virtual tables and would guess.
//
// If an index has few matches, it is the driver: its stories are checked against the
// other conditions and sorted. Otherwise the query reads all stories in their order and
// checks each until the page is full.
type plan struct {
	driver   string // filter of the driver; empty if all stories are read in order
	with     clause
	from     string
	story    []clause // conditions on the story
	location []clause // conditions on a location
}

// newPlan counts the matches in each index, up to probe, and uses the index with the
// fewest as driver. It must run in the transaction of the query.
func newPlan(ctx context.Context, tx *sql.Tx, q *story.Query, probe int) (*plan, error) {
	p := &plan{from: "stories s INDEXED BY stories_order", location: locationClauses(q), story: storyClauses(q)}
	best, text := probe+1, probe+1
	var chosen driver
	for _, d := range drivers(q) {
		n, err := count(ctx, tx, clause{"SELECT count(*) FROM (" + d.rows.sql + fmt.Sprintf(" LIMIT %d)", probe+1), d.rows.args})
		if err != nil {
			return nil, err
		}
		if d.filter == "q" {
			text = n
		}
		if n < best {
			best, chosen = n, d
		}
	}
	if best <= probe {
		p.driver = chosen.filter
		p.with = clause{"WITH hit (n) AS MATERIALIZED (SELECT DISTINCT n FROM (" + chosen.stories.sql + ")) ", chosen.stories.args}
		p.from = "hit CROSS JOIN stories s ON s.n = hit.n"
	}
	if q.Text == "" || p.driver == "q" {
		return p, nil
	}
	lookup := false
	if p.driver != "" && text > probe {
		total, err := count(ctx, tx, clause{sql: "SELECT coalesce(max(n), 0) FROM stories"})
		if err != nil {
			return nil, err
		}
		lookup = best*lookupCost < total
	}
	p.story = append(p.story, textClause(q.Text, lookup))
	return p, nil
}

// textClause returns the condition that a story contains the words of text: a lookup in
// the index for each story, or a list of all stories with those words. The plus sign
// prevents SQLite from using the list as driver.
func textClause(text string, lookup bool) clause {
	expression := ftsExpression(text)
	switch {
	case expression == "":
		return clause{sql: "+s.n < 0"} // with a constant, SQLite would not use the index given by INDEXED BY
	case lookup:
		return clause{"EXISTS (SELECT 1 FROM words WHERE words MATCH ? AND words.rowid = s.n)", []any{expression}}
	}
	return clause{"+s.n IN (SELECT rowid FROM words WHERE words MATCH ?)", []any{expression}}
}

// drivers returns the indexes that can be the driver of q.
func drivers(q *story.Query) []driver {
	var out []driver
	if expression := ftsExpression(q.Text); expression != "" {
		c := clause{"SELECT rowid AS n FROM words WHERE words MATCH ?", []any{expression}}
		out = append(out, driver{"q", c, c})
	}
	if q.BBox != nil {
		out = append(out, boxDriver(*q.BBox))
	}
	add := func(filter string, c clause) { out = append(out, driver{filter, c, c}) }
	if len(q.ID) > 0 {
		c := in("id", q.ID)
		add("id", clause{"SELECT n FROM stories WHERE " + c.sql, c.args})
	}
	if !q.From.IsZero() || !q.To.IsZero() {
		c := orderedClause(q, "")
		add("datetime", clause{"SELECT n FROM stories INDEXED BY stories_order WHERE lead = 0 AND " + c.sql, c.args})
	}
	if !q.Received.IsZero() {
		c := timeClause("fetched", q.Received)
		add("received", clause{"SELECT n FROM stories INDEXED BY stories_received WHERE lead = 0 AND " + c.sql, c.args})
	}
	if len(q.Place) > 0 {
		c := in("place_id", q.Place)
		add("place", clause{"SELECT story AS n FROM locations WHERE " + c.sql, c.args})
	}
	if len(q.Country) > 0 {
		own, spanning := in("country", upper(q.Country)), spanningClause("countries", q.Country)
		add("country", clause{"SELECT story AS n FROM locations WHERE " + own.sql +
			" UNION ALL SELECT story AS n FROM locations INDEXED BY locations_spanning WHERE countries <> '' AND " + spanning.sql,
			append(own.args, spanning.args...)})
	}
	if len(q.Outlet) > 0 {
		const own = "SELECT CASE lead WHEN 0 THEN n ELSE lead END AS n FROM stories WHERE "
		name, domain := in("outlet_key", mapStrings(q.Outlet, outletKey)), in("domain", mapStrings(q.Outlet, domainKey))
		add("outlet", clause{own + name.sql + " UNION ALL " + own + domain.sql, append(name.args, domain.args...)})
	}
	if q.WithLocations != nil && !*q.WithLocations {
		add("located", clause{sql: "SELECT n FROM stories WHERE located = 0"})
	}
	if len(q.Lang) > 0 {
		c := langClause("lang_key", q.Lang)
		add("lang", clause{"SELECT n FROM stories WHERE " + c.sql, c.args})
	}
	return out
}

func boxDriver(b geo.BBox) driver {
	var stories, rows []string
	var args []any
	for _, bound := range b.Bounds() {
		const where = " p.max_lon >= ? AND p.min_lon <= ? AND p.max_lat >= ? AND p.min_lat <= ?"
		stories = append(stories, "SELECT l.story AS n FROM points p CROSS JOIN locations l ON l.n = p.n WHERE"+where)
		rows = append(rows, "SELECT 1 FROM points p WHERE"+where)
		args = append(args, bound.Min[0], bound.Max[0], bound.Min[1], bound.Max[1])
	}
	return driver{"bbox", clause{strings.Join(stories, " UNION ALL "), args}, clause{strings.Join(rows, " UNION ALL "), args}}
}

// storyClauses returns the conditions of q on a story, except for its words.
func storyClauses(q *story.Query) []clause {
	out := []clause{{sql: "s.lead = 0"}} // only primary stories
	if len(q.ID) > 0 {
		out = append(out, in("+s.id", q.ID))
	}
	if !q.From.IsZero() || !q.To.IsZero() {
		out = append(out, orderedClause(q, "s."), clause{sql: "s.published IS NOT NULL"})
	}
	if !q.Received.IsZero() {
		out = append(out, timeClause("+s.fetched", q.Received))
	}
	if len(q.Outlet) > 0 {
		own, copies := outletClause("+s.", q.Outlet), outletClause("+c.", q.Outlet)
		out = append(
			out,
			clause{
				"(" + own.sql + " OR s.copies > 0 AND EXISTS (SELECT 1 FROM stories c WHERE c.lead = s.n AND c.lead > 0 AND " + copies.sql + "))",
				append(own.args, copies.args...),
			},
		)
	}
	if len(q.Lang) > 0 {
		out = append(out, langClause("+s.lang_key", q.Lang))
	}
	if with := q.WithLocations; with != nil {
		comparison := "="
		if *with {
			comparison = ">"
		}
		out = append(out, clause{sql: "+s.located " + comparison + " 0"})
	}
	return out
}

func outletClause(table string, outlets []string) clause {
	name, domain := in(table+"outlet_key", mapStrings(outlets, outletKey)), in(table+"domain", mapStrings(outlets, domainKey))
	return clause{"(" + name.sql + " OR " + domain.sql + ")", append(name.args, domain.args...)}
}

// locationClauses returns the conditions of q on one location.
func locationClauses(q *story.Query) []clause {
	var out []clause
	if q.BBox != nil {
		c := clause{}
		var boxes []string
		for _, b := range q.BBox.Bounds() {
			boxes = append(boxes, "(l.lon BETWEEN ? AND ? AND l.lat BETWEEN ? AND ?)")
			c.args = append(c.args, b.Min[0], b.Max[0], b.Min[1], b.Max[1])
		}
		c.sql = "(" + strings.Join(boxes, " OR ") + ")"
		out = append(out, c)
	}
	if len(q.Country) > 0 {
		own, spanning := in("l.country", upper(q.Country)), spanningClause("l.countries", q.Country)
		out = append(out, clause{"(" + own.sql + " OR l.countries <> '' AND " + spanning.sql + ")", append(own.args, spanning.args...)})
	}
	if len(q.Place) > 0 {
		out = append(out, in("l.place_id", q.Place))
	}
	if len(q.Role) > 0 {
		out = append(out, in("l.role", q.Role))
	}
	if q.MinConfidence > 0 {
		out = append(out, clause{"l.confidence >= ?", []any{q.MinConfidence}})
	}
	return out
}

// orderedClause limits the publication time. It uses the column "ordered", which has an
// index and equals the publication time if that is known.
func orderedClause(q *story.Query, table string) clause {
	return timeClause(table+"ordered", story.Interval{From: q.From, To: q.To})
}

// timeClause limits a column of microseconds since 1970.
func timeClause(column string, i story.Interval) clause {
	var parts []string
	var args []any
	if !i.From.IsZero() {
		// Stored times are in microseconds, so the lower limit is rounded up.
		parts, args = append(parts, column+" >= ?"), append(args, micros(i.From.Add(time.Microsecond-time.Nanosecond)))
	}
	if !i.To.IsZero() {
		parts, args = append(parts, column+" <= ?"), append(args, micros(i.To))
	}
	return clause{strings.Join(parts, " AND "), args}
}

func spanningClause(column string, codes []string) clause {
	var parts []string
	var args []any
	for _, c := range codes {
		parts = append(parts, "instr(',' || "+column+" || ',', ?) > 0")
		args = append(args, ","+strings.ToUpper(c)+",")
	}
	return clause{"(" + strings.Join(parts, " OR ") + ")", args}
}

// langClause matches languages with their subtags: the strings from "en-" up to "en."
// are all that begin with "en-".
func langClause(column string, langs []string) clause {
	var parts []string
	var args []any
	for _, l := range langs {
		l = langKey(l)
		parts = append(parts, column+" = ? OR ("+column+" >= ? AND "+column+" < ?)")
		args = append(args, l, l+"-", l+".")
	}
	return clause{"(" + strings.Join(parts, " OR ") + ")", args}
}

// clause returns the condition that a row is after c in the order.
func (c *cursor) clause() clause {
	if c.kind == storyCursor {
		return clause{"s.ordered <= ? AND (s.ordered < ? OR s.id > ?)", []any{c.ordered, c.ordered, c.id}}
	}
	return clause{"s.ordered <= ? AND (s.ordered < ? OR s.id > ? OR s.id = ? AND l.seq > ?)", []any{c.ordered, c.ordered, c.id, c.id, c.seq}}
}

// selectStories returns the SELECT of the matching stories. If there are conditions on
// locations, at least one location of the story must fulfil all of them.
func (p *plan) selectStories(columns string, more ...clause) clause {
	conditions := append(append([]clause{}, p.story...), more...)
	if len(p.location) > 0 {
		inner := where(append([]clause{{sql: "l.story = s.n"}}, p.location...))
		conditions = append(conditions, clause{"EXISTS (SELECT 1 FROM locations l INDEXED BY locations_story" + inner.sql + ")", inner.args})
	}
	return p.build(columns, p.from, conditions)
}

// selectLocations returns the SELECT of the matching locations.
func (p *plan) selectLocations(columns string, more ...clause) clause {
	conditions := append(append(append([]clause{}, p.story...), p.location...), more...)
	return p.build(columns, p.from+" CROSS JOIN locations l INDEXED BY locations_story ON l.story = s.n", conditions)
}

func (p *plan) build(columns, from string, conditions []clause) clause {
	w := where(conditions)
	return clause{p.with.sql + "SELECT " + columns + " FROM " + from + w.sql, append(append([]any{}, p.with.args...), w.args...)}
}

func where(conditions []clause) clause {
	if len(conditions) == 0 {
		return clause{}
	}
	var out clause
	for i, c := range conditions {
		if i > 0 {
			out.sql += " AND "
		}
		out.sql += c.sql
		out.args = append(out.args, c.args...)
	}
	out.sql = " WHERE " + out.sql
	return out
}

func in[T ~string](column string, values []T) clause {
	c := clause{sql: column + " IN (?" + strings.Repeat(", ?", len(values)-1) + ")"}
	for _, v := range values {
		c.args = append(c.args, string(v))
	}
	return c
}

func mapStrings(values []string, f func(string) string) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = f(v)
	}
	return out
}

func upper(values []string) []string { return mapStrings(values, strings.ToUpper) }

func count(ctx context.Context, tx *sql.Tx, c clause) (n int, err error) {
	err = tx.QueryRowContext(ctx, c.sql, c.args...).Scan(&n)
	return n, err
}
