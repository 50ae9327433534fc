package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"newsmap/geo"
	"newsmap/geo/evaluation"
	"newsmap/geo/gazetteer"
	"newsmap/geo/recognition"
	"newsmap/geo/resolution"
	"newsmap/geo/training"

	"github.com/spf13/cobra"
)

// trainOptions are the flags of train.
type trainOptions struct {
	corpora     []string
	output      string
	recognition string
	resolution  string
	labels      []string
}

func newTrain() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "train",
		Short:   "Train the weights of recognition, resolution or focus",
		Example: "  newsmap train recognition --corpus lgl.jsonl -o weights.tsv",
	}
	cmd.AddCommand(newTrainRecognition(), newTrainResolution(), newTrainFocus())
	return cmd
}

func newTrainRecognition() *cobra.Command {
	var o trainOptions
	cmd := &cobra.Command{
		Use:   "recognition --corpus FILE… -o FILE",
		Short: "Train the weights that find place names",
		Long: `Train the weights that recognition finds place names with, and write them. The
same corpora in the same order give the same bytes. A corpus contains annotated news
in the format of 'newsmap evaluate' or, if its name ends in .bio, labelled tokens.
Labelled tokens train the tagger, and some of them count as news of a lower weight.`,
		Example: "  newsmap train recognition --corpus lgl.jsonl --corpus corpora/wikigold.bio -o weights.tsv",
		RunE: func(cmd *cobra.Command, more []string) error {
			return train(cmd, &o, more, trainRecognition)
		},
	}
	o.flags(cmd)
	return cmd
}

func newTrainResolution() *cobra.Command {
	var o trainOptions
	cmd := &cobra.Command{
		Use:   "resolution --corpus FILE… -o FILE",
		Short: "Train the weights that choose the place of a name",
		Long: `Train the weights that resolution chooses places with, and write them. The same
corpora in the same order give the same bytes. A corpus contains annotated news in
the format of 'newsmap evaluate'. The examples are the names that recognition finds.`,
		Example: "  newsmap train resolution --corpus lgl.jsonl --recognition weights.tsv -o ranker.tsv",
		RunE: func(cmd *cobra.Command, more []string) error {
			return train(cmd, &o, more, trainResolution)
		},
	}
	o.flags(cmd)
	cmd.Flags().StringVar(&o.recognition, "recognition", "", "`FILE` of trained recognition weights (default: the embedded ones)")
	return cmd
}

func newTrainFocus() *cobra.Command {
	var o trainOptions
	cmd := &cobra.Command{
		Use:   "focus --corpus FILE… --labels FILE… -o FILE",
		Short: "Train the weights that choose the place a story is about",
		Long: `Train the weights that choose a story's focus among its places, and write them.
The same corpora and labels in the same order give the same bytes. A corpus has one
JSON document a line in the format of 'newsmap evaluate', but needs no mentions.
Labels have one place a line, in columns separated by tabs, under a header, in one
of two formats:

  document  place_id      name
  41649824  geonames:5150529|adm2:US.OH.035  Cleveland

where each of the places is right and the name is not read, or

  id        focus         lat    lon
  my-story  Mosul         36.34  43.13

where a place within 30 km of the point is right, and one of that name within
161 km. Documents are geoparsed with the embedded weights, or with those of
--recognition and --resolution. Documents without a label are not used.`,
		Example: "  newsmap train focus --corpus lgl.jsonl --labels lgl_focus_train.tsv -o focus.tsv",
		RunE: func(cmd *cobra.Command, more []string) error {
			if len(o.labels) == 0 {
				return usage(cmd, "--labels: is missing; name a file with the places that the documents are about")
			}
			return train(cmd, &o, more, trainFocus)
		},
	}
	o.flags(cmd)
	f := cmd.Flags()
	f.StringArrayVar(&o.labels, "labels", nil, "`FILE` with the places that the documents are about (repeatable)")
	f.StringVar(&o.recognition, "recognition", "", "`FILE` of trained recognition weights (default: the embedded ones)")
	f.StringVar(&o.resolution, "resolution", "", "`FILE` of trained resolution weights (default: the embedded ones)")
	return cmd
}

func (o *trainOptions) flags(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&o.corpora, "corpus", nil, "`FILE` to learn from (repeatable)")
	cmd.Flags().StringVarP(&o.output, "output", "o", "", "`FILE` to write, - for standard output (required)")
}

// learner trains weights and returns them.
type learner func(cmd *cobra.Command, o *trainOptions, index *gazetteer.Index, corpora *trainingCorpora) (io.WriterTo, error)

