package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"

	"newsmap/geo"
	"newsmap/geo/feature"
	"newsmap/geo/story"
)

// parsedWriter writes geoparsed documents in one format.
type parsedWriter struct {
	write func(parsed) error
	close func() error
}

func newParsedWriter(format string, w io.Writer) (*parsedWriter, error) {
	buffered := bufio.NewWriterSize(w, 64<<10)
	switch format {
	case formatJSONL:
		return newJSONLWriter(buffered), nil
	case formatGeoJSON:
		return newFeatureWriter(buffered)
	}
	return newTextWriter(buffered), nil
}

func newJSONLWriter(w *bufio.Writer) *parsedWriter {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	return &parsedWriter{
		write: func(p parsed) error { return encoder.Encode(p.result.Mentions(p.doc.ID)) },
		close: w.Flush,
	}
}

func newFeatureWriter(w *bufio.Writer) (*parsedWriter, error) {
	features, err := feature.NewWriter(feature.GeoJSON, w, feature.Options{Unstored: true})
	if err != nil {
		return nil, err
	}
	return &parsedWriter{
		write: func(p parsed) error { return writeFeatures(features, p) },
		close: func() error {
			if err := features.Close(); err != nil {
				return err
			}
			return w.Flush()
		},
	}, nil
}

func writeFeatures(w feature.Writer, p parsed) error {
	for _, location := range p.result.Locations {
		err := w.Write(&story.Feature{
			StoryID: p.doc.ID, Title: p.doc.Title, URL: p.doc.URL, Outlet: p.doc.Domain, Lang: p.doc.Lang,
			Published: p.doc.Date, Location: location, Mentions: len(location.Toponyms),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// newTextWriter returns a writer for people. For each document it writes a table of
// places, and the names that could not be located.
func newTextWriter(w *bufio.Writer) *parsedWriter {
	count := 0
	return &parsedWriter{
		write: func(p parsed) error {
			if count++; count > 1 {
				fmt.Fprintln(w)
			}
			return writeText(w, p)
		},
		close: w.Flush,
	}
}

func writeText(w io.Writer, p parsed) error {
	if heading := strings.TrimSpace(p.doc.ID + "  " + p.doc.Title); heading != "" {
		fmt.Fprintln(w, heading)
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, l := range p.result.Locations {
		fmt.Fprintf(table, "  %s\t%s\t%s\t%s\t%.2f\t%s\n",
			namesOf(l.Toponyms), describe(&l.Place), degrees(l.Place), l.Role, l.Confidence, l.Precision)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	var unlocated []string
	for _, r := range p.result.Resolutions {
		if r.Place == nil {
			unlocated = append(unlocated, r.Toponym.Text)
		}
	}
	switch {
	case len(unlocated) > 0:
		fmt.Fprintf(w, "  not located: %s\n", strings.Join(distinct(unlocated), ", "))
	case len(p.result.Locations) == 0:
		fmt.Fprintln(w, "  no place names found")
	}
	return nil
}

// describe returns the name of a place with its division and country.
func describe(p *geo.Place) string {
	if context := placeContext(p); context != "" {
		return p.Name + ", " + context
	}
	return p.Name
}

func namesOf(toponyms []geo.Toponym) string {
	var names []string
	for _, t := range toponyms {
		names = append(names, t.Text)
	}
	return strings.Join(distinct(names), ", ")
}

// distinct returns values without repetitions, in the order of their first occurrence.
func distinct(values []string) []string {
	seen := map[string]bool{}
	out := values[:0:0]
	for _, v := range values {
		if !seen[v] {
			seen[v] = true
			out = append(out, v)
		}
	}
	return out
}

// degrees formats a point for people: latitude first, with hemispheres.
func degrees(p geo.Place) string {
	lat, lon := p.Point.Lat(), p.Point.Lon()
	ns, ew := "N", "E"
	if lat < 0 {
		ns = "S"
	}
	if lon < 0 {
		ew = "W"
	}
	return fmt.Sprintf("%.2f° %s %.2f° %s", math.Abs(lat), ns, math.Abs(lon), ew)
}
