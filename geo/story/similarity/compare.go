package similarity

// MinWords is the minimum number of words of a duplicate. A shorter text is a headline or
// a summary, which many stories have in common.
const MinWords = 16

// Thresholds for duplicates.
const (
	minShared       = 40  // shared words; with fewer, the texts must be almost equal and match the titles
	minCoverage     = 0.5 // Coverage
	minUnquoted     = 0.6 // UnquotedCoverage
	maxConflicting  = 0.1 // conflicting facts, as a share of all compared facts
	minCorrected    = 60  // shared words with which a single conflicting fact is a correction
	minTitleOverlap = 0.2 // TitleOverlap
	minSameTitle    = 0.8 // overlap of the words of two titles that are the same
	maxGap          = 12  // words between two shared runs whose facts are compared
)

// Comparison is what two texts have in common. Shared words are in runs that both texts
// contain in the same order. Facts are names and numbers.
type Comparison struct {
	Shared           int     // number of shared words
	Coverage         float64 // shared words, as a share of the shorter text
	UnquotedCoverage float64 // the same for its words outside quotations
	LongerCoverage   float64 // shared words, as a share of the longer text
	SharedFacts      int     // number of facts in the shared words
	ConflictingFacts int     // number of facts in whose place the other text has different ones
	TitleOverlap     float64 // share of the words of a title that are in the other text; the lower one of both titles
}

// IsDuplicate reports whether the two texts are the same report.
func (c Comparison) IsDuplicate() bool {
	if c.Coverage < minCoverage || c.UnquotedCoverage < minUnquoted || c.TitleOverlap < minTitleOverlap {
		return false
	}
	isCorrection := c.ConflictingFacts == 1 && c.Shared >= minCorrected
	if facts := c.SharedFacts + c.ConflictingFacts; float64(c.ConflictingFacts) > maxConflicting*float64(facts) && !isCorrection {
		return false
	}
	return c.Shared >= minShared || c.Coverage == 1 && c.LongerCoverage >= 0.9 && c.TitleOverlap >= 0.5
}

// Compare compares two texts.
func Compare(a, b *Text) Comparison {
	short, long := a, b
	if short.Len() > long.Len() {
		short, long = long, short
	}
	var c Comparison
	if short.Len() < MinWords {
		return c
	}
	c.TitleOverlap = min(titleOverlap(a, b), titleOverlap(b, a))
	blocks := align(short, long)
	sharedUnquoted := 0
	for i, block := range blocks {
		for _, w := range short.words[block.a : block.a+block.n] {
			c.Shared++
			if !w.quoted {
				sharedUnquoted++
			}
			if w.fact {
				c.SharedFacts++
			}
		}
		if i > 0 {
			c.ConflictingFacts += conflicts(short, long, blocks[i-1], block)
		}
	}
	unquoted := 0
	for _, w := range short.words {
		if !w.quoted {
			unquoted++
		}
	}
	c.Coverage = float64(c.Shared) / float64(short.Len())
	c.LongerCoverage = float64(c.Shared) / float64(long.Len())
	if c.UnquotedCoverage = c.Coverage; unquoted >= MinWords {
		c.UnquotedCoverage = float64(sharedUnquoted) / float64(unquoted)
	}
	return c
}

// titleOverlap returns the share of the words of a's title that are in b's text. It
// returns 1 if the title has fewer than two words or the titles are the same. A text that
// a site shows instead of many stories, such as a subscription notice, has little overlap
// with their titles.
func titleOverlap(a, b *Text) float64 {
	if len(a.title) < 2 {
		return 1
	}
	if both := overlap(a.title, b.title); both >= minSameTitle && overlap(b.title, a.title) >= minSameTitle {
		return 1
	}
	return overlap(a.title, b.textStems())
}

// overlap returns the share of a that is in b.
func overlap(a, b map[uint64]bool) float64 {
	found := 0
	for stem := range a {
		if b[stem] {
			found++
		}
	}
	return float64(found) / float64(max(1, len(a)))
}

