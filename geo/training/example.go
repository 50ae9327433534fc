package training

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"unicode/utf8"

	"newsmap/geo"
	"newsmap/geo/evaluation"
	"newsmap/geo/gazetteer"
	"newsmap/geo/recognition"
	"newsmap/geo/recognition/corpus"
	"newsmap/geo/resolution"
)

// RecognitionExamples gives the mentions of docs as spans to be found. Those
// without a point are neither to be found nor to be left out.
func RecognitionExamples(docs []evaluation.Document) []recognition.Example {
	out := make([]recognition.Example, len(docs))
	for i := range docs {
		out[i].Document = &docs[i].Document
		for _, m := range docs[i].Mentions {
			out[i].Spans = append(out[i].Spans, recognition.Span{Start: m.Start, End: m.End, Neutral: m.Neutral()})
		}
	}
	return out
}

// ResolutionExamples finds the toponyms of docs as they will be found in use,
// and gives them the points and ids of the mentions that they overlap. Errors
// are those of the recogniser and name the document.
func ResolutionExamples(ctx context.Context, recognizer geo.Recognizer, docs []evaluation.Document) ([]resolution.Example, error) {
	out := make([]resolution.Example, len(docs))
	for i := range docs {
		toponyms, err := recognizer.Recognize(ctx, &docs[i].Document)
		if err != nil {
			return nil, fmt.Errorf("document %q: %w", docs[i].ID, err)
		}
		out[i] = resolution.Example{
			Document: &docs[i].Document, Toponyms: toponyms,
			Points: make([]*geo.Coordinate, len(toponyms)), IDs: make([]string, len(toponyms)),
		}
		for k := range toponyms {
			place(&out[i], k, docs[i].Mentions)
		}
	}
	return out, nil
}

// place gives toponym k the place of the last mention that it overlaps: in
// "Paris, Texas", what is named last is what the others lie in.
func place(ex *resolution.Example, k int, mentions []evaluation.Mention) {
	t := &ex.Toponyms[k]
	if t.Field != geo.FieldText {
		return
	}
	for _, m := range mentions {
		if min(m.End, t.End) <= max(m.Start, t.Start) {
			continue
		}
		ex.Points[k] = m.Point
		if m.GeoNameID > 0 {
			ex.IDs[k] = "geonames:" + strconv.FormatInt(m.GeoNameID, 10)
		}
	}
}

// openWeight is how much a document of an open corpus counts beside one of a
// corpus of news, whose notion of a place is the one that is measured.
const openWeight = 0.3

// OpenCorpora names the files of labelled tokens, in the order in which they
// are learnt from, that the embedded weights learn from beside annotated news:
// those that mark demonyms too and are close to news.
func OpenCorpora() []string {
	return []string{"gum_news_interview.bio", "gum_other_free.bio", "wikigold.bio", "locphr_en.bio", "crossner_politics.bio"}
}

// ReadOpen reads the OpenCorpora in the folder dir. Errors name the file, and
// the line where one is out of form.
func ReadOpen(dir string, known recognition.Gazetteer) ([]recognition.Example, error) {
	var out []recognition.Example
	for _, name := range OpenCorpora() {
		examples, err := ReadOpenFile(filepath.Join(dir, name), known)
		if err != nil {
			return nil, err
		}
		out = append(out, examples...)
	}
	return out, nil
}

// ReadOpenFile reads a file of labelled tokens in one of the forms of
// [corpus.ReadFile]. known tells demonyms from other names where the labels do
// not. What is labelled an organisation is neutral: whether a place inside one
// counts is for the corpora of news to say. Errors name the file and line.
func ReadOpenFile(path string, known recognition.Gazetteer) ([]recognition.Example, error) {
	isDemonym := func(name string) bool { return known.Known(name).Classes.Has(gazetteer.ClassDemonym) }
	docs, err := corpus.ReadFile(path, isDemonym)
	if err != nil {
		return nil, err
	}
	out := make([]recognition.Example, len(docs))
	for i := range docs {
		out[i] = openExample(&docs[i])
	}
	return out, nil
}

func openExample(d *corpus.Document) recognition.Example {
	ex := recognition.Example{Document: &geo.Document{Text: d.Text}, Weight: openWeight}
	pos, runes := 0, 0
	for _, s := range d.Spans {
		if s.Class != corpus.Place && s.Class != corpus.Demonym && s.Class != corpus.Organisation {
			continue
		}
		runes += utf8.RuneCountInString(d.Text[pos:s.Start])
		start := runes
		runes += utf8.RuneCountInString(d.Text[s.Start:s.End])
		pos = s.End
		ex.Spans = append(ex.Spans, recognition.Span{Start: start, End: runes, Neutral: s.Class == corpus.Organisation})
	}
	return ex
}
