package sequence

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"io"
	"math"

	"newsmap/geo"
)

// The file contains, little-endian: the magic, the version (uint32), the CRC-32C
// of the rest of the file (uint32), the number of bits of the weight table
// (uint32), the number of labels (uint32), each label (uint8 length, bytes), the
// scale (float32), the transitions (float32, labels+1 rows, the start last), and
// the weights, one signed byte each, row by row.
const (
	magic   = "NMCRF\x00\r\n"
	version = 1
	maxBits = 22
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// WriteTo writes m in the format that Read reads.
func (m *Model) WriteTo(w io.Writer) (int64, error) {
	var body bytes.Buffer
	put := func(v any) { _ = binary.Write(&body, binary.LittleEndian, v) } // writing to a Buffer does not fail
	bits := 0
	for 1<<bits-1 < int(m.mask) {
		bits++
	}
	put(uint32(bits))
	put(uint32(len(m.labels)))
	for _, label := range m.labels {
		body.WriteByte(uint8(len(label)))
		body.WriteString(label)
	}
	put(m.scale)
	for _, from := range m.rows() {
		put(m.transition[from][:len(m.labels)])
	}
	put(m.weights)

	head := append([]byte(magic), 0, 0, 0, 0, 0, 0, 0, 0)
	binary.LittleEndian.PutUint32(head[len(magic):], version)
	binary.LittleEndian.PutUint32(head[len(magic)+4:], crc32.Checksum(body.Bytes(), castagnoli))
	n, err := w.Write(head)
	if err != nil {
		return int64(n), err
	}
	k, err := body.WriteTo(w)
	return int64(n) + k, err
}

// rows returns the rows of the transition table in file order.
func (m *Model) rows() []int {
	rows := make([]int, 0, len(m.labels)+1)
	for y := range m.labels {
		rows = append(rows, y)
	}
	return append(rows, MaxLabels)
}

// Read reads a model. The error wraps geo.ErrInvalid if data is not a model, has
// another version, or was cut off or damaged.
func Read(data []byte) (*Model, error) {
	const headLen = len(magic) + 8
	if len(data) < headLen || string(data[:len(magic)]) != magic {
		return nil, geo.Invalid("model", "is not a sequence model")
	}
	if v := binary.LittleEndian.Uint32(data[len(magic):]); v != version {
		return nil, geo.Invalid("model", "has version %d; this program reads version %d: train the model again", v, version)
	}
	body := data[headLen:]
	if sum := crc32.Checksum(body, castagnoli); sum != binary.LittleEndian.Uint32(data[len(magic)+4:]) {
		return nil, geo.Invalid("model", "was cut off or damaged: its checksum is %08x; copy or train it again", sum)
	}
	m := &Model{}
	if err := m.decode(body); err != nil {
		return nil, err
	}
	return m, m.prepare()
}

func (m *Model) decode(body []byte) error {
	r := bytes.NewReader(body)
	var head struct{ Bits, Labels uint32 }
	if err := binary.Read(r, binary.LittleEndian, &head); err != nil {
		return geo.Invalid("model", "has no header")
	}
	if head.Bits < 1 || head.Bits > maxBits || head.Labels < 2 || head.Labels > MaxLabels {
		return geo.Invalid("model", "has %d bits and %d labels; expected 1 to %d bits and 2 to %d labels", head.Bits, head.Labels, maxBits, MaxLabels)
	}
	for range head.Labels {
		n, err := r.ReadByte()
		if err != nil {
			return geo.Invalid("model", "ends within its labels")
		}
		label := make([]byte, n)
		if _, err := io.ReadFull(r, label); err != nil {
			return geo.Invalid("model", "ends within its labels")
		}
		m.labels = append(m.labels, string(label))
	}
	numbers := []any{&m.scale}
	for _, from := range m.rows() {
		numbers = append(numbers, m.transition[from][:head.Labels])
	}
	for _, v := range numbers {
		if err := binary.Read(r, binary.LittleEndian, v); err != nil {
			return geo.Invalid("model", "ends within its transitions")
		}
	}
	m.mask = 1<<head.Bits - 1
	if want := int(head.Labels) << head.Bits; r.Len() != want {
		return geo.Invalid("model", "has %d weights; expected %d", r.Len(), want)
	}
	rest := body[len(body)-r.Len():]
	m.weights = make([]int8, len(rest))
	for i, b := range rest {
		m.weights[i] = int8(b)
	}
	return m.checkFinite()
}

func (m *Model) checkFinite() error {
	for _, row := range m.transition {
		for _, v := range row {
			if f := float64(v); math.IsNaN(f) || math.IsInf(f, 0) {
				return geo.Invalid("model", "has a transition that is not a finite number")
			}
		}
	}
	if f := float64(m.scale); math.IsNaN(f) || math.IsInf(f, 0) {
		return geo.Invalid("model", "has a scale that is not a finite number")
	}
	return nil
}
