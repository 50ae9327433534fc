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
const openWeight = 0.2

// openCorpora says how the files of labelled tokens are learnt from, in order.
// All teach the tagger; those that mark demonyms too and are close to news teach
// the choice of spans as well. Tweets count less.
var openCorpora = [...]struct {
	name  string
	spans bool
	tags  float32 // how much a document counts for the tagger
}{
	{"gum_news_interview.bio", true, 1}, {"gum_other_free.bio", true, 1}, {"wikigold.bio", true, 1},
	{"locphr_en.bio", true, 1}, {"crossner_politics.bio", true, 1}, {"uner_ewt_devtest.bio", false, 1},
	{"wnut17.bio", false, 0.5}, {"btc.bio", false, 0.3}, {"crossner_science.bio", false, 1},
	{"crossner_music.bio", false, 1}, {"crossner_literature.bio", false, 1},
}

// OpenCorpora names the files of labelled tokens that the embedded weights
// learn from beside annotated news, in the order in which they are learnt from.
func OpenCorpora() []string {
	var names []string
	for _, c := range openCorpora {
		names = append(names, c.name)
	}
	return names
}

// Open is what open corpora teach. The zero value and nil teach nothing.
type Open struct {
	Taggings []recognition.Tagging // for the tagger
	Spans    []recognition.Example // for the choice of spans
}

// Documents lists the documents in it, each once.
func (o *Open) Documents() []*geo.Document {
	if o == nil {
		return nil
	}
	var docs []*geo.Document
	for i := range o.Taggings {
		docs = append(docs, &geo.Document{Text: o.Taggings[i].Document.Text})
	}
	return docs
}

// ReadOpen reads the OpenCorpora in the folder dir. Errors name the file, and
// the line where one is malformed.
func ReadOpen(dir string, known recognition.Gazetteer) (*Open, error) {
	var o Open
	for _, name := range OpenCorpora() {
		if err := o.ReadFile(filepath.Join(dir, name), known); err != nil {
			return nil, err
		}
	}
	return &o, nil
}

// ReadFile adds a file of labelled tokens in one of the forms of
// [corpus.ReadFile]. known tells demonyms from other names where the labels do
// not. For the choice of spans, what is labelled an organisation is neutral:
// whether a place inside one counts is for the corpora of news to say. Errors
// name the file and line.
func (o *Open) ReadFile(path string, known recognition.Gazetteer) error {
	isDemonym := func(name string) bool { return known.Summary(name).Classes.Has(gazetteer.ClassDemonym) }
	docs, err := corpus.ReadFile(path, isDemonym)
	if err != nil {
		return err
	}
	weight, spans := float32(1), false
	for _, c := range openCorpora {
		if c.name == filepath.Base(path) {
			weight, spans = c.tags, c.spans
		}
	}
	for i := range docs {
		o.Taggings = append(o.Taggings, recognition.Tagging{Document: docs[i], Weight: weight})
		if spans {
			ex := openExample(&docs[i])
			ex.Tagging = len(o.Taggings)
			o.Spans = append(o.Spans, ex)
		}
	}
	return nil
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
