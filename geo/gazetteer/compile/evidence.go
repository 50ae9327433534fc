package compile

import "math"

// A name is weak for a place if little speaks for the place being meant by it:
// it is that of a hamlet of unknown size, or one that the dump alone gives a place
// of the base. Weak names are held back where the name itself says too little.
// That is measured, not listed, in two ways.
//
// A dump of millions of hamlets has one called Man, Of or Data, as it has most
// short strings of letters that can be spoken. A model of letters (trigrams of the
// index's own names, after Shannon, "Prediction and Entropy of Printed English",
// 1951) tells how many of the weak names would have this form by chance; with the
// places that do bear it, that is what a mention in a text is shared between. A
// place whose share is less than leastShare is held back.
//
// A hamlet called Control or George Washington where names are not English is
// seldom what an English text means by it. Models of pairs of letters, one of the
// names of English-speaking countries and one of each country's own, tell which of
// the two the name was likelier made by; from englishOdds to one it is held back.
const (
	leastShare  = 1.0 / 3
	englishOdds = 3
	leastNames  = 1000 // a model of fewer says nothing
)

// pairModel is a model of the letters of names by one letter before.
type pairModel struct {
	names  int // that it has learned from
	counts [symbols][symbols]uint32
	totals [symbols]uint32
}

// each calls yield with the symbols of a folded name and those before them.
func each(key string, yield func(before, next int)) {
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
	each(key, func(before, next int) {
		m.counts[before][next]++
		m.totals[before]++
	})
}

// odds is the natural logarithm of how much likelier m makes a folded name than
// o does.
func (m *pairModel) odds(o *pairModel, key string) (log float64) {
	share := func(m *pairModel, before, next int) float64 {
		return (float64(m.counts[before][next]) + 0.5) / (float64(m.totals[before]) + symbols/2)
	}
	each(key, func(before, next int) { log += math.Log(share(m, before, next) / share(o, before, next)) })
	return log
}

// chanceModel is a model of the letters of names.
type chanceModel struct {
	counts [][symbols]uint32 // by the two symbols before
	totals []uint32
}

// Symbols are letters, digits together, the space, the end, and bytes of other
// scripts in 64 classes.
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

// probability is how likely the model makes a folded name.
func (m *chanceModel) probability(key string) float64 {
	log := 0.0
	context := 0
	for i := 0; i <= len(key); i++ {
		next := symbolEnd
		if i < len(key) {
			next = symbolOf(key[i])
		}
		// Add one half for each symbol, so that nothing is impossible.
		log += math.Log((float64(m.counts[context][next]) + 0.5) / (float64(m.totals[context]) + symbols/2))
		context = context%symbols*symbols + next
	}
	return math.Exp(log)
}

// A place weighs as its population, and that of a hamlet if it is unknown.
const hamlet = 100

// weight is what a place weighs among those of its name.
func weight(population int64) float64 { return float64(population) + hamlet }
