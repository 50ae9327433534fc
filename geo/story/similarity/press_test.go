package similarity_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// report is a made story.
type report struct {
	title      string
	paragraphs []string
}

func (r report) text() string { return strings.Join(r.paragraphs, "\n\n") }

// desk writes stories out of vocabulary of its own. The same seed writes the same.
type desk struct{ *rand.Rand }

func newDesk(seed uint64) *desk { return &desk{rand.New(rand.NewPCG(seed, 7))} }

func (d *desk) pick(list []string) string { return list[d.IntN(len(list))] }

// of picks from words separated by a bar.
func (d *desk) of(list string) string { return d.pick(strings.Split(list, "|")) }

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

func (d *desk) person() string { return d.pick(firsts) + " " + d.pick(lasts) }

func (d *desk) number() string {
	switch d.IntN(4) {
	case 0:
		return fmt.Sprint(2 + d.IntN(8))
	case 1:
		return fmt.Sprintf("%d,%03d", 1+d.IntN(80), d.IntN(1000))
	case 2:
		return fmt.Sprintf("%d percent", 3+d.IntN(90))
	}
	return fmt.Sprint(10 + d.IntN(900))
}

// sentence makes one of many forms.
func (d *desk) sentence() string {
	name, office := d.pick(lasts), d.pick(offices)
	clause := d.pick(subjects) + " " + d.pick(verbs) + " " + d.pick(objects)
	switch d.IntN(9) {
	case 0:
		return capital(clause) + " " + d.pick(reasons) + "."
	case 1:
		return capital(d.pick(reasons)) + ", " + clause + " " + d.pick(times) + "."
	case 2:
		return capital(clause) + ", " + name + " said " + d.pick(times) + "."
	case 3:
		return "In " + d.pick(towns) + ", " + clause + ", and " + d.pick(subjects) + " " + d.pick(verbs) + " " + d.pick(objects) + "."
	case 4:
		return "The " + office + ", " + d.person() + ", " + d.pick(verbs) + " " + d.pick(objects) + " " + d.pick(reasons) + "."
	case 5:
		return "“" + d.pick(utterings) + " " + d.pick(reasons) + ",” said " + d.person() + ", a " + office + " in " + d.pick(towns) + "."
	case 6:
		return "About " + d.number() + " people were affected when " + clause + " " + d.pick(times) + "."
	case 7:
		return d.pick(scenery)
	}
	return "It would cost " + d.number() + " a year, " + d.of(
		"according to|by the reckoning of|said",
	) + " " + d.person() + ", who " + d.pick(
		verbs,
	) + " " + d.pick(
		objects,
	) + "."
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// story writes a story of some paragraphs.
func (d *desk) story(paragraphs int) report {
	town := d.pick(towns)
	who, object := capital(d.pick(subjects)), d.pick(objects)
	r := report{title: who + d.of(" move on | act on | speak of | in dispute over | at odds over ") + object + d.of("| in "+town+"|, "+town+" hears")}
	lede := who + " in " + town + " " + d.pick(verbs) + " " + object + " " + d.pick(times) + ", " + d.pick(reasons) + "."
	r.paragraphs = append(r.paragraphs, strings.ToUpper(town)+" (AP) — "+lede)
	for range paragraphs - 1 {
		p := d.sentence()
		for d.IntN(5) < 2 {
			p += " " + d.sentence()
		}
		if d.IntN(8) == 0 {
			p += " " + d.pick(stock)
		}
		r.paragraphs = append(r.paragraphs, p)
	}
	return r
}

// event is what several writers tell of.
type event struct {
	town, what, chief, witness, dead, hurt, day, said, statement string
}

func (d *desk) event() event {
	return event{
		town: d.pick(
			towns,
		),
		what: d.of(
			"an explosion at a paint factory|a collision of two ferries|the collapse of a parking garage|a fire in a night market|a landslide above " +
				"the old quarry|the derailment of a freight train",
		),
		chief:     d.person(),
		witness:   d.person(),
		dead:      fmt.Sprint(2 + d.IntN(40)),
		hurt:      fmt.Sprint(50 + d.IntN(300)),
		day:       d.of("Monday|Tuesday|Thursday|Saturday"),
		said:      d.pick(utterings),
		statement: d.statement(),
	}
}

// statement is what an office hands out, and all print.
func (d *desk) statement() string {
	return "“" + d.pick(
		utterings,
	) + ". " + d.pick(
		utterings,
	) + " " + d.pick(
		reasons,
	) + ". We will work with all who are concerned, and " + d.pick(
		subjects,
	) + " " + d.pick(
		verbs,
	) + " " + d.pick(
		objects,
	) + ". " + d.pick(
		utterings,
	) + ",”"
}

// tell writes of an event as one writer would: the same facts and quotations, other
// words, another order and other background.
func (d *desk) tell(e event) report {
	facts := []string{
		d.choose(
			"At least "+e.dead+" people died and "+e.hurt+" were hurt in "+e.what+" in "+e.town+" on "+e.day+".",
			e.town+" is in mourning after "+e.what+" took "+e.dead+" lives on "+e.day+" and sent "+e.hurt+" to hospital.",
			capital(
				e.what,
			)+" has left "+e.dead+" dead in "+e.town+", with "+e.hurt+" more injured, on what "+d.pick(
				subjects,
			)+" called the worst "+e.day+" in memory.",
		),
		d.choose(
			"“"+e.said+",” said "+e.witness+", who saw it.",
			e.witness+" was there when it happened. “"+e.said+",” the witness recalled.",
			"For "+e.witness+", who lives nearby, it was plain: “"+e.said+".”",
		),
		d.choose(
			"Rescue efforts are led by "+e.chief+", the "+d.pick(offices)+".",
			e.chief+" took charge of the rescue within the hour.",
			"It fell to "+e.chief+" to tell the families what had happened.",
		),
		d.choose(
			e.statement+" the government said in a statement.",
			"In a statement the authorities said: "+e.statement,
			e.statement+" read a note sent to newsrooms.",
		),
	}
	d.Shuffle(3, func(i, j int) { facts[i+1], facts[j+1] = facts[j+1], facts[i+1] })
	r := report{
		title:      d.choose(capital(e.what)+" kills "+e.dead+" in "+e.town, e.dead+" dead in "+e.town+" after "+e.what, e.town+" mourns after "+e.what),
		paragraphs: []string{strings.ToUpper(e.town) + " — " + facts[0]},
	}
	for _, f := range facts[1:] {
		for range 1 + d.IntN(3) {
			r.paragraphs = append(r.paragraphs, d.sentence()+" "+d.sentence())
		}
		r.paragraphs = append(r.paragraphs, f)
	}
	for range d.IntN(5) {
		r.paragraphs = append(r.paragraphs, d.sentence())
	}
	return r
}

func (d *desk) choose(list ...string) string { return d.pick(list) }

// templates write stories in which all but names and numbers stays the same.
var templates = map[string]func(d *desk) report{
	"weather": func(d *desk) report {
		t, low, high := d.pick(towns), 20+d.IntN(30), 55+d.IntN(40)
		return report{
			"Weather forecast for " + t,
			[]string{
				fmt.Sprintf(
					"Here is the forecast for %s and the surrounding area from the weather service. Skies will be %s in the morning with a high near %d and a low around %d.",
					t,
					d.of("clear|cloudy|overcast|partly sunny"),
					high,
					low,
				),
				fmt.Sprintf(
					"Winds will come from the %s at %d to %d miles an hour, with gusts as high as %d. The chance of rain is %d percent.",
					d.of("north|south|east|west"),
					3+d.IntN(9),
					12+d.IntN(9),
					20+d.IntN(20),
					10*d.IntN(10),
				),
				fmt.Sprintf(
					"Tonight expect %s skies and temperatures falling to %d by midnight. The sun will set at %d:%02d p.m. and rise at %d:%02d a.m.",
					d.of("clear|cloudy"),
					low+2,
					5+d.IntN(4),
					d.IntN(60),
					5+d.IntN(3),
					d.IntN(60),
				),
				fmt.Sprintf(
					"Looking ahead to %s, the outlook is for highs near %d. Drivers should allow extra time, and people with allergies should keep their windows closed.",
					d.of("Saturday|Sunday|Monday"),
					high-4+d.IntN(9),
				),
			},
		}
	},
	"obituary": func(d *desk) report {
		name, t := d.person(), d.pick(towns)
		return report{
			name + ", " + fmt.Sprint(60+d.IntN(38)) + ", of " + t,
			[]string{
				fmt.Sprintf(
					"%s, %d, of %s, died %s, %s %d, at %s Memorial Hospital surrounded by family.",
					name,
					60+d.IntN(38),
					t,
					d.of("Monday|Tuesday|Friday|Sunday"),
					d.of("January|March|April|October"),
					1+d.IntN(28),
					d.pick(towns),
				),
				fmt.Sprintf(
					"Born in %s to the late %s and %s, %s worked for %d years at the %s plant and was a member of St. %s Church.",
					d.pick(towns),
					d.person(),
					d.person(),
					strings.Fields(name)[0],
					10+d.IntN(30),
					d.pick(towns),
					d.pick(firsts),
				),
				fmt.Sprintf(
					"Survivors include a spouse, %s; %d children; and %d grandchildren. A brother, %s, died earlier.",
					d.person(),
					1+d.IntN(6),
					2+d.IntN(14),
					d.person(),
				),
				fmt.Sprintf(
					"Visitation will be from %d to %d p.m. %s at the %s Funeral Home. Services will be at %d a.m. the following day with burial in %s "+
						"Cemetery. Memorials may be made to the hospice of choice.",
					1+d.IntN(3),
					5+d.IntN(4),
					d.of("Wednesday|Thursday|Saturday"),
					d.pick(lasts),
					9+d.IntN(3),
					d.pick(towns),
				),
			},
		}
	},
	"earthquake": func(d *desk) report {
		t, m := d.pick(towns), fmt.Sprintf("%d.%d", 3+d.IntN(4), d.IntN(10))
		return report{
			"Magnitude " + m + " earthquake near " + t,
			[]string{
				fmt.Sprintf(
					"A magnitude %s earthquake struck %d kilometers %s of %s on %s, the Geological Survey said.",
					m,
					4+d.IntN(90),
					d.of("north|southwest|east|northwest"),
					t,
					d.of("Monday|Wednesday|Friday"),
				),
				fmt.Sprintf(
					"The quake was recorded at %d:%02d %s local time at a depth of %d.%d kilometers. There were no immediate reports of damage or injuries.",
					1+d.IntN(12),
					d.IntN(60),
					d.of("a.m.|p.m."),
					2+d.IntN(60),
					d.IntN(10),
				),
				fmt.Sprintf(
					"In the past ten days there have been %d earthquakes of magnitude 3.0 or greater centered nearby. An average of %d such earthquakes "+
						"occur each year in the region, according to a three-year data sample.",
					d.IntN(20),
					20+d.IntN(200),
				),
				"Did you feel this earthquake? Consider reporting what you felt to the survey. This story was written by an algorithm and reviewed by an editor.",
			},
		}
	},
	"match": func(d *desk) report {
		a, b, star := d.pick(towns), d.pick(towns), d.person()
		p, q := 40+d.IntN(60), 40+d.IntN(60)
		return report{
			fmt.Sprintf("%s %d, %s %d", a, p, b, q),
			[]string{
				fmt.Sprintf(
					"%s scored %d points and grabbed %d rebounds as %s defeated %s %d-%d on %s night.",
					star,
					10+d.IntN(30),
					2+d.IntN(15),
					a,
					b,
					p,
					q,
					d.of("Tuesday|Friday|Saturday"),
				),
				fmt.Sprintf(
					"%s added %d points and %s had %d for the winners, who shot %d percent from the floor. %s led at halftime %d-%d.",
					d.person(),
					5+d.IntN(20),
					d.person(),
					5+d.IntN(15),
					30+d.IntN(30),
					d.choose(a, b),
					20+d.IntN(20),
					20+d.IntN(20),
				),
				fmt.Sprintf(
					"%s led the losing side with %d points and %d assists. The teams meet again on %s %d in %s.",
					d.person(),
					10+d.IntN(20),
					2+d.IntN(10),
					d.of("January|February"),
					1+d.IntN(28),
					d.pick(towns),
				),
			},
		}
	},
	"market": func(d *desk) report {
		return report{
			"Stocks close " + d.of("higher|lower|mixed"),
			[]string{
				fmt.Sprintf(
					"The main index %s %d points, or 0.%d percent, to close at %d,%03d on %s.",
					d.of("rose|fell|gained|lost"),
					10+d.IntN(300),
					1+d.IntN(9),
					10+d.IntN(20),
					d.IntN(1000),
					d.of("Monday|Tuesday|Friday"),
				),
				fmt.Sprintf(
					"Shares of %s Holdings %s %d percent, and %s Industries was the day's biggest loser at %d.%02d. Volume was %d million shares.",
					d.pick(lasts),
					d.of("jumped|slid"),
					2+d.IntN(12),
					d.pick(lasts),
					3+d.IntN(90),
					d.IntN(100),
					100+d.IntN(800),
				),
				fmt.Sprintf(
					"The currency traded at %d.%02d against the dollar and the yield on the ten-year bond stood at %d.%02d percent. Crude oil settled at "+
						"%d.%02d a barrel and gold at %d an ounce.",
					1+d.IntN(3),
					d.IntN(100),
					1+d.IntN(5),
					d.IntN(100),
					40+d.IntN(50),
					d.IntN(100),
					1200+d.IntN(900),
				),
			},
		}
	},
	"table": func(d *desk) report {
		r := report{title: d.of("Northern|Southern|Coastal") + " league standings"}
		for range 14 {
			r.paragraphs = append(
				r.paragraphs,
				fmt.Sprintf("%s %d %d %d %d-%d %d", d.pick(towns), d.IntN(30), d.IntN(15), d.IntN(10), d.IntN(70), d.IntN(70), d.IntN(90)),
			)
		}
		return r
	},
	"police log": func(d *desk) report {
		r := report{title: d.pick(towns) + " police log"}
		for range 8 {
			r.paragraphs = append(
				r.paragraphs,
				fmt.Sprintf(
					"%d:%02d %s Officers responded to a report of %s in the %d block of %s Street. %s, %d, was %s.",
					1+d.IntN(12),
					d.IntN(60),
					d.of("a.m.|p.m."),
					d.of("a noise complaint|a stolen bicycle|a suspicious vehicle|a minor crash"),
					100*(1+d.IntN(40)),
					d.pick(lasts),
					d.person(),
					18+d.IntN(60),
					d.of("cited and released|warned|taken to the county jail"),
				),
			)
		}
		return r
	},
}

// notices are what sites put in the place of a story, or below each.
var notices = []string{
	"You have reached your limit of free articles for this month. To continue reading, please subscribe or log in to your account. Your " +
		"subscription supports local journalism and gives you unlimited access to all stories, newsletters and the daily electronic edition on " +
		"every device you own. Already a subscriber? Sign in here. Questions about your account can be sent to the customer service desk at any time.",
	"We value your privacy. We and our partners store or access information on devices and process personal data such as unique identifiers " +
		"for personalised advertising and content, measurement and audience insights. You can click to consent to the processing described above, " +
		"or review more detailed information and change your preferences before consenting. Some processing may not require your consent, but you " +
		"have a right to object.",
}
