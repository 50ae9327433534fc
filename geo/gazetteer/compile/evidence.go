package compile

import "math"

// A name of a place is weak if there is little evidence that a text means the place by
// it: it is the name of a hamlet of unknown size, or the dump alone adds it to a place
// of the base. Two models decide which weak names are ambiguous.
//
// A dump of millions of hamlets contains ones called Man, Of or Data, and most other
// short pronounceable strings. A letter model (trigrams of the names of the index,
// after Shannon, "Prediction and Entropy of Printed English", 1951) estimates how many
// weak names have this form by chance. These and the actual places of that name share
// the probability of a mention in a text. The name is ambiguous for a place whose share
// is less than minShare.
//
// An English text seldom means a hamlet called Control or George Washington in a
// country whose names are not English. Two models of letter pairs, one for the names of
// English-speaking countries and one for each country's own names, compare which of
// them is likelier to produce the name. If the odds for English are englishOdds to one
// or more, the name is ambiguous.
const (
	minShare      = 1.0 / 3
	englishOdds   = 3
	minModelNames = 1000 // minimum number of names in a model
)

// pairModel is a model of the letters of names given the previous letter.
type pairModel struct {
	names  int // number of names in the model
	counts [symbols][symbols]uint32
	totals [symbols]uint32
}

// eachPair calls yield with each symbol of a folded name and the one before it.
func eachPair(key string, yield func(before, next int)) {
	before := symbolEnd
	for i := 0; i <= len(key); i++ {
		next := symbolEnd
		if i < len(key) {
			next = symbolOf(key[i])
		}
		yield(before, next)
		before = next
	}
}

func (m *pairModel) add(key string) {
	m.names++
	eachPair(key, func(before, next int) {
		m.counts[before][next]++
		m.totals[before]++
	})
}

// odds returns the natural logarithm of the likelihood of a folded name in m divided by
// that in o.
func (m *pairModel) odds(o *pairModel, key string) (log float64) {
	share := func(m *pairModel, before, next int) float64 {
		return (float64(m.counts[before][next]) + 0.5) / (float64(m.totals[before]) + symbols/2)
	}
	eachPair(key, func(before, next int) { log += math.Log(share(m, before, next) / share(o, before, next)) })
	return log
}

// chanceModel is a model of the letters of names given the two previous letters.
type chanceModel struct {
	counts [][symbols]uint32 // by the two previous symbols
	totals []uint32
}

// The symbols are the letters, any digit, the space, the end of the name, and 64
// classes of bytes of other scripts.
const (
	symbolEnd   = 0
	symbolSpace = 27
	symbolDigit = 28
	symbolOther = 29
	symbols     = symbolOther + 64
)

func symbolOf(c byte) int {
	switch {
	case c >= 'a' && c <= 'z':
		return int(c-'a') + 1
	case c >= '0' && c <= '9':
		return symbolDigit
	case c < 0x80:
		return symbolSpace
	}
	return symbolOther + int(c&63)
}

func newChanceModel() *chanceModel {
	return &chanceModel{counts: make([][symbols]uint32, symbols*symbols), totals: make([]uint32, symbols*symbols)}
}

// add counts the letters of a folded name.
func (m *chanceModel) add(key string) {
	context := 0
	for i := 0; i <= len(key); i++ {
		next := symbolEnd
		if i < len(key) {
			next = symbolOf(key[i])
		}
		m.counts[context][next]++
		m.totals[context]++
		context = context%symbols*symbols + next
	}
}

// probability returns the probability of a folded name in the model.
func (m *chanceModel) probability(key string) float64 {
	log := 0.0
	context := 0
	for i := 0; i <= len(key); i++ {
		next := symbolEnd
		if i < len(key) {
			next = symbolOf(key[i])
		}
		// Add one half for each symbol, so that no symbol has the probability 0.
		log += math.Log((float64(m.counts[context][next]) + 0.5) / (float64(m.totals[context]) + symbols/2))
		context = context%symbols*symbols + next
	}
	return math.Exp(log)
}

// hamletPopulation is the population of a place of unknown size.
const hamletPopulation = 100

// weight returns the weight of a place among the places with its name.
func weight(population int64) float64 { return float64(population) + hamletPopulation }
