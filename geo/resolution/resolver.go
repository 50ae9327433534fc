package resolution

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"newsmap/geo"
	"newsmap/geo/gazetteer"
	"newsmap/geo/gazetteer/masthead"
	"newsmap/geo/text"

	"github.com/paulmach/orb"
)

// Gazetteer is the gazetteer that resolution needs; *gazetteer.Index is one.
type Gazetteer interface {
	geo.Gazetteer
	// Outlet returns the outlet of a host name, and whether it is known.
	Outlet(domain string) (gazetteer.Outlet, bool)
	// Nearest returns the populated place nearest to p (lon, lat in degrees) within maxKM
	// kilometres, and whether there is one.
	Nearest(p orb.Point, maxKM float64) (geo.Place, bool)
	// Summary returns what the gazetteer has for a name by folded equality alone.
	Summary(name string) gazetteer.Summary
}

// Resolver chooses places for toponyms. It is safe for concurrent use if its
// gazetteer is.
type Resolver struct {
	gazetteer Gazetteer
	model     *Model
	focus     *FocusModel
	least     float64
	homes     *masthead.Finder
}

var _ geo.Resolver = (*Resolver)(nil)

// Option configures a Resolver.
type Option func(*Resolver)

// WithModel makes the Resolver use m instead of the embedded weights.
func WithModel(m *Model) Option { return func(r *Resolver) { r.model = m } }

// WithFocusModel makes the Resolver choose the focus by m instead of the embedded weights.
func WithFocusModel(m *FocusModel) Option { return func(r *Resolver) { r.focus = m } }

// WithLeastConfidence sets the confidence, 0..1, below which the Resolver
// abstains.
func WithLeastConfidence(c float64) Option { return func(r *Resolver) { r.least = c } }

const (
	// jointRounds is how often the choice is repeated given the other choices; more rounds
	// change almost nothing.
	jointRounds = 3
	// leastConfidence is the default of WithLeastConfidence.
	leastConfidence = 0.2
	// maxShown bounds the candidates of a Resolution.
	maxShown = 5
)

// New returns a Resolver over g with the embedded weights. The error says what in them is
// malformed.
func New(g Gazetteer, options ...Option) (*Resolver, error) {
	r := &Resolver{gazetteer: g, least: leastConfidence, homes: masthead.NewFinder(g)}
	for _, option := range options {
		option(r)
	}
	if r.model == nil {
		m, err := ReadModel(strings.NewReader(defaultWeights))
		if err != nil {
			return nil, err
		}
		r.model = m
	}
	if r.focus == nil {
		m, err := ReadFocusModel(strings.NewReader(defaultFocusWeights))
		if err != nil {
			return nil, err
		}
		r.focus = m
	}
	return r, nil
}

// Resolve chooses a place for each of the toponyms of doc, and the role of each place. It
// returns the error of ctx, or one that wraps geo.ErrInvalid for a toponym that is outside its
// field.
func (r *Resolver) Resolve(ctx context.Context, doc *geo.Document, toponyms []geo.Toponym) (*geo.Result, error) {
	result, home, err := r.resolve(ctx, doc, toponyms)
	if err != nil {
		return nil, err
	}
	assignRoles(doc, result, home, r.focus)
	return result, nil
}

// resolve chooses the places and returns the outlet's home; it assigns no roles.
func (r *Resolver) resolve(ctx context.Context, doc *geo.Document, toponyms []geo.Toponym) (*geo.Result, *home, error) {
	mentions, err := mentionsOf(doc, toponyms)
	if err != nil {
		return nil, nil, err
	}
	s := r.scene(doc, mentions)
	for round := range jointRounds {
		if err := ctx.Err(); err != nil {
			return nil, nil, fmt.Errorf("resolve: %w", err)
		}
		s.weigh(r.model, round)
	}
	s.weighGuesses()
	s.home.guesses, s.home.probs = s.guesses, s.homes(nil)
	result := &geo.Result{Resolutions: make([]geo.Resolution, len(mentions))}
	for _, m := range mentions {
		result.Resolutions[m.index] = r.resolution(s, m)
	}
	return result, &s.home, nil
}

// mentionsOf returns the toponyms with the text around them.
func mentionsOf(doc *geo.Document, toponyms []geo.Toponym) ([]*mention, error) {
	out := make([]*mention, 0, len(toponyms))
	for _, field := range [...]geo.Field{geo.FieldTitle, geo.FieldText} {
		text := doc.Text
		if field == geo.FieldTitle {
			text = doc.Title
		}
		var in []*mention
		for i := range toponyms {
			if toponyms[i].Field == field {
				in = append(in, &mention{toponym: toponyms[i], index: i})
			}
		}
		slices.SortStableFunc(in, func(a, b *mention) int { return a.toponym.Start - b.toponym.Start })
		if err := cutContext(text, in); err != nil {
			return nil, err
		}
		out = append(out, in...)
	}
	return out, nil
}

