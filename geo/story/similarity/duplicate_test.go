package similarity_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// duplicateOf returns a report as another outlet publishes it.
func (g *generator) duplicateOf(r report) report {
	out := report{title: g.headline(r), paragraphs: append([]string(nil), r.paragraphs...)}
	out.paragraphs[0] = g.dateline(out.paragraphs[0])
	out.shorten(g)
	if n := len(out.paragraphs); n > 4 && g.IntN(5) == 0 {
		i := 1 + g.IntN(n-1)
		out.paragraphs = append(out.paragraphs[:i], out.paragraphs[i+1:]...)
	}
	for i, p := range out.paragraphs {
		out.paragraphs[i] = g.editWords(p)
	}
	g.splitParagraphs(&out)
	if g.IntN(10) < 3 {
		i := g.IntN(len(out.paragraphs) + 1)
		local := g.pick(towns) + " readers will remember that " + g.sentence() + " " + g.sentence()
		out.paragraphs = append(out.paragraphs[:i], append([]string{local}, out.paragraphs[i:]...)...)
	}
	for g.IntN(5) < 2 {
		out.paragraphs = append(
			out.paragraphs,
			g.oneOf(
				"Copyright 2024 The Associated Press. All rights reserved. This material may not be published, broadcast, rewritten or redistributed.|"+
					"Sign up for our morning newsletter and never miss a story.|Read more: "+g.story(
					2,
				).title+"|The Associated Press contributed to this report.|Follow us on social media for the latest from across the region.|Contact the "+
					"newsroom with tips and corrections.",
			),
		)
	}
	g.setQuotes(&out)
	return out
}

// headline generates another headline from the text of the report.
func (g *generator) headline(r report) string {
	lead := strings.Fields(r.paragraphs[0])
	if i := strings.Index(r.paragraphs[0], "— "); i > 0 {
		lead = strings.Fields(r.paragraphs[0][i:])[1:]
	}
	switch g.IntN(3) {
	case 0:
		return r.title
	case 1:
		return strings.TrimRight(strings.Join(lead[:min(len(lead), 7+g.IntN(5))], " "), ".,")
	}
	return g.oneOf(
		"Watch: |Breaking: |Update: |‘A long night’: ",
	) + strings.TrimRight(
		strings.Join(lead[:min(len(lead), 9)], " "),
		".,",
	) + g.oneOf(
		"|, officials say| - report",
	)
}

func (g *generator) dateline(p string) string {
	head, rest, found := strings.Cut(p, " — ")
	if !found {
		return p
	}
	switch g.IntN(5) {
	case 0:
		return rest
	case 1:
		return g.pick(towns) + ", May 17 (Reuters) - " + rest
	case 2:
		return head + " -- " + rest
	case 3:
		return "(CNN) — " + rest
	}
	return p
}

// shorten keeps only the beginning of the report, at least 70 words.
func (r *report) shorten(g *generator) {
	if g.IntN(2) == 0 {
		return
	}
	keep := 1 + g.IntN(len(r.paragraphs))
	for keep < len(r.paragraphs) && len(strings.Fields(strings.Join(r.paragraphs[:keep], " "))) < 70 {
		keep++
	}
	r.paragraphs = r.paragraphs[:keep]
}

var edits = strings.NewReplacer(
	" percent",
	"%",
	"criticised",
	"criticized",
	"neighbours",
	"neighbors",
	"harbour",
	"harbor",
	"theatre",
	"theater",
	" about ",
	" around ",
	"lorries",
	"trucks",
	" on Monday",
	" Monday",
	" on Tuesday",
	" Tuesday",
	"two-year",
	"two year",
	"2 ",
	"two ",
	" because ",
	" as ",
	"bodycam",
	"body-camera",
	"hundreds",
	"dozens",
	"personalised",
	"personalized",
)

// editWords makes small changes of an editor: spelling and single words.
func (g *generator) editWords(p string) string {
	if g.IntN(2) == 0 {
		p = edits.Replace(p)
	}
	fields := strings.Fields(p)
	for i := range fields {
		if g.IntN(150) > 0 {
			continue
		}
		switch g.IntN(3) {
		case 0:
			fields[i] = ""
		case 1:
			fields[i] = g.oneOf("however|also|reportedly|local|later") + " " + fields[i]
		case 2:
			fields[i] = g.oneOf("the|this|its|several|former")
		}
	}
	return strings.Join(strings.Fields(strings.Join(fields, " ")), " ")
}

// splitParagraphs changes where paragraphs begin.
func (g *generator) splitParagraphs(r *report) {
	switch g.IntN(3) {
	case 0:
		r.paragraphs = strings.SplitAfter(strings.Join(r.paragraphs, " "), ". ")
	case 1:
		var out []string
		for i := 0; i < len(r.paragraphs); i += 2 {
			out = append(out, strings.Join(r.paragraphs[i:min(i+2, len(r.paragraphs))], " "))
		}
		r.paragraphs = out
	}
}

// setQuotes changes quotation marks, apostrophes and dashes to the style of an outlet.
func (g *generator) setQuotes(r *report) {
	style := [...]*strings.Replacer{
		strings.NewReplacer("“", `"`, "”", `"`, "’", "'", "‘", "'", " — ", " - "),
		strings.NewReplacer(`"`, "″", "“", "«", "”", "»"),
		strings.NewReplacer("'", "’", "--", "—", " ", "\u00a0 "),
		strings.NewReplacer(),
	}[g.IntN(4)]
	r.title = style.Replace(r.title)
	for i, p := range r.paragraphs {
		r.paragraphs[i] = style.Replace(p)
	}
}

// pair is two reports that are duplicates or not.
type pair struct {
	kind      string
	duplicate bool
	a, b      report
}

// pairs generates n pairs of duplicates and n other pairs. Of those, one kind has only the
// vocabulary in common; the other kinds are more similar.
func (g *generator) pairs(n int) []pair {
	var out []pair
	for range n {
		wire := g.story(4 + g.IntN(18))
		out = append(out, pair{"duplicate", true, wire, g.duplicateOf(wire)})
	}
	kinds := []string{"unrelated", "same event", "same event", "same statement", "notice", "background"}
	kinds = append(kinds, slices.Sorted(maps.Keys(templates))...)
	for i := range n {
		out = append(out, g.otherPair(kinds[i%len(kinds)]))
	}
	return out
}

// otherPair generates a pair that is not a duplicate.
func (g *generator) otherPair(kind string) pair {
	p := pair{kind: kind, a: g.story(4 + g.IntN(10)), b: g.story(4 + g.IntN(10))}
	switch kind {
	case "unrelated":
	case "same event":
		e := g.event()
		p.a, p.b = g.write(e), g.write(e)
	case "same statement":
		s := g.statement() + " " + g.person() + " said."
		p.a.paragraphs[2], p.b.paragraphs[1] = s, s
	case "notice":
		i := g.IntN(len(notices))
		p.a.paragraphs, p.b.paragraphs = notices[i:i+1], notices[i:i+1]
	case "background": // a new story with the last paragraphs of an older one
		n := len(p.a.paragraphs) / 3
		p.b.paragraphs = append(p.b.paragraphs[:min(len(p.b.paragraphs), max(2, 2*n))], p.a.paragraphs[len(p.a.paragraphs)-n:]...)
	default:
		p.a, p.b = templates[kind](g), templates[kind](g)
	}
	return p
}

func (p pair) String() string {
	return fmt.Sprintf("%s: %q\n%s\n---- %q\n%s", p.kind, p.a.title, p.a.text(), p.b.title, p.b.text())
}
