package sequence

import (
	"bytes"
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"newsmap/geo"
)

var bio = []string{"O", "B-P", "I-P"}

// synthetic returns sequences in which signal 1 begins a span of two tokens and
// the other signals are noise. A trained model labels all of them correctly.
func synthetic(n int, seed uint64) []Example {
	rng := rand.New(rand.NewPCG(seed, 1))
	var out []Example
	for range n {
		var ex Example
		ex.Weight = 1
		for t := 0; t < 8; t++ {
			noise := 100 + rng.Uint32N(50)
			switch {
			case t == 3:
				ex.Signals = append(ex.Signals, []uint32{1, noise})
				ex.Allowed = append(ex.Allowed, 1<<1)
			case t == 4:
				ex.Signals = append(ex.Signals, []uint32{2, noise})
				ex.Allowed = append(ex.Allowed, 1<<2)
			default:
				ex.Signals = append(ex.Signals, []uint32{3 + rng.Uint32N(4), noise})
				ex.Allowed = append(ex.Allowed, 1<<0)
			}
		}
		out = append(out, ex)
	}
	return out
}

func options() Options {
	return Options{Labels: bio, Bits: 10, Epochs: 5, Rate: .2, Decay: 1e-4, Drop: .1, Seed: 7}
}

func TestTrainLearnsSpans(t *testing.T) {
	m, err := Train(context.Background(), synthetic(200, 1), options())
	if err != nil {
		t.Fatal(err)
	}
	var l Lattice
	for _, ex := range synthetic(50, 2) {
		m.Decode(ex.Signals, &l)
		for i, y := range l.Best {
			if !ex.Allowed[i].Has(int(y)) {
				t.Fatalf("token %d: label %s, allowed %b", i, bio[y], ex.Allowed[i])
			}
		}
	}
}

// TestTrainPartialLabels allows any label for the noise tokens. The model must
// still learn the spans.
func TestTrainPartialLabels(t *testing.T) {
	examples := synthetic(200, 1)
	for _, ex := range examples {
		for i := range ex.Allowed {
			if ex.Allowed[i] == 1<<0 && i != 2 {
				ex.Allowed[i] = 1<<0 | 1<<1 | 1<<2
			}
		}
	}
	m, err := Train(context.Background(), examples, options())
	if err != nil {
		t.Fatal(err)
	}
	var l Lattice
	ex := synthetic(1, 5)[0]
	m.Decode(ex.Signals, &l)
	if l.Best[3] != 1 || l.Best[4] != 2 {
		t.Fatalf("span not found: %v", l.Best)
	}
}

func TestMarginalsAgreeWithEnumeration(t *testing.T) {
	m, err := Train(context.Background(), synthetic(40, 3), options())
	if err != nil {
		t.Fatal(err)
	}
	signals := synthetic(1, 9)[0].Signals[2:6]
	var l Lattice
	m.Decode(signals, &l)

	want := make([][3]float64, len(signals))
	total := 0.0
	var walk func(path []int, score float64)
	walk = func(path []int, score float64) {
		if len(path) == len(signals) {
			p := math.Exp(score)
			total += p
			for i, y := range path {
				want[i][y] += p
			}
			return
		}
		from := MaxLabels
		if len(path) > 0 {
			from = path[len(path)-1]
		}
		for y := range bio {
			if m.allowed[from][y] {
				walk(append(path[:len(path):len(path)], y), score+float64(l.score[len(path)][y]+m.transition[from][y]))
			}
		}
	}
	walk(nil, 0)
	for i := range signals {
		for y := range bio {
			if got := float64(l.Marginals[i][y]); math.Abs(got-want[i][y]/total) > 1e-4 {
				t.Errorf("token %d label %s: %g, by enumeration %g", i, bio[y], got, want[i][y]/total)
			}
		}
	}
}

func TestTrainIsDeterministicAndReadsBack(t *testing.T) {
	var files [2]bytes.Buffer
	for i := range files {
		m, err := Train(context.Background(), synthetic(60, 4), options())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := m.WriteTo(&files[i]); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(files[0].Bytes(), files[1].Bytes()) {
		t.Fatal("the same examples and seed gave different bytes")
	}
	m, err := Read(files[0].Bytes())
	if err != nil {
		t.Fatal(err)
	}
	var again bytes.Buffer
	if _, err := m.WriteTo(&again); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(again.Bytes(), files[0].Bytes()) {
		t.Fatal("a model that was read writes different bytes")
	}
}

func TestReadRefuses(t *testing.T) {
	m, err := Train(context.Background(), synthetic(5, 4), options())
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if _, err := m.WriteTo(&file); err != nil {
		t.Fatal(err)
	}
	good := file.Bytes()
	damaged := bytes.Clone(good)
	damaged[len(damaged)-1] ^= 1
	other := bytes.Clone(good)
	other[len(magic)] = 99
	for name, data := range map[string][]byte{
		"empty": nil, "not a model": []byte("hello, this is text"), "cut off": good[:len(good)-10], "damaged": damaged, "other version": other,
	} {
		if _, err := Read(data); !errors.Is(err, geo.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	m, err := Train(context.Background(), synthetic(5, 4), options())
	if err != nil {
		f.Fatal(err)
	}
	var file bytes.Buffer
	if _, err := m.WriteTo(&file); err != nil {
		f.Fatal(err)
	}
	f.Add(file.Bytes())
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, data []byte) {
		if m, err := Read(data); err == nil {
			var l Lattice
			m.Decode([][]uint32{{1, 2}, {3}}, &l)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	m, err := Train(context.Background(), synthetic(20, 1), options())
	if err != nil {
		b.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 1))
	signals := make([][]uint32, 25)
	for i := range signals {
		for range 40 {
			signals[i] = append(signals[i], rng.Uint32())
		}
	}
	var l Lattice
	b.ReportAllocs()
	for b.Loop() {
		m.Decode(signals, &l)
	}
	b.ReportMetric(float64(b.N*len(signals))/b.Elapsed().Seconds(), "tokens/s")
}