// cutContext reads text only once, because offsets count code points.
func cutContext(content string, mentions []*mention) error {
	pos, runes := 0, 0
	for _, m := range mentions {
		t := &m.toponym
		if t.Start < runes {
			// Toponyms that overlap: count from the start again.
			pos, runes = 0, 0
		}
		start := text.Advance(content, pos, t.Start-runes)
		end := text.Advance(content, start, t.End-t.Start)
		if start < 0 || end < 0 || t.End <= t.Start {
			return geo.Invalid("toponym", "span %d..%d is outside the %s", t.Start, t.End, t.Field)
		}
		pos, runes = start, t.Start
		m.before = content[max(0, start-nearBy):start]
		m.after = content[end:min(len(content), end+nearBy)]
		m.weight = weightOf(t)
	}
	return nil
}

// weightOf returns how much a mention counts. One in the title counts more, and one that is
// doubtful counts less.
func weightOf(t *geo.Toponym) float64 {
	w := 1.0
	if t.Confidence > 0 {
		w = t.Confidence
	}
	if t.Field == geo.FieldTitle {
		w *= 1.5
	}
	return w
}

func (r *Resolver) scene(doc *geo.Document, mentions []*mention) *scene {
	g := grouper{gazetteer: r.gazetteer, groups: map[string]*group{}, names: map[string][]geo.Candidate{}}
	var named []*mention
	for _, m := range mentions {
		if m.toponym.Kind != geo.KindCoordinate {
			named = append(named, m)
		}
	}
	g.gather(named)
	s := &scene{groups: g.order, context: heaviest(g.order)}
	o, listed := r.gazetteer.Outlet(doc.Domain)
	if listed && doc.Domain != "" && o.Scope != "world" {
		s.home = home{known: true, country: o.Country, admin1: o.Admin1, townID: o.HomeID}
		if o.Home != "" {
			s.home.local = o.Scope != "national"
			s.home.at = vectorOf(geo.Candidate{Place: geo.Place{Point: o.Point}})
		}
	}
	if !s.home.known {
		if code := masthead.CountryOf(doc.Domain); code != "" {
			s.home = home{known: true, country: code}
		}
	}
	if !listed {
		s.guesses = r.guesses(doc.Domain, doc.Outlet)
	}
	return s
}

// weigh sets the probability of every candidate given the round before.
func (s *scene) weigh(m *Model, round int) {
	if round > 0 {
		s.count()
	}
	next := make([][]float64, len(s.groups))
	var vectors []signalVector
	for i, g := range s.groups {
		vectors = s.signals(g, round > 0, vectors)
		next[i] = make([]float64, len(vectors))
		for k := range vectors {
			next[i][k] = m.score(round, &vectors[k])
		}
		softmax(next[i])
		g.confine(next[i])
	}
	for i, g := range s.groups {
		g.probs = next[i]
		g.likely = g.likely[:0]
		for k, p := range g.probs {
			if p >= 0.05 {
				g.likely = append(g.likely, k)
			}
		}
	}
}

// unstated is the factor for the probability of a candidate that is elsewhere than the text
// states.
const unstated = 0.02

// confine moves probability to the candidates in the country or division that the text names
// directly after the name, if there are any.
func (g *group) confine(probs []float64) {
	if !g.firm || g.inside == nil {
		return
	}
	held := make([]bool, len(g.candidates))
	any := false
	for k := range g.candidates {
		held[k] = heldByDivision(g.inside, &g.candidates[k].Place)
		any = any || held[k]
	}
	if !any {
		return
	}
	var sum float64
	for k := range probs {
		if !held[k] {
			probs[k] *= unstated
		}
		sum += probs[k]
	}
	for k := range probs {
		probs[k] /= sum
	}
}

// heldByDivision reports whether a country or first-level division among the candidates of
// outer contains inner.
func heldByDivision(outer *group, inner *geo.Place) bool {
	for k := range outer.candidates[:min(len(outer.candidates), 40)] {
		p := &outer.candidates[k].Place
		if gazetteer.ClassOf(p.FeatureCode).Has(gazetteer.ClassCountry|gazetteer.ClassAdmin1) && contains(p, inner) {
			return true
		}
	}
	return false
}

