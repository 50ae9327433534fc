package similarity_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// report is a generated or real story.
type report struct {
	title      string
	paragraphs []string
}

func (r report) text() string { return strings.Join(r.paragraphs, "\n\n") }

// generator generates stories from a fixed vocabulary. The same seed generates the same
// stories.
type generator struct{ *rand.Rand }

func newGenerator(seed uint64) *generator { return &generator{rand.New(rand.NewPCG(seed, 7))} }

func (g *generator) pick(list []string) string { return list[g.IntN(len(list))] }

// oneOf picks one of the strings separated by "|".
func (g *generator) oneOf(list string) string { return g.pick(strings.Split(list, "|")) }

var (
	towns = strings.Fields(
		"Ashford Bellmare Corvane Dunholt Eastwick Farrowdale Glenmoor Harlan Isby Jessup Kelso Larkspur Millbrook Norwood Oakhurst Penrith " +
			"Quarry Redfield Selby Tarrant Upton Verona Westbrook Yarrow Zelton Brindle Castor Delmont Elkhorn Foxborough Grantham Hollis Ironton " +
			"Juneau Kirkwood Lowell Marion Nantwich Orrin Pelham Rowan Stanton Trenton Ulster Vance Wexford",
	)
	firsts = strings.Fields(
		"Alice Brian Carla Daniel Elena Frank Grace Hassan Irene James Karen Luis Maria Nadia Omar Paula Quentin Rosa Samuel Tara Ulrich Vera " +
			"Walter Ximena Yusuf Zoe Arthur Beatrice Cyrus Diana Edgar Fatima",
	)
	lasts = strings.Fields(
		"Abbott Barros Castellano Dietrich Ellison Farouk Gallagher Hendricks Ivanova Jimenez Kowalski Lindqvist Moreau Nakamura Okafor Petersen " +
			"Quigley Rosales Schneider Thornton Underhill Villanueva Whitaker Yamada Zimmerman Achebe Bianchi Costa Dempsey Engel Forsyth Goldberg Haddad",
	)
	offices = strings.Split(
		"county commissioner|fire chief|police spokeswoman|school superintendent|deputy mayor|state senator|hospital director|harbour master|"+
			"union leader|district attorney|health officer|transport minister|opposition leader|water board chairman|emergency coordinator|company "+
			"spokesman|court clerk|agriculture secretary|park ranger|professor of economics",
		"|",
	)
	subjects = strings.Split(
		"the council|a federal judge|investigators|residents of the valley|the utility|engineers|hundreds of volunteers|the ministry|lawmakers|a "+
			"group of farmers|the airline|prosecutors|teachers at three schools|the rescue service|environmental groups|the bank|officials from two "+
			"agencies|the port authority|striking workers|an independent panel|doctors|the coast guard|small business owners|the electoral "+
			"commission|archaeologists|the rail operator|neighbours|a spokesman for the family|the regulator|inspectors",
		"|",
	)
	verbs = strings.Split(
		"approved|rejected|postponed|questioned|welcomed|criticised|opened|suspended|reviewed|defended|inspected|promised|demanded|abandoned|"+
			"restored|documented|challenged|expanded|blocked|supported|measured|described|warned against|pushed for|agreed to",
		"|",
	)
	objects = strings.Split(
		"a plan to widen the northern bypass|the emergency water supply|new rules for short-term rentals|the closure of the old mill|a proposal "+
			"for cheaper bus fares|repairs to the damaged levee|the release of bodycam footage|an appeal over the zoning decision|the evacuation of "+
			"the lower town|subsidies for wheat growers|a tax on empty houses|the merger of the two clinics|a search of the riverbank|the reopening "+
			"of the border crossing|tests on the drinking water|the sale of the historic theatre|a ban on heavy lorries|a settlement with former "+
			"employees|the audit of campaign accounts|a study of the failing bridge|demolition of the stadium's west stand|compensation for flooded "+
			"homes|the recall of faulty heaters|night flights over the suburbs|longer opening hours at the shelter",
		"|",
	)
	reasons = strings.Split(
		"after weeks of heavy rain|because costs had doubled since spring|despite protests outside the hall|following a two-year inquiry|as the "+
			"deadline approached|while talks with the unions went on|amid fears of further landslides|even though the budget was already stretched|"+
			"in a vote that split the largest party|under pressure from insurers|as temperatures climbed above seasonal norms|when a second crack "+
			"was discovered|in spite of warnings from experts|before the start of the tourist season|since no other bidder had come forward|once the "+
			"fire had been contained|as part of a wider reform|without giving further details|for the third time this year|on the advice of its lawyers",
		"|",
	)
	times = strings.Split(
		"on Monday|on Tuesday|on Wednesday|on Thursday|on Friday|over the weekend|late last night|early in the morning|last month|this week|in "+
			"March|in September|two days later|by noon|at a crowded meeting|in a written statement",
		"|",
	)
	scenery = strings.Split(
		"Traffic was backed up for miles along the coastal road.|Schools in the area stayed closed for a second day.|A candle burned in the "+
			"window of the bakery across the square.|The smell of smoke still hung over the orchards.|Shops on the main street put up their shutters "+
			"early.|Crews worked through the night with portable lamps.|The river had never been that high in living memory.|Children drew pictures "+
			"for the firefighters and taped them to the door.|An old loudspeaker repeated the announcement every ten minutes.|Fog made it hard to "+
			"see the far bank.|Several families slept in their cars.|The market opened an hour late and sold out of bottled water.|Power was "+
			"restored to most homes by evening.|Dogs could be heard barking behind the cordon.|Reporters were kept behind a tape at the gate.",
		"|",
	)
	stock = strings.Split(
		"The investigation is continuing.|No one was injured.|The cause was not immediately known.|Calls to the office were not returned.|A "+
			"decision is expected later this year.|The company declined to comment.",
		"|",
	)
	utterings = strings.Split(
		"We did everything that could be done with the people we had|Nobody told us what would happen to our homes|This is a good day for the "+
			"whole region|There will be consequences for those who signed these papers|I have never seen anything like it in thirty years|The "+
			"numbers simply do not add up|We are asking everyone to stay away from the banks|It was a mistake and we will put it right|They listened "+
			"to us for the first time|The work has to begin before the winter|Our members cannot live on promises|What matters now is that the "+
			"children are safe|The law leaves us no choice in the matter|We will rebuild every single house|Trust once lost is very hard to win back",
		"|",
	)
)

