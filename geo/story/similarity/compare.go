package similarity

// MinWords is how many words a text must have to be folded with another: fewer
// are a headline or a summary, and many stories share those.
const MinWords = 16

// The least that copies share.
const (
	minShared    = 40  // words; fewer must be all that there is, and be what the titles say
	minCover     = 0.5 // of the shorter text's words
	minNarrative = 0.6 // of the shorter text's words outside quotations
	maxConflict  = 0.1 // of the names and numbers where the texts run side by side
	corrected    = 60  // words that must be shared for one to be taken for a correction
	minAbout     = 0.2 // of the words of each title; see about
	sameTitle    = 0.8 // of the words of both titles
	maxGap       = 12  // words that stand in the place of others
)

// Comparison is what two texts have in common.
type Comparison struct {
	Shared    int     // words in runs that both have, in the same order
	Cover     float64 // share of the shorter text's words that are so
	Narrative float64 // the same of its words outside quotations
	Resembles float64 // share of the longer text's words that are so
	Agreed    int     // names and numbers in what is shared
	Conflicts int     // names and numbers that stand where the other has different ones
	About     float64 // share of the words of a title that the other's text has; the lower of both
}

// Copy tells whether the two texts are the same report.
func (c Comparison) Copy() bool {
	if c.Cover < minCover || c.Narrative < minNarrative || c.About < minAbout {
		return false
	}
	correction := c.Conflicts == 1 && c.Shared >= corrected
	if facts := c.Agreed + c.Conflicts; float64(c.Conflicts) > maxConflict*float64(facts) && !correction {
		return false
	}
	return c.Shared >= minShared || c.Cover == 1 && c.Resembles >= 0.9 && c.About >= 0.5
}

// Compare sets two texts side by side.
func Compare(a, b *Text) Comparison {
	short, long := a, b
	if short.Len() > long.Len() {
		short, long = long, short
	}
	var c Comparison
	if short.Len() < MinWords {
		return c
	}
	c.About = min(about(a, b), about(b, a))
	blocks := align(short, long)
	narrative := 0
	for i, block := range blocks {
		for _, w := range short.words[block.a : block.a+block.n] {
			c.Shared++
			if !w.quoted {
				narrative++
			}
			if w.fact {
				c.Agreed++
			}
		}
		if i > 0 {
			c.Conflicts += conflicts(short, long, blocks[i-1], block)
		}
	}
	unquoted := 0
	for _, w := range short.words {
		if !w.quoted {
			unquoted++
		}
	}
	c.Cover = float64(c.Shared) / float64(short.Len())
	c.Resembles = float64(c.Shared) / float64(long.Len())
	if c.Narrative = c.Cover; unquoted >= MinWords {
		c.Narrative = float64(narrative) / float64(unquoted)
	}
	return c
}

// about is the share of the words of a's title that b's text has, 1 where there are
// too few to tell or the titles are the same. Texts that a site shows for many stories, such
// as a notice that one must subscribe, are about none of them.
func about(a, b *Text) float64 {
	if len(a.title) < 2 {
		return 1
	}
	if both := share(a.title, b.title); both >= sameTitle && share(b.title, a.title) >= sameTitle {
		return 1
	}
	return share(a.title, b.stems())
}

// share is how much of a is in b.
func share(a, b map[uint64]bool) float64 {
	found := 0
	for stem := range a {
		if b[stem] {
			found++
		}
	}
	return float64(found) / float64(max(1, len(a)))
}

// block is a run of n words that the texts share, at a in one and at b in the other.
type block struct{ a, b, n int }

// align finds runs of words that both texts have, in the same order in both: by
// shingles that each has once, as in patience diff, made as long as they go.
func align(a, b *Text) []block {
	once := map[uint64]int{} // place in b, -1 if there are several
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
			pairs = append(pairs, block{i, j, run})
		}
	}
	return join(a, b, longestChain(pairs))
}

// longestChain picks the most pairs that grow in both texts (patience sorting).
func longestChain(pairs []block) []block {
	before := make([]int, len(pairs)) // the pair before each in the best chain that ends with it
	var ends []int                    // by length of chain, the pair with the least place in b
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
		for at, i := len(ends)-1, ends[len(ends)-1]; at >= 0; at, i = at-1, before[i] {
			chain[at] = pairs[i]
		}
	}
	return chain
}

// join makes overlapping pairs one and grows each block over words that are equal.
func join(a, b *Text, chain []block) []block {
	var out []block
	endA, endB := 0, 0
	for _, p := range chain {
		if p.a < endA && p.a-endA == p.b-endB || len(out) > 0 && p.a+p.n <= endA {
			continue // within the block before
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

// conflicts counts the names and numbers between two blocks where each text has
// some that the other has not. What only one text has is an addition, and long
// gaps are other paragraphs.
func conflicts(a, b *Text, before, after block) int {
	gapA, gapB := a.words[before.a+before.n:after.a], b.words[before.b+before.n:after.b]
	if len(gapA) > maxGap || len(gapB) > maxGap {
		return 0
	}
	return min(missing(gapA, gapB), missing(gapB, gapA))
}

// missing counts the facts of a that are not in b.
func missing(a, b []word) (n int) {
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
