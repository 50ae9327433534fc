package training

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"newsmap/geo"
	"newsmap/geo/evaluation"
	"newsmap/geo/gazetteer"
	"newsmap/geo/resolution"
)

// FocusLabel is the focus of a document according to a reader.
type FocusLabel struct {
	Document string                // id of the document
	Right    func(*geo.Place) bool // reports whether a place is the focus
}

const (
	// pointColumns is the header of a table whose labels are a name and a point.
	pointColumns = "id\tfocus\tlat\tlon"
	// pointKM is the distance from the point, in kilometres, within which a place with any name is right.
	pointKM = 30.0
)

// ReadFocusLabels reads tab-separated labels in one of two formats, each with a header. In the
// first, which is that of [evaluation.ReadFocus], the columns are a document and place ids; each
// of these places and its twins are right. In the second, the columns are id, focus, lat and
// lon (degrees); a place is right if it is within 30 km of the point, or within
// evaluation.NearKM and has the name. The error wraps geo.ErrInvalid and names the line, or
// wraps geo.ErrNotFound and names the place that is not in places.
func ReadFocusLabels(r io.Reader, places evaluation.Places) ([]FocusLabel, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	if head, rest, _ := strings.Cut(string(data), "\n"); strings.TrimRight(head, "\r") == pointColumns {
		return pointLabels(rest)
	}
	byID, err := evaluation.ReadFocus(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	labels := make([]FocusLabel, len(byID))
	for i := range byID {
		var right []geo.Place
		for _, id := range byID[i].Places {
			place, err := places.Place(id)
			if err != nil {
				return nil, fmt.Errorf("document %q: place %q: %w", byID[i].Document, id, err)
			}
			right = append(right, place)
		}
		labels[i] = FocusLabel{byID[i].Document, func(p *geo.Place) bool { return evaluation.AgreesWithFocus(p, right) }}
	}
	return labels, nil
}

// pointLabels parses the lines after a header of pointColumns.
func pointLabels(lines string) ([]FocusLabel, error) {
	var labels []FocusLabel
	n := 1
	for line := range strings.Lines(lines) {
		n++
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			continue
		}
		label, err := pointLabel(strings.Split(line, "\t"))
		if err != nil {
			return nil, geo.Invalid(fmt.Sprintf("line %d", n), "%v", err)
		}
		labels = append(labels, label)
	}
	return labels, nil
}

func pointLabel(fields []string) (FocusLabel, error) {
	if len(fields) != 4 || fields[0] == "" {
		return FocusLabel{}, fmt.Errorf("expected the id of a document, a name, a latitude and a longitude, separated by tabs")
	}
	lat, errLat := strconv.ParseFloat(fields[2], 64)
	lon, errLon := strconv.ParseFloat(fields[3], 64)
	if errLat != nil || errLon != nil || !(lat >= -90 && lat <= 90 && lon >= -180 && lon <= 180) {
		return FocusLabel{}, fmt.Errorf("latitude %q or longitude %q is invalid; write degrees from -90 to 90 and from -180 to 180", fields[2], fields[3])
	}
	point, name := geo.Coordinate{Lon: lon, Lat: lat}.Point(), gazetteer.Fold(fields[1])
	return FocusLabel{fields[0], func(p *geo.Place) bool {
		km := geo.DistanceKM(p.Point, point)
		return km < pointKM || km < evaluation.NearKM && gazetteer.Fold(p.Name) == name
	}}, nil
}

// FocusExamples returns the examples for [resolution.TrainFocus]: the labelled documents, in
// the order of their labels, with the toponyms that the recognizer finds in them. The error
// wraps geo.ErrInvalid if two documents have the same id or a document has two labels, and geo.ErrNotFound if the
// document of a label is not in docs; other errors are those of the recognizer. It names the
// document.
func FocusExamples(ctx context.Context, recognizer geo.Recognizer, docs []evaluation.Document, labels []FocusLabel) ([]resolution.FocusExample, error) {
	byID := make(map[string]*geo.Document, len(docs))
	for i := range docs {
		if byID[docs[i].ID] != nil {
			return nil, geo.Invalid("corpus", "has two documents with the id %q; remove one", docs[i].ID)
		}
		byID[docs[i].ID] = &docs[i].Document
	}
	labelled := make(map[string]bool, len(labels))
	examples := make([]resolution.FocusExample, len(labels))
	for i, label := range labels {
		doc := byID[label.Document]
		switch {
		case doc == nil:
			return nil, fmt.Errorf("labelled document %q is not in the corpus: %w", label.Document, geo.ErrNotFound)
		case labelled[label.Document]:
			return nil, geo.Invalid("labels", "document %q has two labels; remove one", label.Document)
		}
		labelled[label.Document] = true
		toponyms, err := recognizer.Recognize(ctx, doc)
		if err != nil {
			return nil, fmt.Errorf("document %q: %w", label.Document, err)
		}
		examples[i] = resolution.FocusExample{Document: doc, Toponyms: toponyms, Right: label.Right}
	}
	return examples, nil
}
