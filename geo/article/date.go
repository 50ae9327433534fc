package article

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"newsmap/geo"
)

// ParseDate reads a point in time as pages and feeds write it. Beyond the formats of
// geo.ParseDate it reads months and weekdays in two dozen languages ("Jeudi 16 mai 2024 à
// 8h30", "16. Mai 2024, 08.30 Uhr", "16 de mayo de 2024"), numbers with the day first and dots
// ("16.05.2024"), with the year first, or in the only possible order ("05/16/2024"), and
// "2024年5月16日". Text that is not part of a date is an error. Without a known zone, the time is
// UTC. The error wraps geo.ErrInvalid and names "date".
func ParseDate(s string) (time.Time, error) {
	t, err := geo.ParseDate(s)
	if err == nil {
		return t, nil
	}
	const longest = 120
	if len(s) <= longest && utf8.ValidString(s) {
		if t, ok := parseWritten(s); ok {
			return t, nil
		}
	}
	return time.Time{}, err
}

var (
	yearFirst   = regexp.MustCompile(`\b(\d{4})([-/.])(\d{1,2})([-/.])(\d{1,2})\b`)
	yearLast    = regexp.MustCompile(`\b(\d{1,2}) ?([-/.]) ?(\d{1,2}) ?([-/.]) ?(\d{4})\b`)
	eastern     = regexp.MustCompile(`(\d{4}) ?[年년] ?(\d{1,2}) ?[月월] ?(\d{1,2}) ?[日일]?`)
	dayMonth    = regexp.MustCompile(`\b(\d{1,2})(?:st|nd|rd|th|er|e|º|ª|°|\.|-)? ?(?:de |of |d')?[-/]?(\pL{3,12})\.?,?(?: de| del)?[ /-]'?(\d{4}|\d{2})\b`)
	monthDay    = regexp.MustCompile(`(\pL{3,12})\.? (\d{1,2})(?:st|nd|rd|th|º|°|\.)?,? (?:de )?(\d{4})\b`)
	hungarian   = regexp.MustCompile(`\b(\d{4})\. (\pL{3,12}) (\d{1,2})\b`)
	clockTime   = regexp.MustCompile(`\b(\d{1,2}) ?(?::|h|\.|時|时|點|点|시) ?(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?(?: ?(?:分|분))?(?: ?([ap])\.? ?m\b\.?)?`)
	hourAlone   = regexp.MustCompile(`\b(\d{1,2}) ?([ap])\.? ?m\b\.?`)
	zoneOffset  = regexp.MustCompile(`(?:\b(?:utc|gmt) ?)?([+-])(\d{1,2}):?(\d{2})?$`)
	zoneName    = regexp.MustCompile(`\b([a-z]{1,5})$`)
	zoneAhead   = regexp.MustCompile(`^([a-z]{2,5})\b`)
	inBrackets  = regexp.MustCompile(`\([^)]{0,30}\)`)
	writtenWord = regexp.MustCompile(`[\pL']+`)
)

// parseWritten reads the day, then the time of day, then the zone; the rest must be words that
// belong to dates.
func parseWritten(s string) (time.Time, bool) {
	s = foldDate(inBrackets.ReplaceAllString(s, " "))
	day, rest, ok := cutDay(s)
	if !ok {
		return time.Time{}, false
	}
	clock, before, after, ok := cutClock(rest)
	if !ok {
		return time.Time{}, false
	}
	offset, after := cutZone(after)
	rest = before + " " + after
	for _, word := range writtenWord.FindAllString(rest, -1) {
		if !dateWords[word] {
			return time.Time{}, false
		}
	}
	if strings.ContainsFunc(rest, unicode.IsDigit) {
		return time.Time{}, false
	}
	return day.Add(clock - offset), true
}

// foldDate returns s with lower-case plain letters, ASCII digits and single spaces.
func foldDate(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case r >= '٠' && r <= '٩':
			return r - '٠' + '0'
		case r >= '۰' && r <= '۹':
			return r - '۰' + '0'
		case r == '’' || r == '`':
			return '\''
		case r == '−':
			return '-'
		case r == 'ı':
			return 'i'
		case r == 'ł':
			return 'l'
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(s))
	return strings.Join(strings.Fields(norm.NFC.String(s)), " ")
}

// cutDay finds the day, and returns the text around it.
func cutDay(s string) (day time.Time, rest string, ok bool) {
	for _, form := range []struct {
		re   *regexp.Regexp
		read func(m []string) (y, mo, d string)
	}{
		{eastern, func(m []string) (string, string, string) { return m[1], m[2], m[3] }},
		{yearFirst, func(m []string) (string, string, string) { return m[1], m[3], sameMark(m[2], m[4], m[5]) }},
		{yearLast, dayFirst},
		{dayMonth, func(m []string) (string, string, string) { return fullYear(m[3]), months[m[2]], m[1] }},
		{monthDay, func(m []string) (string, string, string) { return m[3], months[m[1]], m[2] }},
		{hungarian, func(m []string) (string, string, string) { return m[1], months[m[2]], m[3] }},
	} {
		at := form.re.FindStringSubmatchIndex(s)
		if at == nil {
			continue
		}
		m := form.re.FindStringSubmatch(s)
		y, mo, d := form.read(m)
		if day, ok = dayOf(y, mo, d); ok {
			return day, s[:at[0]] + " " + s[at[1]:], true
		}
	}
	return day, s, false
}

