package resolution

import (
	"math"
	"math/rand/v2"

	"newsmap/geo"
)

// Example is a document with its toponyms and where they are.
type Example struct {
	Document *geo.Document
	Toponyms []geo.Toponym
	// Points has the point of each toponym (lon, lat in degrees), or nil if it is unknown. It
	// is as long as Toponyms.
	Points []*geo.Coordinate
	// IDs has the place id of each toponym, or "" if it is unknown. It is as long as Toponyms.
	IDs []string
}

// nearKM is the distance from the annotated point within which a candidate is right, in kilometres.
const nearKM = 161

// lesson is a group as training sees it: the signals of its candidates, and which are right.
type lesson struct {
	signals []signalVector
	right   []float64 // sums to 1
	weight  float64
}

// Train fits the weights by listwise logistic regression: it maximises the probability of the
// right candidates of each group. Each document is used in three copies: as it is, as if its
// outlet were not listed, and without its outlet, so that the outlet's home remains a prior.
// The weights of the later rounds are fitted to the result of a first round by a model that
// was trained without the document. The same examples in the same order give the same weights.
// Signals of the groups named in leftOut ([SignalGroups]) get no weight. The error names an
// unknown group, or a toponym outside its text.
func Train(r *Resolver, examples []Example, leftOut ...string) (*Model, error) {
	masked, err := without(leftOut)
	if err != nil {
		return nil, err
	}
	var scenes []*scene
	var golds []map[*group]gold
	for _, ex := range examples {
		for copied := range copies {
			doc, r := r.withheld(ex.Document, copied)
			mentions, err := mentionsOf(doc, ex.Toponyms)
			if err != nil {
				return nil, err
			}
			scenes = append(scenes, r.scene(doc, mentions))
			golds = append(golds, goldOf(ex, mentions))
		}
	}
	m := &Model{}
	const parts = 3
	part := func(i int) int { return i / copies % parts }
	for held := range parts {
		var in []lesson
		for i, s := range scenes {
			if part(i) != held {
				in = appendLessons(in, s, golds[i], false)
			}
		}
		first := &Model{}
		first.rounds[0] = fit(in, &masked)
		for i, s := range scenes {
			if part(i) == held {
				s.weigh(first, 0)
			}
		}
	}
	for round := range m.rounds {
		var in []lesson
		for i, s := range scenes {
			if round > 0 {
				s.count()
			}
			in = appendLessons(in, s, golds[i], round > 0)
		}
		m.rounds[round] = fit(in, &masked)
	}
	return m, nil
}

// copies is how often training uses a document: as it is, as if no table listed its outlet,
// and without its outlet.
const copies = 3

// withheld returns the document and the resolver for one of the copies.
func (r *Resolver) withheld(doc *geo.Document, copied int) (*geo.Document, *Resolver) {
	switch copied {
	case 1:
		return doc, r.withoutOutlets()
	case 2:
		bare := *doc
		bare.Domain, bare.Outlet = "", ""
		return &bare, r
	}
	return doc, r
}

// gold is where a group is.
type gold struct {
	point  geo.Coordinate
	id     string
	weight float64
}

// goldOf returns for each group the point of most of its mentions.
func goldOf(ex Example, mentions []*mention) map[*group]gold {
	counts := map[*group]map[geo.Coordinate]int{}
	out := map[*group]gold{}
	for _, m := range mentions {
		if m.group == nil || ex.Points[m.index] == nil {
			continue
		}
		at := *ex.Points[m.index]
		if counts[m.group] == nil {
			counts[m.group] = map[geo.Coordinate]int{}
		}
		counts[m.group][at]++
		if have := out[m.group]; counts[m.group][at] > counts[m.group][have.point] || have.weight == 0 {
			out[m.group] = gold{point: at, id: ex.IDs[m.index], weight: 1}
		}
	}
	for g, v := range out {
		v.weight = math.Sqrt(float64(len(g.mentions)))
		out[g] = v
	}
	return out
}

func appendLessons(in []lesson, s *scene, golds map[*group]gold, context bool) []lesson {
	for _, g := range s.groups {
		at, ok := golds[g]
		if !ok || len(g.candidates) < 2 {
			continue
		}
		right := make([]float64, len(g.candidates))
		var sum float64
		for k := range g.candidates {
			place := &g.candidates[k].Place
			km := geo.DistanceKM(place.Point, at.point.Point())
			switch {
			case at.id != "" && place.ID == at.id:
				right[k] = 1
			case km <= 10:
				right[k] = 0.7
			case km <= nearKM:
				right[k] = 0.3
			}
			sum += right[k]
		}
		if sum == 0 {
			continue
		}
		for k := range right {
			right[k] /= sum
		}
		in = append(in, lesson{signals: s.signals(g, context, nil), right: right, weight: at.weight})
	}
	return in
}

const (
	epochs      = 60
	rate        = 0.1
	penalty     = 1e-3
	trainingKey = 20190220
)

// expected is the initial weights, which regularisation also draws to: signals that do not
// occur in the examples keep them.
var expected = map[signalID]float64{
	signalHomeCountry: 0.5, signalForeign: -0.5, signalHomeAdmin1: 1, signalHomeNear: 2, signalHomeTown: 2,
	signalGuessCountry: 0.5, signalGuessForeign: -0.5, signalGuessAdmin1: 1, signalGuessNear: 2, signalGuessTown: 2,
	signalTolerant: -1, signalEdit: -2, signalInside: 1.5, signalNotInside: -1.5,
}

// fit fits the weights by AdaGrad (Duchi, Hazan and Singer, JMLR 2011).
func fit(in []lesson, masked *[signalCount]bool) [signalCount]float64 {
	var weights, sums, total [signalCount]float64
	for id, w := range expected {
		weights[id] = w
	}
	for id, on := range masked {
		if on {
			weights[id] = 0
		}
	}
	prior := weights
	rng := rand.New(rand.NewPCG(trainingKey, 2))
	order := rng.Perm(len(in))
	for epoch := range epochs {
		rng.Shuffle(len(order), func(a, b int) { order[a], order[b] = order[b], order[a] })
		for _, i := range order {
			learn(&in[i], &prior, masked, &weights, &sums)
		}
		if epoch >= epochs/2 {
			for k := range total {
				total[k] += weights[k] / (epochs - epochs/2)
			}
		}
	}
	for k := range total {
		total[k] = math.Round(total[k]*1e4) / 1e4
	}
	return total
}

func learn(l *lesson, prior *[signalCount]float64, masked *[signalCount]bool, weights, sums *[signalCount]float64) {
	m := Model{}
	m.rounds[0] = *weights
	scores := make([]float64, len(l.signals))
	for k := range l.signals {
		scores[k] = m.score(0, &l.signals[k])
	}
	softmax(scores)
	// Several candidates may be right, such as a town and its county: only the sum of their
	// probabilities counts.
	target := make([]float64, len(scores))
	var sum float64
	for k := range scores {
		target[k] = l.right[k] * (scores[k] + 1e-6)
		sum += target[k]
	}
	var gradient [signalCount]float64
	for k := range l.signals {
		d := (scores[k] - target[k]/sum) * l.weight
		for i, v := range l.signals[k] {
			gradient[i] += d * float64(v)
		}
	}
	for i, g := range gradient {
		if masked[i] {
			continue
		}
		g += penalty * (weights[i] - prior[i])
		sums[i] += g * g
		if sums[i] > 0 {
			weights[i] -= rate * g / math.Sqrt(sums[i]+1e-8)
		}
	}
}
