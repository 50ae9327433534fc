package similarity_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// reprint gives a report as another outlet prints it.
func (d *desk) reprint(r report) report {
	out := report{title: d.headline(r), paragraphs: append([]string(nil), r.paragraphs...)}
	out.paragraphs[0] = d.dateline(out.paragraphs[0])
	out.cut(d)
	if n := len(out.paragraphs); n > 4 && d.IntN(5) == 0 {
		i := 1 + d.IntN(n-1)
		out.paragraphs = append(out.paragraphs[:i], out.paragraphs[i+1:]...)
	}
	for i, p := range out.paragraphs {
		out.paragraphs[i] = d.edit(p)
	}
	d.rebreak(&out)
	if d.IntN(10) < 3 {
		i := d.IntN(len(out.paragraphs) + 1)
		local := d.pick(towns) + " readers will remember that " + d.sentence() + " " + d.sentence()
		out.paragraphs = append(out.paragraphs[:i], append([]string{local}, out.paragraphs[i:]...)...)
	}
	for d.IntN(5) < 2 {
		out.paragraphs = append(
			out.paragraphs,
			d.of(
				"Copyright 2024 The Associated Press. All rights reserved. This material may not be published, broadcast, rewritten or redistributed.|"+
					"Sign up for our morning newsletter and never miss a story.|Read more: "+d.story(
					2,
				).title+"|The Associated Press contributed to this report.|Follow us on social media for the latest from across the region.|Contact the "+
					"newsroom with tips and corrections.",
			),
		)
	}
	d.quotes(&out)
	return out
}

// headline writes another, out of what the story says.
func (d *desk) headline(r report) string {
	lede := strings.Fields(r.paragraphs[0])
	if i := strings.Index(r.paragraphs[0], "— "); i > 0 {
		lede = strings.Fields(r.paragraphs[0][i:])[1:]
	}
	switch d.IntN(3) {
	case 0:
		return r.title
	case 1:
		return strings.TrimRight(strings.Join(lede[:min(len(lede), 7+d.IntN(5))], " "), ".,")
	}
	return d.of(
		"Watch: |Breaking: |Update: |‘A long night’: ",
	) + strings.TrimRight(
		strings.Join(lede[:min(len(lede), 9)], " "),
		".,",
	) + d.of(
		"|, officials say| - report",
	)
}

func (d *desk) dateline(p string) string {
	head, rest, found := strings.Cut(p, " — ")
	if !found {
		return p
	}
	switch d.IntN(5) {
	case 0:
		return rest
	case 1:
		return d.pick(towns) + ", May 17 (Reuters) - " + rest
	case 2:
		return head + " -- " + rest
	case 3:
		return "(CNN) — " + rest
	}
	return p
}

// cut leaves the beginning, of 70 words and more.
func (r *report) cut(d *desk) {
	if d.IntN(2) == 0 {
		return
	}
	keep := 1 + d.IntN(len(r.paragraphs))
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

// edit makes the small changes of a desk: its spelling, and a word here and there.
func (d *desk) edit(p string) string {
	if d.IntN(2) == 0 {
		p = edits.Replace(p)
	}
	fields := strings.Fields(p)
	for i := range fields {
		if d.IntN(150) > 0 {
			continue
		}
		switch d.IntN(3) {
		case 0:
			fields[i] = ""
		case 1:
			fields[i] = d.of("however|also|reportedly|local|later") + " " + fields[i]
		case 2:
			fields[i] = d.of("the|this|its|several|former")
		}
	}
	return strings.Join(strings.Fields(strings.Join(fields, " ")), " ")
}

// rebreak sets paragraphs otherwise.
func (d *desk) rebreak(r *report) {
	switch d.IntN(3) {
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

// quotes sets quotation marks, apostrophes and dashes as the outlet does.
func (d *desk) quotes(r *report) {
	style := [...]*strings.Replacer{
		strings.NewReplacer("“", `"`, "”", `"`, "’", "'", "‘", "'", " — ", " - "),
		strings.NewReplacer(`"`, "″", "“", "«", "”", "»"),
		strings.NewReplacer("'", "’", "--", "—", " ", "\u00a0 "),
		strings.NewReplacer(),
	}[d.IntN(4)]
	r.title = style.Replace(r.title)
	for i, p := range r.paragraphs {
		r.paragraphs[i] = style.Replace(p)
	}
}

// pair is two reports, and whether they are one.
type pair struct {
	kind string
	copy bool
	a, b report
}

// pairs makes n copies of wire stories, and as many pairs that are none: a tenth
// of them of writers who share nothing but a vocabulary, the rest harder.
func (d *desk) pairs(n int) []pair {
	var out []pair
	for range n {
		wire := d.story(4 + d.IntN(18))
		out = append(out, pair{"copy", true, wire, d.reprint(wire)})
	}
	kinds := []string{"unrelated", "same event", "same event", "same statement", "notice", "background"}
	kinds = append(kinds, slices.Sorted(maps.Keys(templates))...)
	for i := range n {
		out = append(out, d.other(kinds[i%len(kinds)]))
	}
	return out
}

// other makes a pair that is not a copy.
func (d *desk) other(kind string) pair {
	p := pair{kind: kind, a: d.story(4 + d.IntN(10)), b: d.story(4 + d.IntN(10))}
	switch kind {
	case "unrelated":
	case "same event":
		e := d.event()
		p.a, p.b = d.tell(e), d.tell(e)
	case "same statement":
		s := d.statement() + " " + d.person() + " said."
		p.a.paragraphs[2], p.b.paragraphs[1] = s, s
	case "notice":
		i := d.IntN(len(notices))
		p.a.paragraphs, p.b.paragraphs = notices[i:i+1], notices[i:i+1]
	case "background": // a new story that ends as the one of the day before
		n := len(p.a.paragraphs) / 3
		p.b.paragraphs = append(p.b.paragraphs[:min(len(p.b.paragraphs), max(2, 2*n))], p.a.paragraphs[len(p.a.paragraphs)-n:]...)
	default:
		p.a, p.b = templates[kind](d), templates[kind](d)
	}
	return p
}

func (p pair) String() string {
	return fmt.Sprintf("%s: %q\n%s\n---- %q\n%s", p.kind, p.a.title, p.a.text(), p.b.title, p.b.text())
}