// train runs a learner. The corpora are those of --corpus and of more.
func train(cmd *cobra.Command, o *trainOptions, more []string, learn learner) error {
	paths := slices.Concat(o.corpora, more)
	switch {
	case len(paths) == 0:
		return usage(cmd, "--corpus: is missing; name a file to learn from")
	case o.output == "":
		return usage(cmd, "--output: is missing; name the file to write")
	}
	if err := requireFolder("--output", o.output); err != nil {
		return err
	}
	index, err := configuredGazetteer(cmd)
	if err != nil {
		return err
	}
	defer index.Close()
	corpora, err := readTrainingCorpora(paths, index)
	if err != nil {
		return err
	}
	bar := newProgress(cmd.ErrOrStderr(), -1, "training")
	_ = bar.RenderBlank()
	weights, err := learn(cmd, o, index, corpora)
	_ = bar.Finish()
	if err != nil {
		return err
	}
	return writeAtomically(cmd, o.output, func(w io.Writer) error {
		_, err := weights.WriteTo(w)
		return err
	})
}

// trainingCorpora is the input of training.
type trainingCorpora struct {
	news   []evaluation.Document
	open   training.OpenCorpora
	tokens []string // paths of the corpora of labelled tokens
}

func readTrainingCorpora(paths []string, index *gazetteer.Index) (*trainingCorpora, error) {
	var c trainingCorpora
	for _, path := range paths {
		if filepath.Ext(path) != ".bio" {
			docs, err := readCorpus(path)
			if err != nil {
				return nil, err
			}
			c.news = append(c.news, docs...)
			continue
		}
		err := c.open.ReadFile(path, index)
		if errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("there is no corpus %s", path)
		}
		if err != nil {
			return nil, err
		}
		c.tokens = append(c.tokens, path)
	}
	return &c, nil
}

func trainRecognition(cmd *cobra.Command, _ *trainOptions, index *gazetteer.Index, c *trainingCorpora) (io.WriterTo, error) {
	return training.TrainRecognition(cmd.Context(), index, c.news, training.WithOpenCorpora(&c.open))
}

func trainResolution(cmd *cobra.Command, o *trainOptions, index *gazetteer.Index, c *trainingCorpora) (io.WriterTo, error) {
	if len(c.tokens) > 0 {
		return nil, fmt.Errorf("%s: labelled tokens do not say where a place is; train resolution on annotated news", c.tokens[0])
	}
	recognizer, err := o.recognizer(index)
	if err != nil {
		return nil, err
	}
	return training.TrainResolution(cmd.Context(), index, recognizer, c.news)
}

// recognizer returns a recognizer with the weights of --recognition, or the embedded ones.
func (o *trainOptions) recognizer(index *gazetteer.Index) (*recognition.Recognizer, error) {
	if o.recognition == "" {
		return recognition.New(index)
	}
	model, err := readModel(o.recognition, recognition.ReadModel)
	if err != nil {
		return nil, err
	}
	return recognition.New(index, recognition.WithModel(model))
}

// resolver returns a resolver with the weights of --resolution, or the embedded ones.
func (o *trainOptions) resolver(index *gazetteer.Index) (*resolution.Resolver, error) {
	if o.resolution == "" {
		return resolution.New(index)
	}
	model, err := readModel(o.resolution, resolution.ReadModel)
	if err != nil {
		return nil, err
	}
	return resolution.New(index, resolution.WithModel(model))
}

func trainFocus(cmd *cobra.Command, o *trainOptions, index *gazetteer.Index, c *trainingCorpora) (io.WriterTo, error) {
	if len(c.tokens) > 0 {
		return nil, fmt.Errorf("%s: labelled tokens are not stories; train focus on annotated news", c.tokens[0])
	}
	labels, err := readFocusLabels(o.labels, index)
	if err != nil {
		return nil, err
	}
	recognizer, err := o.recognizer(index)
	if err != nil {
		return nil, err
	}
	resolver, err := o.resolver(index)
	if err != nil {
		return nil, err
	}
	examples, err := training.FocusExamples(cmd.Context(), recognizer, c.news, labels)
	if err != nil {
		return nil, err
	}
	return resolution.TrainFocus(cmd.Context(), resolver, examples)
}

func readFocusLabels(paths []string, index *gazetteer.Index) ([]training.FocusLabel, error) {
	var labels []training.FocusLabel
	for _, path := range paths {
		more, err := readLabelFile(path, index)
		switch {
		case errors.Is(err, os.ErrNotExist):
			return nil, fmt.Errorf("--labels: there is no file %s", path)
		case err != nil:
			return nil, err
		case len(more) == 0:
			return nil, geo.Invalid(path, "contains no labels; write a header and one place a line")
		}
		labels = append(labels, more...)
	}
	return labels, nil
}

func readLabelFile(path string, index *gazetteer.Index) ([]training.FocusLabel, error) {
	f, err := openFile(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	labels, err := training.ReadFocusLabels(f, index)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return labels, nil
}

// openFile opens a file. A folder is an error.
func openFile(path string) (*os.File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err == nil && info.IsDir() {
		f.Close()
		return nil, geo.Invalid(path, "is a folder; name a file")
	}
	return f, nil
}

// readModel reads a file of weights. Errors name the file and line.
func readModel[Model any](path string, read func(io.Reader) (*Model, error)) (*Model, error) {
	f, err := openFile(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	model, err := read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return model, nil
}