func (g *generator) person() string { return g.pick(firsts) + " " + g.pick(lasts) }

func (g *generator) number() string {
	switch g.IntN(4) {
	case 0:
		return fmt.Sprint(2 + g.IntN(8))
	case 1:
		return fmt.Sprintf("%d,%03d", 1+g.IntN(80), g.IntN(1000))
	case 2:
		return fmt.Sprintf("%d percent", 3+g.IntN(90))
	}
	return fmt.Sprint(10 + g.IntN(900))
}

// sentence generates a sentence of a random form.
func (g *generator) sentence() string {
	name, office := g.pick(lasts), g.pick(offices)
	clause := g.pick(subjects) + " " + g.pick(verbs) + " " + g.pick(objects)
	switch g.IntN(9) {
	case 0:
		return capital(clause) + " " + g.pick(reasons) + "."
	case 1:
		return capital(g.pick(reasons)) + ", " + clause + " " + g.pick(times) + "."
	case 2:
		return capital(clause) + ", " + name + " said " + g.pick(times) + "."
	case 3:
		return "In " + g.pick(towns) + ", " + clause + ", and " + g.pick(subjects) + " " + g.pick(verbs) + " " + g.pick(objects) + "."
	case 4:
		return "The " + office + ", " + g.person() + ", " + g.pick(verbs) + " " + g.pick(objects) + " " + g.pick(reasons) + "."
	case 5:
		return "“" + g.pick(utterings) + " " + g.pick(reasons) + ",” said " + g.person() + ", a " + office + " in " + g.pick(towns) + "."
	case 6:
		return "About " + g.number() + " people were affected when " + clause + " " + g.pick(times) + "."
	case 7:
		return g.pick(scenery)
	}
	return "It would cost " + g.number() + " a year, " + g.oneOf(
		"according to|by the reckoning of|said",
	) + " " + g.person() + ", who " + g.pick(
		verbs,
	) + " " + g.pick(
		objects,
	) + "."
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// story generates a story with the given number of paragraphs.
func (g *generator) story(paragraphs int) report {
	town := g.pick(towns)
	who, object := capital(g.pick(subjects)), g.pick(objects)
	r := report{title: who + g.oneOf(" move on | act on | speak of | in dispute over | at odds over ") + object + g.oneOf("| in "+town+"|, "+town+" hears")}
	lead := who + " in " + town + " " + g.pick(verbs) + " " + object + " " + g.pick(times) + ", " + g.pick(reasons) + "."
	r.paragraphs = append(r.paragraphs, strings.ToUpper(town)+" (AP) — "+lead)
	for range paragraphs - 1 {
		p := g.sentence()
		for g.IntN(5) < 2 {
			p += " " + g.sentence()
		}
		if g.IntN(8) == 0 {
			p += " " + g.pick(stock)
		}
		r.paragraphs = append(r.paragraphs, p)
	}
	return r
}

// event is an event that several writers report.
type event struct {
	town, what, chief, witness, dead, hurt, day, said, statement string
}

func (g *generator) event() event {
	return event{
		town: g.pick(
			towns,
		),
		what: g.oneOf(
			"an explosion at a paint factory|a collision of two ferries|the collapse of a parking garage|a fire in a night market|a landslide above " +
				"the old quarry|the derailment of a freight train",
		),
		chief:     g.person(),
		witness:   g.person(),
		dead:      fmt.Sprint(2 + g.IntN(40)),
		hurt:      fmt.Sprint(50 + g.IntN(300)),
		day:       g.oneOf("Monday|Tuesday|Thursday|Saturday"),
		said:      g.pick(utterings),
		statement: g.statement(),
	}
}

// statement generates a statement of an office, which all writers quote.
func (g *generator) statement() string {
	return "“" + g.pick(
		utterings,
	) + ". " + g.pick(
		utterings,
	) + " " + g.pick(
		reasons,
	) + ". We will work with all who are concerned, and " + g.pick(
		subjects,
	) + " " + g.pick(
		verbs,
	) + " " + g.pick(
		objects,
	) + ". " + g.pick(
		utterings,
	) + ",”"
}

// write generates a report of an event. All reports of an event have the same facts and
// quotations, but different words, order and background.
func (g *generator) write(e event) report {
	facts := []string{
		g.choose(
			"At least "+e.dead+" people died and "+e.hurt+" were hurt in "+e.what+" in "+e.town+" on "+e.day+".",
			e.town+" is in mourning after "+e.what+" took "+e.dead+" lives on "+e.day+" and sent "+e.hurt+" to hospital.",
			capital(
				e.what,
			)+" has left "+e.dead+" dead in "+e.town+", with "+e.hurt+" more injured, on what "+g.pick(
				subjects,
			)+" called the worst "+e.day+" in memory.",
		),
		g.choose(
			"“"+e.said+",” said "+e.witness+", who saw it.",
			e.witness+" was there when it happened. “"+e.said+",” the witness recalled.",
			"For "+e.witness+", who lives nearby, it was plain: “"+e.said+".”",
		),
		g.choose(
			"Rescue efforts are led by "+e.chief+", the "+g.pick(offices)+".",
			e.chief+" took charge of the rescue within the hour.",
			"It fell to "+e.chief+" to tell the families what had happened.",
		),
		g.choose(
			e.statement+" the government said in a statement.",
			"In a statement the authorities said: "+e.statement,
			e.statement+" read a note sent to newsrooms.",
		),
	}
	g.Shuffle(3, func(i, j int) { facts[i+1], facts[j+1] = facts[j+1], facts[i+1] })
	r := report{
		title:      g.choose(capital(e.what)+" kills "+e.dead+" in "+e.town, e.dead+" dead in "+e.town+" after "+e.what, e.town+" mourns after "+e.what),
		paragraphs: []string{strings.ToUpper(e.town) + " — " + facts[0]},
	}
	for _, f := range facts[1:] {
		for range 1 + g.IntN(3) {
			r.paragraphs = append(r.paragraphs, g.sentence()+" "+g.sentence())
		}
		r.paragraphs = append(r.paragraphs, f)
	}
	for range g.IntN(5) {
		r.paragraphs = append(r.paragraphs, g.sentence())
	}
	return r
}

func (g *generator) choose(list ...string) string { return g.pick(list) }

// templates generate stories that differ only in names and numbers.
var templates = map[string]func(g *generator) report{
	"weather": func(g *generator) report {
		t, low, high := g.pick(towns), 20+g.IntN(30), 55+g.IntN(40)
		return report{
			"Weather forecast for " + t,
			[]string{
				fmt.Sprintf(
					"Here is the forecast for %s and the surrounding area from the weather service. Skies will be %s in the morning with a high near %d and a low around %d.",
					t,
					g.oneOf("clear|cloudy|overcast|partly sunny"),
					high,
					low,
				),
				fmt.Sprintf(
					"Winds will come from the %s at %d to %d miles an hour, with gusts as high as %d. The chance of rain is %d percent.",
					g.oneOf("north|south|east|west"),
					3+g.IntN(9),
					12+g.IntN(9),
					20+g.IntN(20),
					10*g.IntN(10),
				),
				fmt.Sprintf(
					"Tonight expect %s skies and temperatures falling to %d by midnight. The sun will set at %d:%02d p.m. and rise at %d:%02d a.m.",
					g.oneOf("clear|cloudy"),
					low+2,
					5+g.IntN(4),
					g.IntN(60),
					5+g.IntN(3),
					g.IntN(60),
				),
				fmt.Sprintf(
					"Looking ahead to %s, the outlook is for highs near %d. Drivers should allow extra time, and people with allergies should keep their windows closed.",
					g.oneOf("Saturday|Sunday|Monday"),
					high-4+g.IntN(9),
				),
			},
		}
	},
	"obituary": func(g *generator) report {
		name, t := g.person(), g.pick(towns)
		return report{
			name + ", " + fmt.Sprint(60+g.IntN(38)) + ", of " + t,
			[]string{
				fmt.Sprintf(
					"%s, %d, of %s, died %s, %s %d, at %s Memorial Hospital surrounded by family.",
					name,
					60+g.IntN(38),
					t,
					g.oneOf("Monday|Tuesday|Friday|Sunday"),
					g.oneOf("January|March|April|October"),
					1+g.IntN(28),
					g.pick(towns),
				),
				fmt.Sprintf(
					"Born in %s to the late %s and %s, %s worked for %d years at the %s plant and was a member of St. %s Church.",
					g.pick(towns),
					g.person(),
					g.person(),
					strings.Fields(name)[0],
					10+g.IntN(30),
					g.pick(towns),
					g.pick(firsts),
				),
				fmt.Sprintf(
					"Survivors include a spouse, %s; %d children; and %d grandchildren. A brother, %s, died earlier.",
					g.person(),
					1+g.IntN(6),
					2+g.IntN(14),
					g.person(),
				),
				fmt.Sprintf(
					"Visitation will be from %d to %d p.m. %s at the %s Funeral Home. Services will be at %d a.m. the following day with burial in %s "+
						"Cemetery. Memorials may be made to the hospice of choice.",
					1+g.IntN(3),
					5+g.IntN(4),
					g.oneOf("Wednesday|Thursday|Saturday"),
					g.pick(lasts),
					9+g.IntN(3),
					g.pick(towns),
				),
			},
		}
	},
	"earthquake": func(g *generator) report {
		t, m := g.pick(towns), fmt.Sprintf("%d.%d", 3+g.IntN(4), g.IntN(10))
		return report{
			"Magnitude " + m + " earthquake near " + t,
			[]string{
				fmt.Sprintf(
					"A magnitude %s earthquake struck %d kilometers %s of %s on %s, the Geological Survey said.",
					m,
					4+g.IntN(90),
					g.oneOf("north|southwest|east|northwest"),
					t,
					g.oneOf("Monday|Wednesday|Friday"),
				),
				fmt.Sprintf(
					"The quake was recorded at %d:%02d %s local time at a depth of %d.%d kilometers. There were no immediate reports of damage or injuries.",
					1+g.IntN(12),
					g.IntN(60),
					g.oneOf("a.m.|p.m."),
					2+g.IntN(60),
					g.IntN(10),
				),
				fmt.Sprintf(
					"In the past ten days there have been %d earthquakes of magnitude 3.0 or greater centered nearby. An average of %d such earthquakes "+
						"occur each year in the region, according to a three-year data sample.",
					g.IntN(20),
					20+g.IntN(200),
				),
				"Did you feel this earthquake? Consider reporting what you felt to the survey. This story was written by an algorithm and reviewed by an editor.",
			},
		}
	},
	"match": func(g *generator) report {
		a, b, star := g.pick(towns), g.pick(towns), g.person()
		p, q := 40+g.IntN(60), 40+g.IntN(60)
		return report{
			fmt.Sprintf("%s %d, %s %d", a, p, b, q),
			[]string{
				fmt.Sprintf(
					"%s scored %d points and grabbed %d rebounds as %s defeated %s %d-%d on %s night.",
					star,
					10+g.IntN(30),
					2+g.IntN(15),
					a,
					b,
					p,
					q,
					g.oneOf("Tuesday|Friday|Saturday"),
				),
				fmt.Sprintf(
					"%s added %d points and %s had %d for the winners, who shot %d percent from the floor. %s led at halftime %d-%d.",
					g.person(),
					5+g.IntN(20),
					g.person(),
					5+g.IntN(15),
					30+g.IntN(30),
					g.choose(a, b),
					20+g.IntN(20),
					20+g.IntN(20),
				),
				fmt.Sprintf(
					"%s led the losing side with %d points and %d assists. The teams meet again on %s %d in %s.",
					g.person(),
					10+g.IntN(20),
					2+g.IntN(10),
					g.oneOf("January|February"),
					1+g.IntN(28),
					g.pick(towns),
				),
			},
		}
	},
	"market": func(g *generator) report {
		return report{
			"Stocks close " + g.oneOf("higher|lower|mixed"),
			[]string{
				fmt.Sprintf(
					"The main index %s %d points, or 0.%d percent, to close at %d,%03d on %s.",
					g.oneOf("rose|fell|gained|lost"),
					10+g.IntN(300),
					1+g.IntN(9),
					10+g.IntN(20),
					g.IntN(1000),
					g.oneOf("Monday|Tuesday|Friday"),
				),
				fmt.Sprintf(
					"Shares of %s Holdings %s %d percent, and %s Industries was the day's biggest loser at %d.%02d. Volume was %d million shares.",
					g.pick(lasts),
					g.oneOf("jumped|slid"),
					2+g.IntN(12),
					g.pick(lasts),
					3+g.IntN(90),
					g.IntN(100),
					100+g.IntN(800),
				),
				fmt.Sprintf(
					"The currency traded at %d.%02d against the dollar and the yield on the ten-year bond stood at %d.%02d percent. Crude oil settled at "+
						"%d.%02d a barrel and gold at %d an ounce.",
					1+g.IntN(3),
					g.IntN(100),
					1+g.IntN(5),
					g.IntN(100),
					40+g.IntN(50),
					g.IntN(100),
					1200+g.IntN(900),
				),
			},
		}
	},
	"table": func(g *generator) report {
		r := report{title: g.oneOf("Northern|Southern|Coastal") + " league standings"}
		for range 14 {
			r.paragraphs = append(
				r.paragraphs,
				fmt.Sprintf("%s %d %d %d %d-%d %d", g.pick(towns), g.IntN(30), g.IntN(15), g.IntN(10), g.IntN(70), g.IntN(70), g.IntN(90)),
			)
		}
		return r
	},
	"police log": func(g *generator) report {
		r := report{title: g.pick(towns) + " police log"}
		for range 8 {
			r.paragraphs = append(
				r.paragraphs,
				fmt.Sprintf(
					"%d:%02d %s Officers responded to a report of %s in the %d block of %s Street. %s, %d, was %s.",
					1+g.IntN(12),
					g.IntN(60),
					g.oneOf("a.m.|p.m."),
					g.oneOf("a noise complaint|a stolen bicycle|a suspicious vehicle|a minor crash"),
					100*(1+g.IntN(40)),
					g.pick(lasts),
					g.person(),
					18+g.IntN(60),
					g.oneOf("cited and released|warned|taken to the county jail"),
				),
			)
		}
		return r
	},
}

// notices are texts that sites show instead of a story, or below every story.
var notices = []string{
	"You have reached your limit of free articles for this month. To continue reading, please subscribe or log in to your account. Your " +
		"subscription supports local journalism and gives you unlimited access to all stories, newsletters and the daily electronic edition on " +
		"every device you own. Already a subscriber? Sign in here. Questions about your account can be sent to the customer service desk at any time.",
	"We value your privacy. We and our partners store or access information on devices and process personal data such as unique identifiers " +
		"for personalised advertising and content, measurement and audience insights. You can click to consent to the processing described above, " +
		"or review more detailed information and change your preferences before consenting. Some processing may not require your consent, but you " +
		"have a right to object.",
}
