package resolution

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"newsmap/geo"
	"newsmap/geo/recognition"
)

const (
	// maxCandidates bounds the candidates of a name; the gazetteer returns the best first.
	maxCandidates = 120
	// maxContext bounds how many groups of a document influence each other.
	maxContext = 24
	// nearBy is how much text around a toponym is examined, in bytes.
	nearBy = 40
)

// mention is a toponym with the text around it.
type mention struct {
	toponym       geo.Toponym
	index         int // in the input
	before, after string
	inside        *group // the group of what the text says contains it: "Texas" for "Paris, Texas"
	group         *group
	weight        float64
	firm          bool // inside is stated by "X, Y", and Y is not part of a list
	county        bool // one of "Clay, Grant and Swift counties"
	soft          bool // inside is only the next name of a list, as in "Mali, Niger and Benin"
}

// group is the toponyms of a document that are assumed to mean one place.
type group struct {
	key        string
	mentions   []*mention
	candidates []geo.Candidate
	vectors    []vector // unit vectors of the candidates' points
	probs      []float64
	likely     []int // candidates whose probability is not negligible
	inside     *group
	firm       bool     // some mention's inside is firm
	soft       bool     // inside is only the next name of a list
	siblings   []*group // groups that are in a list with this one
	holds      []*group // groups that the text says are inside this one
	weight     float64
	title      bool
	dateline   bool
	demonym    bool
	county     bool
	hint       hint
}

// vector is a point on the unit sphere.
type vector [3]float64

func vectorOf(c geo.Candidate) vector {
	const rad = math.Pi / 180
	lon, lat := c.Place.Point[0]*rad, c.Place.Point[1]*rad
	return vector{math.Cos(lat) * math.Cos(lon), math.Cos(lat) * math.Sin(lon), math.Sin(lat)}
}

// km returns the length of the chord between two points: cheap, and within 1 % of the great
// circle below 3,000 km.
func (v vector) km(w vector) float64 {
	dot := v[0]*w[0] + v[1]*w[1] + v[2]*w[2]
	return geo.EarthRadiusKM * math.Sqrt(max(0, 2-2*dot))
}

// grouper puts the toponyms of one document into groups.
type grouper struct {
	gazetteer Gazetteer
	groups    map[string]*group
	order     []*group
	names     map[string][]geo.Candidate
}

func (g *grouper) lookup(name string, demonym bool) []geo.Candidate {
	cs, ok := g.names[name]
	if !ok {
		if long := recognition.ExpandAbbreviations(name); long != name {
			cs = g.gazetteer.Lookup(long, maxCandidates)
		}
		if len(cs) == 0 {
			cs = g.gazetteer.Lookup(name, maxCandidates)
		}
		g.names[name] = cs
	}
	if !demonym {
		return cs
	}
	var adjectives []geo.Candidate
	for _, c := range cs {
		if c.Match == geo.MatchDemonym {
			adjectives = append(adjectives, c)
		}
	}
	return adjectives
}

// gather puts the mentions into groups. A name that the text puts inside two different places
// becomes two groups.
func (g *grouper) gather(mentions []*mention) {
	stated := statedContainers(mentions)
	lists := coordinations(mentions)
	for _, list := range lists {
		for _, m := range list {
			delete(stated, m)
		}
	}
	disputed := disputedNames(stated)
	for _, m := range mentions {
		key := keyOf(m.toponym)
		container := stated[m]
		if container != nil && disputed[key] {
			key += "|" + keyOf(container.toponym)
		}
		g.add(key, m)
	}
	for m, container := range stated {
		m.inside = container.group
		m.firm = firmly(m, container)
	}
	enlist(lists)
	markCounties(mentions)
	for _, grp := range g.order {
		grp.setProperties()
	}
	g.fillFromLonger()
}

func keyOf(t geo.Toponym) string {
	name := strings.ToLower(t.Text)
	// "Brandon's" and "Brandon" are one name; so are "U.S." and "US".
	return strings.ReplaceAll(name, ".", "")
}

func (g *grouper) add(key string, m *mention) {
	grp := g.groups[key]
	if grp == nil {
		grp = &group{key: key, demonym: m.toponym.Kind == geo.KindDemonym}
		grp.candidates = slices.Clone(g.lookup(m.toponym.Text, grp.demonym))
		g.groups[key] = grp
		g.order = append(g.order, grp)
	}
	m.group = grp
	grp.mentions = append(grp.mentions, m)
	grp.weight += m.weight
	grp.title = grp.title || m.toponym.Field == geo.FieldTitle
	grp.dateline = grp.dateline || m.toponym.Kind == geo.KindDateline
}

// setProperties sets the properties of the group from its mentions.
func (g *group) setProperties() {
	for _, m := range g.mentions {
		if m.inside != nil && m.inside != g && g.inside == nil {
			g.inside = m.inside
			g.firm, g.soft = m.firm, m.soft
			if !m.soft {
				m.inside.holds = append(m.inside.holds, g)
			}
		}
		g.hint |= hintOf(m)
		if m.county {
			g.hint |= hintCounty
			g.county = true
		}
	}
}

// fillFromLonger gives "Avoyelles" the candidates of "Avoyelles Parish" if a document has
// both, or if the gazetteer has only the longer name.
func (g *grouper) fillFromLonger() {
	for _, grp := range g.order {
		if grp.demonym || len(grp.mentions) == 0 {
			continue
		}
		name := grp.mentions[0].toponym.Text
		for _, tail := range [...]string{" County", " Parish"} {
			longer := g.groups[strings.ToLower(name+tail)]
			if longer == nil && !grp.county && (len(grp.candidates) > 0 || grp.hint&hintCounty == 0) {
				continue
			}
			factor := 0.5
			if grp.county {
				factor = 1
			}
			grp.addCandidates(g.lookup(name+tail, false), factor)
		}
	}
	for _, grp := range g.order {
		grp.vectors = make([]vector, len(grp.candidates))
		for i, c := range grp.candidates {
			grp.vectors[i] = vectorOf(c)
		}
		grp.probs = make([]float64, len(grp.candidates))
	}
}

