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

// defaultProbe is how many rows of an index are counted before it passes for broad.
// Counting costs less than a millisecond; driving by an index that yields no
// more than this, and sorting what is left, costs a few.
const defaultProbe = 2_000

// lookCost is how many times more it takes to look into the full-text index for
// one story (60 µs as measured) than to list one story that holds a word
// (0.35 µs), times four, as a broad word is taken to occur in a quarter of all.
const lookCost = 4 * 170

// clause is a piece of SQL with its arguments.
type clause struct {
	sql  string
	args []any
}

// driver is an index that can find the stories of a query: SQL that gives
// their numbers as n, repetitions allowed, and SQL that gives as many rows
// more cheaply.
type driver struct {
	filter  string
	stories clause
	rows    clause
}

// plan is how the stories of a query are found: FROM clause and conditions with
// "s" for stories and "l" for locations. SQLite keeps no statistics on virtual
// tables and would guess, so the order of the loops is fixed here.
//
// Either a narrow index gives a few stories, which are then checked and sorted,
// or all stories are walked in their order, each checked until the page is full.
type plan struct {
	driver   string // filter that drives, empty for the walk in order
	with     clause
	from     string
	story    []clause
	location []clause
}

// newPlan chooses by counting, each index up to probe. It must run in the transaction that then queries.
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
	each := false
	if p.driver != "" && text > probe {
		total, err := count(ctx, tx, clause{sql: "SELECT coalesce(max(n), 0) FROM stories"})
		if err != nil {
			return nil, err
		}
		each = best*lookCost < total
	}
	p.story = append(p.story, textClause(q.Text, each))
	return p, nil
}

// textClause checks one story for words: by a look into the index for each, or
// against the list of all that hold them. The plus sign keeps SQLite from
// driving by it.
func textClause(text string, each bool) clause {
	expression := match(text)
	switch {
	case expression == "":
		return clause{sql: "+s.n < 0"} // a constant would make SQLite forget which index is due
	case each:
		return clause{"EXISTS (SELECT 1 FROM words WHERE words MATCH ? AND words.rowid = s.n)", []any{expression}}
	}
	return clause{"+s.n IN (SELECT rowid FROM words WHERE words MATCH ?)", []any{expression}}
}

// drivers lists the indexes that q could go by.
func drivers(q *story.Query) []driver {
	var out []driver
	if expression := match(q.Text); expression != "" {
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
		name, domain := in("outlet_key", mapped(q.Outlet, foldName)), in("domain", mapped(q.Outlet, foldHost))
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

// storyClauses are the conditions on the story itself, its words apart.
func storyClauses(q *story.Query) []clause {
	out := []clause{{sql: "s.lead = 0"}} // copies are shown by their lead
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
	name, domain := in(table+"outlet_key", mapped(outlets, foldName)), in(table+"domain", mapped(outlets, foldHost))
	return clause{"(" + name.sql + " OR " + domain.sql + ")", append(name.args, domain.args...)}
}

// locationClauses are the conditions that one location must fulfil.
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

// orderedClause bounds the publication. "ordered" equals it wherever it is
// known, and is what the index holds.
func orderedClause(q *story.Query, table string) clause {
	return timeClause(table+"ordered", story.Interval{From: q.From, To: q.To})
}

// timeClause bounds a column of microseconds since 1970.
func timeClause(column string, i story.Interval) clause {
	var parts []string
	var args []any
	if !i.From.IsZero() {
		// Stored times have no more than microseconds: round up.
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

// langClause covers subtags: "en-" up to "en." are all that begin with "en-".
func langClause(column string, langs []string) clause {
	var parts []string
	var args []any
	for _, l := range langs {
		l = foldLang(l)
		parts = append(parts, column+" = ? OR ("+column+" >= ? AND "+column+" < ?)")
		args = append(args, l, l+"-", l+".")
	}
	return clause{"(" + strings.Join(parts, " OR ") + ")", args}
}

// after is the condition to stand behind c in the order.
func (c *cursor) after() clause {
	if c.kind == storyCursor {
		return clause{"s.ordered <= ? AND (s.ordered < ? OR s.id > ?)", []any{c.ordered, c.ordered, c.id}}
	}
	return clause{"s.ordered <= ? AND (s.ordered < ? OR s.id > ? OR s.id = ? AND l.seq > ?)", []any{c.ordered, c.ordered, c.id, c.id, c.seq}}
}

// selectStories gives the SELECT of stories that match, with any of their
// locations where the query is about locations.
func (p *plan) selectStories(columns string, more ...clause) clause {
	conditions := append(append([]clause{}, p.story...), more...)
	if len(p.location) > 0 {
		inner := where(append([]clause{{sql: "l.story = s.n"}}, p.location...))
		conditions = append(conditions, clause{"EXISTS (SELECT 1 FROM locations l INDEXED BY locations_story" + inner.sql + ")", inner.args})
	}
	return p.build(columns, p.from, conditions)
}

// selectLocations gives the SELECT of locations that match.
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

func mapped(values []string, f func(string) string) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = f(v)
	}
	return out
}

func upper(values []string) []string { return mapped(values, strings.ToUpper) }

func count(ctx context.Context, tx *sql.Tx, c clause) (n int, err error) {
	err = tx.QueryRowContext(ctx, c.sql, c.args...).Scan(&n)
	return n, err
}