// block is a run of n shared words that begins at a in one text and at b in the other.
type block struct{ a, b, n int }

// align returns the runs of words that both texts contain, in the same order. As in
// patience diff, it starts from the shingles that occur once in each text, and extends
// them as far as possible.
func align(a, b *Text) []block {
	once := map[uint64]int{} // index in b, -1 if the shingle is repeated
	for i, s := range b.shingles {
		if _, repeated := once[s]; repeated {
			i = -1
		}
		once[s] = i
	}
	seen := make(map[uint64]int, len(a.shingles))
	for _, s := range a.shingles {
		seen[s]++
	}
	var pairs []block
	for i, s := range a.shingles {
		if j, found := once[s]; found && j >= 0 && seen[s] == 1 {
			pairs = append(pairs, block{i, j, shingleWords})
		}
	}
	return mergeBlocks(a, b, longestChain(pairs))
}

// longestChain returns the longest sequence of pairs whose positions increase in both
// texts (patience sorting).
func longestChain(pairs []block) []block {
	before := make([]int, len(pairs)) // the pair before each one in the longest chain that ends with it
	var ends []int                    // for each length of chain, the last pair with the lowest position in b
	for i, p := range pairs {
		lo, hi := 0, len(ends)
		for lo < hi {
			if mid := (lo + hi) / 2; pairs[ends[mid]].b < p.b {
				lo = mid + 1
			} else {
				hi = mid
			}
		}
		before[i] = -1
		if lo > 0 {
			before[i] = ends[lo-1]
		}
		if lo == len(ends) {
			ends = append(ends, i)
		} else {
			ends[lo] = i
		}
	}
	chain := make([]block, len(ends))
	if len(ends) > 0 {
		for last, i := len(ends)-1, ends[len(ends)-1]; last >= 0; last, i = last-1, before[i] {
			chain[last] = pairs[i]
		}
	}
	return chain
}

// mergeBlocks merges overlapping pairs and extends each block over equal words.
func mergeBlocks(a, b *Text, chain []block) []block {
	var out []block
	endA, endB := 0, 0
	for _, p := range chain {
		if p.a < endA && p.a-endA == p.b-endB || len(out) > 0 && p.a+p.n <= endA {
			continue // within the previous block
		}
		if skip := max(endA-p.a, endB-p.b); skip > 0 {
			p.a, p.b, p.n = p.a+skip, p.b+skip, p.n-skip
		}
		if p.n <= 0 {
			continue
		}
		for p.a > endA && p.b > endB && a.words[p.a-1].hash == b.words[p.b-1].hash {
			p.a, p.b, p.n = p.a-1, p.b-1, p.n+1
		}
		for p.a+p.n < len(a.words) && p.b+p.n < len(b.words) && a.words[p.a+p.n].hash == b.words[p.b+p.n].hash {
			p.n++
		}
		endA, endB = p.a+p.n, p.b+p.n
		out = append(out, p)
	}
	return out
}

// conflicts returns the number of facts between two blocks that conflict: each text has
// facts there that the other does not have. Facts in only one of the texts are additions.
// Long gaps are different paragraphs and are not compared.
func conflicts(a, b *Text, before, after block) int {
	gapA, gapB := a.words[before.a+before.n:after.a], b.words[before.b+before.n:after.b]
	if len(gapA) > maxGap || len(gapB) > maxGap {
		return 0
	}
	return min(missingFacts(gapA, gapB), missingFacts(gapB, gapA))
}

// missingFacts returns the number of facts of a that are not in b.
func missingFacts(a, b []word) (n int) {
	for _, w := range a {
		if !w.fact {
			continue
		}
		found := false
		for _, other := range b {
			found = found || other.hash == w.hash
		}
		if !found {
			n++
		}
	}
	return n
}
