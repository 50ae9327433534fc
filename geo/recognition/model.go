package recognition

import (
	"bufio"
	"bytes"
	_ "embed"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"newsmap/geo"
	"newsmap/geo/recognition/sequence"
)

//go:embed model.bin
var defaultModel []byte

// A model file contains, little-endian: the magic, the version (uint32), the
// CRC-32C of the rest of the file (uint32), the length of the weights (uint32),
// the weights as lines of text, and the tagger in the format of package
// sequence, if the model has one.
const (
	modelMagic   = "NMREC\x00\r\n"
	modelVersion = 1
	modelHead    = len(modelMagic) + 4 + 4
	// maxModel is the maximum length of a model file in bytes.
	maxModel = 64 << 20
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Model contains the tagger and the weights of the signals for each of the two
// rounds. The first round scores every candidate by itself. The second also uses
// the first round's scores of the same name elsewhere in the document. A Model is
// safe for concurrent use.
type Model struct {
	rounds [rounds]map[signal]float32
	tagger *sequence.Model // nil if there were no corpora to train it on
}

// rounds is how many times candidates are scored.
const rounds = 2

// ReadModel reads a model that [Model.WriteTo] wrote. The error wraps
// geo.ErrInvalid if r is not a recognition model, has another version, was cut
// off or damaged, or contains a malformed line, which the error names.
func ReadModel(r io.Reader) (*Model, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxModel+1))
	if err != nil {
		return nil, err
	}
	return decodeModel(data)
}

func decodeModel(data []byte) (*Model, error) {
	switch {
	case len(data) > maxModel:
		return nil, geo.Invalid("recognition model", "is longer than %d MiB; is this the right file?", maxModel>>20)
	case len(data) < modelHead || string(data[:len(modelMagic)]) != modelMagic:
		return nil, geo.Invalid("recognition model", "has no model header; train a model with: newsmap train recognition")
	}
	if v := binary.LittleEndian.Uint32(data[len(modelMagic):]); v != modelVersion {
		return nil, geo.Invalid("recognition model", "has version %d; this program reads version %d: train the model again", v, modelVersion)
	}
	body := data[modelHead:]
	if sum := crc32.Checksum(body, castagnoli); sum != binary.LittleEndian.Uint32(data[len(modelMagic)+4:]) {
		return nil, geo.Invalid("recognition model", "was cut off or damaged: its checksum is %08x; copy or train it again", sum)
	}
	if len(body) < 4 {
		return nil, geo.Invalid("recognition model", "has no weights")
	}
	length, rest := binary.LittleEndian.Uint32(body), body[4:]
	if uint64(length) > uint64(len(rest)) {
		return nil, geo.Invalid("recognition model", "has %d bytes after its header; expected at least %d bytes of weights", len(rest), length)
	}
	m := &Model{}
	if err := m.readWeights(rest[:length]); err != nil {
		return nil, err
	}
	if rest = rest[length:]; len(rest) == 0 {
		return m, nil
	}
	return m, m.readTagger(rest)
}

func (m *Model) readTagger(data []byte) error {
	tagger, err := sequence.Read(data)
	if err != nil {
		return fmt.Errorf("recognition model: tagger: %w", err)
	}
	if !slices.Equal(tagger.Labels(), tagLabels) {
		return geo.Invalid("recognition model", "has a tagger with the labels %q; expected %q", tagger.Labels(), tagLabels)
	}
	m.tagger = tagger
	return nil
}

// readWeights reads one weight a line: round, template, number, word and weight,
// separated by tabs. It skips lines that start with #.
func (m *Model) readWeights(text []byte) error {
	for i := range m.rounds {
		m.rounds[i] = map[signal]float32{}
	}
	templates := map[string]template{}
	for i, name := range templateNames {
		templates[name] = template(i)
	}
	sc := bufio.NewScanner(bytes.NewReader(text))
	line := 1
	for ; sc.Scan(); line++ {
		if strings.HasPrefix(sc.Text(), "#") {
			continue
		}
		if err := m.readLine(sc.Text(), templates); err != nil {
			return geo.Invalid(fmt.Sprintf("recognition model, line %d", line), "%v", err)
		}
	}
	if err := sc.Err(); err != nil {
		return geo.Invalid(fmt.Sprintf("recognition model, line %d", line), "%v", err)
	}
	return nil
}

func (m *Model) readLine(line string, templates map[string]template) error {
	fields := strings.Split(line, "\t")
	if len(fields) != 5 {
		return fmt.Errorf("has %d fields; expected 5", len(fields))
	}
	round, err := strconv.Atoi(fields[0])
	if err != nil || round < 0 || round >= rounds {
		return fmt.Errorf("round %q is unknown; expected a number from 0 to %d", fields[0], rounds-1)
	}
	t, ok := templates[fields[1]]
	if !ok {
		return fmt.Errorf("template %q is unknown", fields[1])
	}
	number, err := strconv.ParseUint(fields[2], 10, 16)
	if err != nil {
		return err
	}
	weight, err := strconv.ParseFloat(fields[4], 32)
	if err != nil {
		return err
	}
	if math.IsNaN(weight) || math.IsInf(weight, 0) {
		return fmt.Errorf("weight %q is not a finite number", fields[4])
	}
	m.rounds[round][signal{template: t, number: uint16(number), word: fields[3]}] = float32(weight)
	return nil
}

// WriteTo writes the model. The same model always gives the same bytes.
func (m *Model) WriteTo(w io.Writer) (int64, error) {
	weights := m.weights()
	body := binary.LittleEndian.AppendUint32(nil, uint32(len(weights)))
	body = append(body, weights...)
	if m.tagger != nil {
		var tagger bytes.Buffer
		if _, err := m.tagger.WriteTo(&tagger); err != nil {
			return 0, err
		}
		body = append(body, tagger.Bytes()...)
	}
	data := append([]byte(modelMagic), 0, 0, 0, 0, 0, 0, 0, 0)
	binary.LittleEndian.PutUint32(data[len(modelMagic):], modelVersion)
	binary.LittleEndian.PutUint32(data[len(modelMagic)+4:], crc32.Checksum(body, castagnoli))
	n, err := w.Write(append(data, body...))
	return int64(n), err
}

// weights returns the weights as sorted lines of text.
func (m *Model) weights() string {
	var lines []string
	for round, weights := range m.rounds {
		for s, weight := range weights {
			lines = append(lines, fmt.Sprintf("%d\t%s\t%d\t%s\t%.3f\n", round, templateNames[s.template], s.number, s.word, weight))
		}
	}
	slices.Sort(lines)
	return "# round, template, number, word, weight\n" + strings.Join(lines, "")
}

// score returns the log odds that a candidate with these signals names a place.
func (m *Model) score(round int, signals []signal) float64 {
	weights := m.rounds[round]
	var sum float32
	for _, s := range signals {
		sum += weights[s]
	}
	return float64(sum)
}