func (r *Resolver) resolution(s *scene, m *mention) geo.Resolution {
	res := geo.Resolution{Toponym: m.toponym}
	if m.toponym.Kind == geo.KindCoordinate {
		r.locate(&res)
		return res
	}
	g := m.group
	order := g.ranked()
	for _, k := range order[:min(len(order), maxShown)] {
		c := g.candidates[k]
		c.Score = g.probs[k]
		res.Candidates = append(res.Candidates, c)
	}
	if len(order) == 0 {
		return res
	}
	best := order[0]
	confidence := g.confidence(best) * min(1, max(m.toponym.Confidence, 0.3))
	if m.toponym.Confidence == 0 {
		confidence = g.confidence(best)
	}
	if confidence < r.least {
		return res
	}
	place := g.candidates[best].Place
	res.Place, res.Confidence = &place, confidence
	res.Reasons = s.reasons(g, best)
	return res
}

// ranked returns the indexes of the candidates: the chosen one, then the others by
// probability. The candidate whose neighbourhood has the greatest probability wins: a town,
// the county of the same name and the region around it support each other against a namesake
// far away.
func (g *group) ranked() []int {
	order := make([]int, len(g.candidates))
	best := 0
	for i := range order {
		order[i] = i
		if g.nearby(i) > g.nearby(best) {
			best = i
		}
	}
	for k, p := range g.probs {
		if p > g.probs[best] && g.vectors[k].km(g.vectors[best]) < nearbyKM {
			best = k
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		if (a == best) != (b == best) {
			return 1 - 2*bit(a == best)
		}
		return cmp.Compare(g.probs[b], g.probs[a])
	})
	return order
}

// nearbyKM is the distance within which two places of one name make no difference on a map, in kilometres.
const nearbyKM = 50

// nearby returns the probability of candidate i and of all candidates near it.
func (g *group) nearby(i int) float64 {
	var sum float64
	for k, p := range g.probs {
		if k == i || g.vectors[k].km(g.vectors[i]) < nearbyKM {
			sum += p
		}
	}
	return sum
}

// confidence returns the probability that the place is right, or so near the right one that it
// makes no difference on a map: a town and the county of the same name share their
// probability.
func (g *group) confidence(best int) float64 {
	sum := g.nearby(best)
	switch g.candidates[best].Match {
	case geo.MatchEdit:
		sum *= 0.5
	case geo.MatchTolerant:
		sum *= 0.8
	}
	return min(1, sum)
}

// locate makes a place of coordinates that the text gives.
func (r *Resolver) locate(res *geo.Resolution) {
	at := res.Toponym.Coordinate
	if at == nil {
		return
	}
	place := geo.Place{
		ID:   fmt.Sprintf("point:%.5f,%.5f", at.Lat, at.Lon),
		Name: res.Toponym.Text, Point: at.Point(),
	}
	if near, ok := r.gazetteer.Nearest(at.Point(), 30); ok {
		place.Country, place.CountryName = near.Country, near.CountryName
		place.Admin1Code, place.Admin1, place.Admin2 = near.Admin1Code, near.Admin1, near.Admin2
	}
	res.Place, res.Confidence = &place, res.Toponym.Confidence
	res.Reasons = []geo.Reason{geo.NewReason(geo.ReasonCoordinates)}
}

// maxReasons is how many reasons a resolution has at most.
const maxReasons = 4

// reasons says why candidate i was chosen.
func (s *scene) reasons(g *group, i int) []geo.Reason {
	fs := s.signals(g, true, nil)
	f, place := &fs[i], &g.candidates[i].Place
	var out []geo.Reason
	add := func(applies bool, code geo.ReasonCode, params ...string) {
		if applies && len(out) < maxReasons {
			out = append(out, geo.NewReason(code, params...))
		}
	}
	if g.inside != nil {
		add(f[signalInside] > 0, geo.ReasonNamedBeside, "name", g.inside.mentions[0].toponym.Text)
	}
	add(f[signalHolds] > 0, geo.ReasonContainsOther)
	add(f[signalHomeTown] > 0, geo.ReasonOutletHome)
	add(f[signalHomeTown] == 0 && f[signalHomeNear] > 0.3, geo.ReasonNearOutletHome)
	add(f[signalGuessNear] > 0.3, geo.ReasonNearOutletName)
	add(f[signalAdmin1Most] > 0, geo.ReasonMostNamed, "name", place.Admin1)
	add(f[signalAdmin1Most] == 0 && f[signalCountryMost] > 0, geo.ReasonMostNamed, "name", place.CountryName, "country", place.Country)
	add(f[signalNear100] > 0.4, geo.ReasonNearOthers)
	add(f[signalAbbreviation] > 0, geo.ReasonAbbreviation)
	add(g.demonym, geo.ReasonDemonym)
	add(f[signalHintRight] > 0, geo.ReasonContext)
	add(len(g.candidates) == 1, geo.ReasonOnlyCandidate)
	add(len(out) == 0 && f[signalTop] > 0, geo.ReasonBestKnown)
	return out
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}
