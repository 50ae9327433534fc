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

// RecognitionExamples returns docs with their mentions as the spans to find. Mentions without a point
// are neutral.
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

// ResolutionExamples finds the toponyms of docs with recognizer, as a geoparser does, and adds
// the points and ids of the mentions that they overlap. The error is that of the recognizer and
// names the document.
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
			setPlace(&out[i], k, docs[i].Mentions)
		}
	}
	return out, nil
}

// setPlace sets the place of toponym k to that of the last mention that it overlaps. In "Paris,
// Texas", that is the mention of the outer place.
func setPlace(ex *resolution.Example, k int, mentions []evaluation.Mention) {
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

// openWeight is the weight of a document of an open corpus in the choice of spans. It is lower
// than that of annotated news, 1, because figures are measured by the definition of a place in
// annotated news.
const openWeight = 0.2

// openCorpora are the files of labelled tokens, in the order of training. The tagger is trained
// on all of them. The choice of spans is trained only on those that mark demonyms and are
// similar to news. Tweets have a lower weight.
var openCorpora = [...]struct {
	name         string
	spans        bool    // whether the choice of spans is trained on it
	taggerWeight float32 // weight of a document for the tagger
}{
	{"gum_news_interview.bio", true, 1}, {"gum_other_free.bio", true, 1}, {"wikigold.bio", true, 1},
	{"locphr_en.bio", true, 1}, {"crossner_politics.bio", true, 1}, {"uner_ewt_devtest.bio", false, 1},
	{"wnut17.bio", false, 0.5}, {"btc.bio", false, 0.3}, {"crossner_science.bio", false, 1},
	{"crossner_music.bio", false, 1}, {"crossner_literature.bio", false, 1},
}

// OpenCorpusFiles returns the names of the files of labelled tokens on which the embedded
// weights were trained in addition to annotated news, in the order of training.
func OpenCorpusFiles() []string {
	var names []string
	for _, c := range openCorpora {
		names = append(names, c.name)
	}
	return names
}

// OpenCorpora contains the training examples of open corpora. The zero value and nil have none.
type OpenCorpora struct {
	Taggings []recognition.Tagging // for the tagger
	Spans    []recognition.Example // for the choice of spans
}

// Documents returns the texts of all documents, each once.
func (o *OpenCorpora) Documents() []*geo.Document {
	if o == nil {
		return nil
	}
	var docs []*geo.Document
	for i := range o.Taggings {
		docs = append(docs, &geo.Document{Text: o.Taggings[i].Document.Text})
	}
	return docs
}

// ReadOpenCorpora reads the [OpenCorpusFiles] in the folder dir, as [OpenCorpora.ReadFile] does.
// The error names the file and, if a line is malformed, the line.
func ReadOpenCorpora(dir string, names recognition.Gazetteer) (*OpenCorpora, error) {
	var o OpenCorpora
	for _, name := range OpenCorpusFiles() {
		if err := o.ReadFile(filepath.Join(dir, name), names); err != nil {
			return nil, err
		}
	}
	return &o, nil
}

// ReadFile adds a file of labelled tokens in one of the formats of [corpus.ReadFile]. The
// gazetteer names distinguishes demonyms from other names if the labels do not. For the choice
// of spans, organisations are neutral: annotated news decides whether a place in the name of an
// organisation counts. The error names the file and, if a line is malformed, the line.
func (o *OpenCorpora) ReadFile(path string, names recognition.Gazetteer) error {
	isDemonym := func(name string) bool { return names.Summary(name).Classes.Has(gazetteer.ClassDemonym) }
	docs, err := corpus.ReadFile(path, isDemonym)
	if err != nil {
		return err
	}
	weight, spans := float32(1), false
	for _, c := range openCorpora {
		if c.name == filepath.Base(path) {
			weight, spans = c.taggerWeight, c.spans
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

// openExample returns the example of a document for the choice of spans, with code points
// instead of bytes.
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
