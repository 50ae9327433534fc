package evaluation

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"

	"newsmap/geo"
	"newsmap/geo/text"
)

//go:embed report.gohtml
var reportTemplate string

const (
	// maxListed is the maximum number of errors listed for a class, so that browsers can open
	// the page of a large corpus. Counts are of all errors.
	maxListed = 2000
	// maxTextLength is the maximum length of names and other texts of an error in code points.
	maxTextLength = 160
	// maxReasons is the maximum number of candidates, and of reasons, of an error.
	maxReasons = 8
	// maxSignals is the maximum number of signals of a span, and of its candidates. Those
	// after the first maxLeading are collapsed.
	maxSignals, maxLeading = 24, 8
)

// errorOutcomes are the outcomes that are errors, in the order of the page.
var errorOutcomes = [...]Outcome{OutcomeMissed, OutcomeSpurious, OutcomeMisplaced, OutcomeUnresolved}

// HTML writes a page with the figures of the reports and every error: its sentence with the
// span marked, gold, prediction, distance, candidates and reasons. With [WithExplainer] it
// also has the signals with the greatest effect on the span and on the order of the
// candidates. Errors are grouped by outcome and by the feature class of their place; the page
// begins with an index. Of groups with more than 2,000 errors, it lists the first 2,000 and
// says so. The page loads no other files and has no scripts.
func HTML(w io.Writer, reports ...*Report) error {
	t, err := template.New("report").Parse(reportTemplate)
	if err != nil {
		return fmt.Errorf("HTML report: %w", err)
	}
	page := make([]htmlReport, len(reports))
	for i, r := range reports {
		page[i] = r.html(i)
	}
	if err := t.Execute(w, page); err != nil {
		return fmt.Errorf("HTML report: %w", err)
	}
	return nil
}

// The data of the template, which calculates nothing.
type (
	htmlReport struct {
		Name     string
		Header   []string
		Rows     [][]string // the first cell is the name of the row
		Note     string     // under the rows
		Diagrams []htmlDiagram
		Columns  []string // of the index: outcomes
		Index    []htmlIndexRow
		Sections []htmlSection
	}
	htmlDiagram struct {
		Title, Error, Line string
		Points             []htmlPoint
	}
	htmlPoint struct {
		X, Y, Ideal string // on a square of diagramSize
		Title       string
	}
	htmlIndexRow struct {
		Class string
		Cells []htmlIndexCell
	}
	htmlIndexCell struct {
		Anchor string
		Count  int
	}
	htmlSection struct {
		Anchor, Outcome, Class string
		Count, Left            int
		Errors                 []htmlError
	}
	htmlError struct {
		Document, Outlet    string
		Before, Span, After string
		Gold, Found, KM     string
		Recognised          string
		Candidates          []htmlCandidate
		Reasons             []string
		Weighed             *htmlSpan
		Signals             *htmlSignals
	}
	// htmlSpan contains the signals for and against a span.
	htmlSpan struct {
		Of, Score     string
		Leading, More []string
		Left          int
	}
	// htmlSignals compares candidates. Each is a column.
	htmlSignals struct {
		Columns       []int // numbers of the candidates
		Leading, More []htmlSignal
		Left          int
	}
	htmlSignal struct {
		Name, Weight string
		Cells        []string
	}
	htmlCandidate struct {
		Place, Name, Match, Score, KM string
		Near                          bool // within NearKM of the annotators' point
	}
)

func (r *Report) html(number int) htmlReport {
	out := htmlReport{Name: r.Name, Header: cells(header("")), Rows: [][]string{cells(row("all", r.Total))}, Note: r.asideNote()}
	if r.Demonyms.Unmarked() {
		out.Rows = append(out.Rows, cells(row("demonyms aside", r.DemonymsAside)))
	}
	out.Rows = append(out.Rows, cells(row("without countries", r.WithoutCountries)), cells(row("without demonyms", r.WithoutDemonyms)))
	for _, part := range r.ByClass {
		line := cells(row(part.Name, part.Score))
		line[1] = "" // the number of documents does not apply to a class
		out.Rows = append(out.Rows, line)
	}
	out.Diagrams = []htmlDiagram{diagram("recognition", &r.Recognition), diagram("end to end", &r.EndToEnd)}
	type key struct {
		outcome Outcome
		class   string
	}
	byKey := map[key][]mistake{}
	for _, m := range r.mistakes() {
		k := key{m.Outcome, m.class}
		byKey[k] = append(byKey[k], m)
	}
	for _, o := range errorOutcomes {
		out.Columns = append(out.Columns, o.String())
	}
	for _, part := range r.ByClass {
		in := htmlIndexRow{Class: part.Name}
		for _, o := range errorOutcomes {
			in.Cells = append(in.Cells, htmlIndexCell{anchor(number, o, part.Name), len(byKey[key{o, part.Name}])})
		}
		out.Index = append(out.Index, in)
	}
	for _, o := range errorOutcomes {
		for _, part := range r.ByClass {
			if ms := byKey[key{o, part.Name}]; len(ms) > 0 {
				out.Sections = append(out.Sections, htmlSectionOf(anchor(number, o, part.Name), ms))
			}
		}
	}
	return out
}

// diagramSize is the width of a reliability diagram in units of its SVG.
const diagramSize = 200