func (g *group) addCandidates(more []geo.Candidate, factor float64) {
	for _, c := range more {
		if !slices.ContainsFunc(g.candidates, func(have geo.Candidate) bool { return have.Place.ID == c.Place.ID }) {
			c.Score *= factor
			c.Main = c.Main && factor == 1
			g.candidates = append(g.candidates, c)
		}
	}
}

// markCounties marks the mentions of a list that ends in "counties".
func markCounties(mentions []*mention) {
	for i := len(mentions) - 1; i >= 0; i-- {
		m := mentions[i]
		word, _, _ := strings.Cut(strings.TrimPrefix(m.after, " "), " ")
		switch strings.TrimRight(strings.ToLower(word), ".,;:") {
		case "counties", "parishes":
			m.county = true
		}
		if i+1 == len(mentions) || !mentions[i+1].county || mentions[i+1].toponym.Field != m.toponym.Field {
			continue
		}
		switch between(m, mentions[i+1]) {
		case ",", "and", ", and", "or", "&":
			m.county = true
		}
	}
}

// statedContainers finds neighbouring mentions of the forms "X, Y", "X (Y)" and "X in Y", and
// returns Y for each such X.
func statedContainers(mentions []*mention) map[*mention]*mention {
	stated := map[*mention]*mention{}
	for i := 0; i+1 < len(mentions); i++ {
		a, b := mentions[i], mentions[i+1]
		if a.toponym.Field != b.toponym.Field || b.toponym.Kind == geo.KindDemonym || a.toponym.Kind == geo.KindDemonym {
			continue
		}
		switch between(a, b) {
		case ",", "(", "in", ", in", "in the", ", in the", "/", ", near":
			stated[a] = b
		}
	}
	return stated
}

const (
	// maxList bounds how many names of a list support each other.
	maxList = 12
	// leastList is the minimum number of names in a list. Two names joined by "and" are rarely
	// of the same kind: "Raqqa and Syria".
	leastList = 3
)

// coordinations finds the lists of names: "Mali, Niger and Benin". The last two
// are joined by a conjunction, the others by commas.
func coordinations(mentions []*mention) [][]*mention {
	var out [][]*mention
	for i := 0; i+1 < len(mentions); {
		end, closed := i+1, false
		for end < len(mentions) && end-i < maxList && !closed && enlisted(mentions[end-1]) && enlisted(mentions[end]) &&
			mentions[end-1].toponym.Field == mentions[end].toponym.Field {
			joint := between(mentions[end-1], mentions[end])
			if closed = isConjunction(joint); !closed && joint != "," {
				break
			}
			end++
		}
		if closed && end-i >= leastList {
			out = append(out, mentions[i:end])
			i = end
			continue
		}
		i++
	}
	return out
}

func enlisted(m *mention) bool {
	return m.toponym.Kind != geo.KindDemonym && m.toponym.Kind != geo.KindDateline
}

func isConjunction(joint string) bool {
	switch joint {
	case "and", ", and", "or", ", or", "&", "and the", ", and the", "and in", "or in", "and from":
		return true
	}
	return false
}

// enlist makes the groups of each list siblings. It leaves open whether the second contains
// the first ("in Portland, Maine and Boston").
func enlist(lists [][]*mention) {
	for _, list := range lists {
		for i, m := range list {
			if i+2 < len(list) {
				m.inside, m.soft = list[i+1].group, true
			}
			for _, other := range list {
				if other.group != m.group && !slices.Contains(m.group.siblings, other.group) && len(m.group.siblings) < maxList {
					m.group.siblings = append(m.group.siblings, other.group)
				}
			}
		}
	}
}

// firmly reports whether the text states that m is in the container: "Portland, Maine" and
// "Cambridge (Mass.)" do, but "Mali, Niger and Benin" is a list.
func firmly(m, container *mention) bool {
	switch between(m, container) {
	case ",", "(":
	default:
		return false
	}
	next := strings.ToLower(strings.TrimSpace(container.after))
	for _, more := range [...]string{"and ", "or ", "& ", "to "} {
		if strings.HasPrefix(next, more) {
			return false
		}
	}
	return true
}

// between returns the text between two mentions without surrounding spaces, or "?" if it is
// too long to matter.
func between(a, b *mention) string {
	gap := b.toponym.Start - a.toponym.End
	if gap < 0 || gap > 10 {
		return "?"
	}
	end, n := 0, 0
	for end < len(a.after) && n < gap {
		_, size := utf8.DecodeRuneInString(a.after[end:])
		end += size
		n++
	}
	if n < gap {
		return "?"
	}
	return strings.TrimSpace(a.after[:end])
}

// disputedNames returns the names that the text puts inside different containers.
func disputedNames(stated map[*mention]*mention) map[string]bool {
	first, disputed := map[string]string{}, map[string]bool{}
	for m, container := range stated {
		name, outer := keyOf(m.toponym), keyOf(container.toponym)
		if before, ok := first[name]; ok && before != outer {
			disputed[name] = true
		}
		first[name] = outer
	}
	return disputed
}

// heaviest returns the groups with the greatest weight in the document.
func heaviest(groups []*group) []*group {
	out := slices.Clone(groups)
	out = slices.DeleteFunc(out, func(g *group) bool { return len(g.candidates) == 0 })
	slices.SortStableFunc(out, func(a, b *group) int { return cmp.Compare(b.weight, a.weight) })
	return out[:min(len(out), maxContext)]
}
