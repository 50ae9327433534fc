package handlers

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"newsmap/geo"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
	"golang.org/x/text/message"
	"golang.org/x/text/number"
)

// printer writes numbers in this language, by the digits that browsers use too:
// x/text would write Arabic with others.
func (l *locale) printer() *message.Printer {
	tag, err := l.tag.SetTypeForKey("nu", "latn")
	if err != nil {
		tag = l.tag
	}
	return message.NewPrinter(tag)
}

// percent writes a share of 0..1 as this language does.
func (l *locale) percent(share float64) string {
	return l.printer().Sprint(number.Percent(share))
}

// number writes a number as this language does, with at most so many decimals.
func (l *locale) number(v float64, decimals int) string {
	return l.printer().Sprint(number.Decimal(v, number.MaxFractionDigits(decimals)))
}

// region is the name of a country by its code, or the code.
func (l *locale) region(code string) string {
	region, err := language.ParseRegion(code)
	if code == "" || err != nil {
		return code
	}
	if name := display.Regions(l.tag).Name(region); name != "" {
		return name
	}
	return regionName(code)
}

// country is the name of a place's country, which its code may not tell.
func (l *locale) country(p *geo.Place) string {
	if l.Code != "en" && p.Country != "" {
		return l.region(p.Country)
	}
	return countryName(p)
}

// around says where a place lies: "Idlib, Syria".
func (l *locale) around(p *geo.Place) string {
	var parts []string
	for _, part := range [...]string{p.Admin2, p.Admin1, l.country(p)} {
		if part != "" && part != p.Name && (len(parts) == 0 || parts[len(parts)-1] != part) {
			parts = append(parts, part)
		}
	}
	if p.Precision() == geo.PrecisionCountry && len(parts) > 0 && l.Code == "en" {
		parts = parts[:len(parts)-1] // "Syria, Syria" by another of its names
	}
	return strings.Join(parts, ", ")
}

// kindKeys are the messages that say what a feature code means.
var kindKeys = map[string]string{
	"PPLC": "capital", "PPLA": "seat", "PPLG": "seat", "PPLA2": "seat2", "PPLA3": "seat2", "PPLA4": "seat2", "PPLA5": "seat2", "PPLX": "part",
	"PPLH": "former", "PPLQ": "former", "PPLW": "former", "PPLCH": "former", "ADM1H": "former", "ADM2H": "former", "RGNH": "former", "PCLH": "former",
	"PCLD": "dependency", "TERR": "dependency", "CONT": "continent", "DSRT": "desert", "MTS": "mountains", "MT": "mountain", "PK": "mountain", "VLC": "mountain",
	"PEN": "peninsula", "ISL": "island", "ISLS": "islands", "VAL": "valley", "DLTA": "delta", "PLN": "plain", "PLAT": "plain", "FRST": "forest",
	"OCN": "ocean", "SEA": "sea", "GULF": "gulf", "BAY": "bay", "STRT": "strait", "CHN": "strait", "LK": "lake", "LKS": "lake", "STM": "river", "RSV": "reservoir",
	"CNL": "canal", "AIRP": "airport", "AIRB": "airport",
}

// kindKey is the message that says what a place is.
func kindKey(featureCode string, precision geo.Precision) string {
	if key, ok := kindKeys[featureCode]; ok {
		return "feature." + key
	}
	return "precision." + string(precision)
}

// nameGroup is the names of a place in one language, or in one script where the
// language of each is not known.
type nameGroup struct {
	Label string // of the language or the script, in the page's language
	Lang  string // BCP 47, empty for a script
	Names []string
}

// nameLanguages are the languages in which a country is named, those of the
// pages and the large ones beside them.
var nameLanguages = [...]string{"ar", "bn", "de", "en", "es", "fa", "fr", "he", "hi", "id", "it", "ja", "ko", "pl", "pt", "ru", "sw", "tr", "uk", "ur", "vi", "zh"}

// countryNamesBy names a country in many languages.
func (l *locale) countryNamesBy(code string) []nameGroup {
	region, err := language.ParseRegion(code)
	if err != nil {
		return nil
	}
	var out []nameGroup
	tongues := display.Languages(l.tag)
	for _, lang := range nameLanguages {
		tag := language.MustParse(lang)
		if lang == l.Code {
			continue
		}
		if name := display.Regions(tag).Name(region); name != "" {
			out = append(out, nameGroup{tongues.Name(tag), lang, []string{name}})
		}
	}
	return out
}

// scripts are the scripts that names are parted by, with their ISO 15924 codes.
var scripts = [...]struct {
	code  string
	table *unicode.RangeTable
}{
	{"Latn", unicode.Latin}, {"Arab", unicode.Arabic}, {"Cyrl", unicode.Cyrillic}, {"Kana", unicode.Katakana}, {"Hira", unicode.Hiragana}, {"Hani", unicode.Han},
	{"Hang", unicode.Hangul}, {"Hebr", unicode.Hebrew}, {"Grek", unicode.Greek}, {"Deva", unicode.Devanagari}, {"Beng", unicode.Bengali}, {"Thai", unicode.Thai},
	{"Geor", unicode.Georgian}, {"Armn", unicode.Armenian}, {"Taml", unicode.Tamil}, {"Telu", unicode.Telugu}, {"Knda", unicode.Kannada}, {"Mlym", unicode.Malayalam},
	{"Gujr", unicode.Gujarati}, {"Guru", unicode.Gurmukhi}, {"Sinh", unicode.Sinhala}, {"Mymr", unicode.Myanmar}, {"Khmr", unicode.Khmer}, {"Laoo", unicode.Lao},
	{"Tibt", unicode.Tibetan}, {"Ethi", unicode.Ethiopic},
}

// scriptOf is the place in scripts of a name's first letter that is in one, or
// -1.
func scriptOf(name string) int {
	for _, r := range name {
		for i := range scripts {
			if unicode.Is(scripts[i].table, r) {
				return i
			}
		}
	}
	return -1
}

// mostNamesOfScript keeps the list of a famous place readable.
const mostNamesOfScript = 12

// namesByScript parts names by their scripts, the script of most names first. The
// gazetteer does not say of which language a name is.
func (l *locale) namesByScript(main string, names []string) []nameGroup {
	byScript := map[int][]string{}
	seen := map[string]bool{strings.ToLower(main): true}
	for _, name := range names {
		key, script := strings.ToLower(name), scriptOf(name)
		if seen[key] || script < 0 || len(byScript[script]) == mostNamesOfScript {
			continue
		}
		seen[key] = true
		byScript[script] = append(byScript[script], name)
	}
	var out []nameGroup
	labels := display.Scripts(l.tag)
	for script, names := range byScript {
		slices.Sort(names)
		out = append(out, nameGroup{Label: labels.Name(language.MustParseScript(scripts[script].code)), Names: names})
	}
	slices.SortFunc(out, func(a, b nameGroup) int {
		return cmp.Or(len(b.Names)-len(a.Names), strings.Compare(a.Label, b.Label))
	})
	return out
}