// diagram draws the mean confidence of bins against their share of right predictions. Bins
// with the right confidence are on the diagonal.
func diagram(title string, c *Calibration) htmlDiagram {
	d := htmlDiagram{Title: title, Error: fmt.Sprintf("%.3f", c.Error)}
	at := func(v float64) string { return fmt.Sprintf("%.1f", v*diagramSize) }
	var line []string
	for _, b := range c.Bins {
		p := htmlPoint{X: at(b.Confidence), Y: at(1 - b.Right), Ideal: at(1 - b.Confidence)}
		p.Title = fmt.Sprintf("%d predictions at %.2f to %.2f: mean confidence %.3f, right %.3f", b.Count, b.Low, b.High, b.Confidence, b.Right)
		d.Points, line = append(d.Points, p), append(line, p.X+","+p.Y)
	}
	d.Line = strings.Join(line, " ")
	return d
}

// cells returns the cells of a line of the text table.
func cells(line string) []string { return strings.Split(strings.TrimSuffix(line, "\t"), "\t") }

func anchor(number int, o Outcome, class string) string {
	return fmt.Sprintf("r%d-%s-%s", number, o, strings.ReplaceAll(class, " ", "-"))
}

func htmlSectionOf(anchor string, ms []mistake) htmlSection {
	s := htmlSection{Anchor: anchor, Outcome: ms[0].Outcome.String(), Class: ms[0].class, Count: len(ms)}
	for i := range ms[:min(len(ms), maxListed)] {
		s.Errors = append(s.Errors, ms[i].html())
	}
	s.Left = s.Count - len(s.Errors)
	return s
}

func (m *mistake) html() htmlError {
	e := htmlError{
		Document: text.Clip(m.Document.ID, maxTextLength), Outlet: text.Clip(m.Document.Domain, maxTextLength),
		Before: m.before, Span: m.span, After: m.after, Gold: text.Clip(m.gold(), maxTextLength),
	}
	if m.Outcome == OutcomeMisplaced {
		e.KM = fmt.Sprintf("%.0f km", m.ErrorKM)
	}
	if m.Explanation != nil {
		e.Weighed = htmlSpanOf(&m.Explanation.Span)
		e.Signals = htmlSignalsOf(m.Explanation.Candidates)
	}
	if m.Predicted == nil {
		return e
	}
	t := &m.Predicted.Toponym
	e.Recognised = fmt.Sprintf("%s, %.2f", t.Kind, t.Confidence)
	switch p := m.Predicted.Place; {
	case p != nil:
		e.Found = text.Clip(fmt.Sprintf("%s %s at %.4f, %.4f, %.2f", describe(p), p.ID, p.Point.Lat(), p.Point.Lon(), m.Predicted.Confidence), maxTextLength)
	case t.Coordinate != nil:
		e.Found = fmt.Sprintf("%.4f, %.4f", t.Coordinate.Lat, t.Coordinate.Lon)
	}
	for _, c := range m.Predicted.Candidates[:min(len(m.Predicted.Candidates), maxReasons)] {
		e.Candidates = append(e.Candidates, m.htmlCandidate(&c))
	}
	for _, reason := range m.Predicted.Reasons[:min(len(m.Predicted.Reasons), maxReasons)] {
		e.Reasons = append(e.Reasons, text.Clip(reason.String(), maxTextLength))
	}
	return e
}

func htmlSpanOf(w *geo.Weighing) *htmlSpan {
	if w.Of == "" {
		return &htmlSpan{}
	}
	out := &htmlSpan{Of: text.Clip(w.Of, maxTextLength), Score: fmt.Sprintf("%+.2f", w.Score)}
	var all []string
	for _, c := range w.Contributions[:min(len(w.Contributions), maxSignals)] {
		all = append(all, fmt.Sprintf("%s %+.2f", text.Clip(c.Signal, maxTextLength), c.Added()))
	}
	leading := min(len(all), maxLeading)
	out.Leading, out.More, out.Left = all[:leading], all[leading:], len(w.Contributions)-len(all)
	return out
}

// htmlSignalsOf returns nil if there are no signals.
func htmlSignalsOf(candidates []geo.Weighing) *htmlSignals {
	candidates = candidates[:min(len(candidates), maxReasons)]
	rows := compare(candidates)
	if len(rows) == 0 {
		return nil
	}
	out := &htmlSignals{}
	for k := range candidates {
		out.Columns = append(out.Columns, k+1)
	}
	var all []htmlSignal
	for i := range rows[:min(len(rows), maxSignals)] {
		row := htmlSignal{Name: text.Clip(rows[i].signal, maxTextLength), Weight: fmt.Sprintf("%.2f", rows[i].weight)}
		for _, v := range rows[i].values {
			cell := ""
			if v != 0 {
				cell = fmt.Sprintf("%+.2f (%.2f)", v*rows[i].weight, v)
			}
			row.Cells = append(row.Cells, cell)
		}
		all = append(all, row)
	}
	leading := min(len(all), maxLeading)
	out.Leading, out.More, out.Left = all[:leading], all[leading:], len(rows)-len(all)
	return out
}

func (m *mistake) htmlCandidate(c *geo.Candidate) htmlCandidate {
	out := htmlCandidate{
		Place: text.Clip(describe(&c.Place), maxTextLength), Name: text.Clip(c.Name, maxTextLength), Match: c.Match.String(), Score: fmt.Sprintf("%.3f", c.Score),
	}
	if m.Gold != nil && m.Gold.Point != nil {
		km := geo.DistanceKM(c.Place.Point, m.Gold.Point.Point())
		out.KM, out.Near = fmt.Sprintf("%.0f km", km), km <= NearKM
	}
	return out
}