func sameMark(a, b, day string) string {
	if a != b {
		return ""
	}
	return day
}

// dayFirst reads "16.05.2024", and with other separators what has only one reading.
func dayFirst(m []string) (y, mo, d string) {
	a, b := number(m[1]), number(m[3])
	switch {
	case m[2] != m[4]:
		return "", "", ""
	case m[2] == "." || a > 12 || a == b:
		return m[5], m[3], m[1]
	case b > 12:
		return m[5], m[1], m[3]
	}
	return "", "", ""
}

// fullYear adds the century to a year of two digits, as RFC 2822 does.
func fullYear(s string) string {
	switch {
	case len(s) != 2:
		return s
	case s < "50":
		return "20" + s
	}
	return "19" + s
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return -1
	}
	return n
}

func dayOf(y, mo, d string) (time.Time, bool) {
	year, month, day := number(y), number(mo), number(d)
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return t, year >= 1000 && month >= 1 && month <= 12 && day >= 1 && t.Day() == day
}

// cutClock finds the time of day. If there is none, it is midnight, and all text is before it.
func cutClock(s string) (clock time.Duration, before, after string, ok bool) {
	m, at := clockTime.FindStringSubmatch(s), clockTime.FindStringIndex(s)
	if m == nil {
		if m, at = hourAlone.FindStringSubmatch(s), hourAlone.FindStringIndex(s); m == nil {
			return 0, s, "", true
		}
		m = []string{m[0], m[1], "0", "0", m[2]}
	}
	hour, minute, second := number(m[1]), number(m[2]), max(number(m[3]), 0)
	if m[4] != "" {
		if hour < 1 || hour > 12 {
			return 0, s, "", false
		}
		if hour %= 12; m[4] == "p" {
			hour += 12
		}
	}
	if hour > 24 || minute > 59 || second > 60 || hour == 24 && minute+second > 0 {
		return 0, s, "", false
	}
	clock = time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute + time.Duration(second)*time.Second
	return clock, s[:at[0]], s[at[1]:], true
}

// cutZone cuts the zone from the text after a time of day: from its end or its beginning.
func cutZone(s string) (offset time.Duration, rest string) {
	s = strings.TrimRight(strings.TrimSpace(s), " .,;|-–—")
	if m := zoneOffset.FindStringSubmatch(s); m != nil {
		offset = time.Duration(number(m[2]))*time.Hour + time.Duration(max(number(m[3]), 0))*time.Minute
		if m[1] == "-" {
			offset = -offset
		}
		if max(offset, -offset) <= 15*time.Hour {
			return offset, strings.TrimSuffix(s, m[0])
		}
		return 0, s
	}
	for _, form := range []*regexp.Regexp{zoneName, zoneAhead} {
		at := form.FindStringSubmatchIndex(s)
		if at == nil {
			continue
		}
		if minutes, known := zones[s[at[2]:at[3]]]; known {
			return time.Duration(minutes) * time.Minute, s[:at[0]] + s[at[1]:]
		}
	}
	return 0, s
}

// zones are the offsets of abbreviations in minutes east of Greenwich. Ambiguous ones count as
// UTC: an error of some hours is better than no date.
var zones = map[string]int{
	"z":    0,
	"ut":   0,
	"utc":  0,
	"gmt":  0,
	"wet":  0,
	"west": 60,
	"bst":  60,
	"cet":  60,
	"cest": 120,
	"mez":  60,
	"mesz": 120,
	"eet":  120,
	"eest": 180,
	"msk":  180,
	"sast": 120,
	"eat":  180,
	"wat":  60,
	"est":  -300,
	"edt":  -240,
	"et":   -300,
	"cst":  -360,
	"cdt":  -300,
	"ct":   -360,
	"mst":  -420,
	"mdt":  -360,
	"mt":   -420,
	"pst":  -480,
	"pdt":  -420,
	"pt":   -480,
	"akst": -540,
	"akdt": -480,
	"hst":  -600,
	"brt":  -180,
	"clt":  -240,
	"pkt":  300,
	"wib":  420,
	"ict":  420,
	"sgt":  480,
	"hkt":  480,
	"pht":  480,
	"awst": 480,
	"jst":  540,
	"kst":  540,
	"acst": 570,
	"aest": 600,
	"aedt": 660,
	"nzst": 720,
	"nzdt": 780,
	"ist":  0,
	"ast":  0,
	"gst":  0,
}

// months maps folded names and abbreviations to numbers.
var months = monthNames()

