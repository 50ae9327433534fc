package wildweb

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// The words of the stories. There are enough of them, with names and numbers, that no two
// stories are similar by chance.
var (
	towns = []string{
		"Suva, Fiji", "Quito, Ecuador", "Lagos, Nigeria", "Tampere, Finland", "Izmir, Turkey", "Kobe, Japan", "Lyon, France",
		"Rosario, Argentina", "Kumasi, Ghana", "Davao, Philippines", "Bergen, Norway", "Porto, Portugal", "Gdansk, Poland",
		"Kharkiv, Ukraine", "Aleppo, Syria", "Mosul, Iraq", "Kandahar, Afghanistan", "Multan, Pakistan", "Chittagong, Bangladesh",
		"Medan, Indonesia", "Hobart, Australia", "Dunedin, New Zealand", "Tucson, Arizona", "Omaha, Nebraska", "Halifax, Canada",
		"Merida, Mexico", "Cali, Colombia", "Recife, Brazil", "Arequipa, Peru", "Oran, Algeria", "Sfax, Tunisia", "Mombasa, Kenya",
		"Beira, Mozambique", "Bulawayo, Zimbabwe", "Durban, South Africa", "Dresden, Germany", "Brno, Czech Republic",
		"Cluj-Napoca, Romania", "Patras, Greece", "Shiraz, Iran",
	}
	actors = []string{
		"The mayor", "A spokeswoman for the port", "The fire brigade", "The chief of the water board", "A group of farmers",
		"The union of teachers", "The river authority", "A judge", "The museum's keeper", "A team of divers", "The bus company",
		"Two engineers", "The bishop", "A committee of parents", "The head of the hospital", "Volunteers", "The energy minister",
		"A retired pilot", "The chamber of commerce", "The police chief", "Residents of the old quarter", "A ship's captain",
		"The football club", "The head of the market", "A professor of geology", "The railway", "Fishermen", "The opposition",
		"A court clerk", "The meteorological service",
	}
	deeds = []string{
		"opened a shelter for", "asked the council about", "counted the damage to", "closed the road to", "promised money for",
		"drew up a plan for", "warned of cracks in", "found old coins under", "sued the builder of", "sent boats to",
		"measured the noise near", "cut the ribbon at", "stopped work on", "voted for repairs of", "lost track of", "pumped water out of",
		"praised the crew of", "cancelled the feast at", "restored power to", "set a new date for", "checked the brakes of",
		"painted the walls of", "searched the cellar of", "moved the archive from", "planted poplars around", "held a vigil at",
		"weighed the cargo of", "raised the rent of", "wrote a song about", "bought back",
	}
	things = []string{
		"the northern bridge", "the grain silo", "the ferry terminal", "the town library", "the bus depot", "the lighthouse", "the brewery",
		"the school for nurses", "the dam above the valley", "the cotton mill", "the customs house", "the botanical garden",
		"the cathedral roof", "the tram line", "the prison farm", "the tannery", "the stadium", "the fish market", "the observatory",
		"the gas works", "the canal locks", "the printing house", "the salt pans", "the airfield", "the orphanage", "the vineyard terraces",
		"the radio mast", "the slate quarry", "the flood wall", "the post office",
	}
	reasons = []string{
		"after a night of heavy rain", "because the budget had run out", "despite three warnings", "while hundreds looked on",
		"before the dry season", "as prices of copper rose", "under an agreement of last spring", "in spite of the strike",
		"when the fog had lifted", "so that the harvest could go on", "although nobody had been hurt", "with the help of the army",
		"at the wish of the neighbours", "until the inquiry ends", "for the second time this year", "without waiting for the court",
		"to the surprise of its owners", "as soon as the tide turned", "only hours after the vote", "since the old pipes had burst",
	}
	// tails are last sentences with letters that some encodings do not have.
	tails = map[string]string{
		"windows-1252": "L’été prochain, les élèves de Besançon paieront 12 € – à peine.",
		"iso-8859-1":   "L'été prochain, les élèves de Besançon paieront à peine.",
		"windows-1251": "Жители района просили закрыть старый мост до весны.",
		"koi8-r":       "Жители района просили закрыть старый мост до весны.",
		"shift_jis":    "住民は春まで古い橋を閉鎖するよう求めた。",
		"gbk":          "居民要求在春天之前关闭旧桥。",
		"big5":         "居民要求在春天之前關閉舊橋。",
		"euc-kr":       "주민들은 봄까지 낡은 다리를 폐쇄해 달라고 요청했다.",
		"iso-8859-2":   "Mieszkańcy chcą, żeby most był zamknięty do wiosny.",
		"utf-16":       "Ærø, Łódź, Žilina, Σύρος.",
		"utf-8":        "Ærø, Łódź, Žilina, Σύρος, 東京.",
	}
)

func pick(r *rand.Rand, list []string) string { return list[r.IntN(len(list))] }

// surname returns an invented name.
func surname(r *rand.Rand) string {
	const from, middle, end = "BDFGKLMNPRSTVZ", "aeiou", "lmnrstvk"
	var b strings.Builder
	b.WriteByte(from[r.IntN(len(from))])
	for range 2 + r.IntN(2) {
		b.WriteByte(middle[r.IntN(len(middle))])
		b.WriteByte(end[r.IntN(len(end))])
	}
	return b.String()
}

func sentence(r *rand.Rand) string {
	switch r.IntN(4) {
	case 0:
		return fmt.Sprintf("%s %s %s %s.", pick(r, actors), pick(r, deeds), pick(r, things), pick(r, reasons))
	case 1:
		return fmt.Sprintf("%s %s said that %s would cost %d thousand, %s.", surname(r), surname(r), pick(r, things), 10+r.IntN(990), pick(r, reasons))
	case 2:
		return fmt.Sprintf("About %d people from %s saw how %s %s %s.",
			20+r.IntN(9_000), surname(r)+" Street", lower(pick(r, actors)), pick(r, deeds), pick(r, things))
	}
	return fmt.Sprintf("“We had %d calls about %s within an hour,” said %s, %s.", 3+r.IntN(400), pick(r, things), surname(r), pick(r, reasons))
}

func lower(s string) string { return strings.ToLower(s[:1]) + s[1:] }

// headline returns a unique title.
func headline(r *rand.Rand, town string) string {
	name, _, _ := strings.Cut(town, ",")
	return fmt.Sprintf("%s %s %s in %s", surname(r), pick(r, deeds), pick(r, things), name)
}

// paragraphs returns the text of an article of about 1,500 to 2,500 bytes.
func paragraphs(r *rand.Rand, town string) []string {
	out := []string{fmt.Sprintf("%s — %s It happened in %s on the %s.",
		strings.ToUpper(strings.Split(town, ",")[0]), sentence(r), town, []string{"first", "third", "tenth", "last"}[r.IntN(4)]+" day of the month")}
	for range 4 + r.IntN(2) {
		var p []string
		for range 3 + r.IntN(2) {
			p = append(p, sentence(r))
		}
		out = append(out, strings.Join(p, " "))
	}
	return out
}