func monthNames() map[string]string {
	// One line for each month: English, German, French, Spanish, Portuguese, Italian,
	// Dutch, Nordic, Polish, Czech, Hungarian, Romanian, Turkish, Indonesian,
	// Catalan, Croatian, Greek, Russian, Ukrainian, Bulgarian.
	lines := [12]string{
		"january jan januar jänner jaenner janvier janv enero ene janeiro gennaio gen januari tammikuuta tammikuu stycznia styczeń sty ledna " +
			"leden januára január ianuarie ian ocak oca gener siječnja ιανουαρίου ιαν января янв січня януари",
		"february feb februar feber février fevrier févr fevr fév febrero fevereiro fev febbraio februari helmikuuta helmikuu lutego luty lut " +
			"února únor februára február februarie şubat şub febrer veljače φεβρουαρίου φεβ февраля фев лютого февруари",
		"march mar märz maerz mrz mars marzo março maart mrt marts maaliskuuta maaliskuu marca marzec března březen március márc martie mart " +
			"maret març ožujka μαρτίου μαρ марта мар березня март",
		"april apr avril avr abril abr aprile huhtikuuta huhtikuu kwietnia kwiecień kwi dubna duben apríla április ápr aprilie nisan nis travnja " +
			"απριλίου απρ апреля апр квітня април",
		"may mai mayo maio mag maggio mei maj toukokuuta toukokuu maja května květen mája május máj mayıs mayis maig svibnja μαΐου μαϊου μαι мая май травня",
		"june jun juni juin junio junho jun giugno giu kesäkuuta kesäkuu czerwca czerwiec cze června červen júna június jún iunie iun haziran haz " +
			"juny lipnja ιουνίου ιουν июня июн червня юни",
		"july jul juli juillet juil julio julho luglio lug heinäkuuta heinäkuu lipca lipiec lip července červenec júla július júl iulie iul " +
			"temmuz tem juliol srpnja ιουλίου ιουλ июля июл липня юли",
		"august aug août aout agosto ago augustus agustus elokuuta elokuu sierpnia sierpień sie srpna srpen augusta augusztus ağustos ağu agost " +
			"kolovoza αυγούστου αυγ августа авг серпня август",
		"september sep sept septembre septiembre setiembre setembro set settembre syyskuuta syyskuu września wrzesień wrz září septembra " +
			"szeptember szept septembrie eylül eyl setembre rujna σεπτεμβρίου σεπ сентября сен вересня септември",
		"october oct oktober okt octobre octubre outubro out ottobre ott lokakuuta lokakuu października październik paź října říjen októbra " +
			"október octombrie ekim eki οκτωβρίου οκτ октября окт жовтня октомври",
		"november nov novembre noviembre novembro marraskuuta marraskuu listopada listopad lis listopadu novembra noiembrie kasım kas studenoga " +
			"νοεμβρίου νοε ноября ноя листопада ноември",
		"december dec dezember dez décembre déc diciembre dic dezembro dicembre desember des joulukuuta joulukuu grudnia grudzień gru prosince " +
			"prosinec decembra decembrie aralık ara desembre prosinca δεκεμβρίου δεκ декабря дек грудня декември",
	}
	m := map[string]string{}
	for i, names := range lines {
		for _, name := range strings.Fields(names) {
			m[foldDate(name)] = strconv.Itoa(i + 1)
		}
	}
	return m
}

// dateWords are words that belong to dates: weekdays, and words before a time.
var dateWords = wordsOfDates()

func wordsOfDates() map[string]bool {
	m := map[string]bool{}
	for _, word := range strings.Fields(`
		monday mon tuesday tue tues wednesday wed weds thursday thu thur thurs friday fri saturday sat sunday sun
		montag mo dienstag di mittwoch mi donnerstag do freitag fr samstag sa sonnabend sonntag so
		lundi lun mardi mar mercredi mer jeudi jeu vendredi ven samedi sam dimanche dim
		lunes martes mié miércoles jue jueves vie viernes sáb sábado dom domingo
		segunda terça quarta quinta sexta feira seg ter qua qui sex
		lunedì martedì mercoledì gio giovedì venerdì sabato domenica
		maandag dinsdag woensdag donderdag vrijdag zaterdag zondag ma wo vr za zo
		måndag tisdag onsdag torsdag fredag lördag söndag mandag tirsdag lørdag søndag maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai
		poniedziałek wtorek środa czwartek piątek sobota niedziela pondělí úterý středa čtvrtek pátek neděle hétfő kedd szerda csütörtök péntek szombat vasárnap
		luni marți miercuri joi vineri sâmbătă duminică pazartesi salı çarşamba perşembe cuma cumartesi pazar senin selasa rabu kamis jumat sabtu minggu
		понедельник вторник среда четверг пятница суббота воскресенье пн вт ср чт пт сб вс понеділок вівторок середа четвер пʼятниця субота неділя
		δευτέρα τρίτη τετάρτη πέμπτη παρασκευή σάββατο κυριακή
		at on the um uhr h hs hrs hr à a às as las les le el la il lo der den dem am of de del da do em alle ore o ora om uur kl klo kello w dnia ` +
		`godz v ve saat pukul г года году в год р року о от od
		clock heures heure horas hora pm eastern central pacific time local ist`) {
		m[foldDate(word)] = true
	}
	return m
}
