package locale

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

// printer formats numbers in this language with Latin digits, as browsers do: x/text
// would use other digits for Arabic.
func (l *Locale) printer() *message.Printer {
	tag, err := l.tag.SetTypeForKey("nu", "latn")
	if err != nil {
		tag = l.tag
	}
	return message.NewPrinter(tag)
}

// Percent formats a share, from 0 to 1, as a percentage.
func (l *Locale) Percent(share float64) string {
	return l.printer().Sprint(number.Percent(share))
}

// Number formats a number with at most the given number of decimals.
func (l *Locale) Number(v float64, decimals int) string {
	return l.printer().Sprint(number.Decimal(v, number.MaxFractionDigits(decimals)))
}

// Region returns the name of a country by its ISO 3166-1 alpha-2 code, or the code if
// the country is unknown.
func (l *Locale) Region(code string) string {
	region, err := language.ParseRegion(code)
	if code == "" || err != nil {
		return code
	}
	if name := display.Regions(l.tag).Name(region); name != "" {
		return name
	}
	return RegionName(code)
}

// Country returns the name of a place's country. Some places, such as disputed ones,
// have a country name but no code.
func (l *Locale) Country(p *geo.Place) string {
	if l.Code != "en" && p.Country != "" {
		return l.Region(p.Country)
	}
	return CountryName(p)
}

// Around returns the divisions and the country of a place: "Idlib, Syria".
func (l *Locale) Around(p *geo.Place) string {
	var parts []string
	for _, part := range [...]string{p.Admin2, p.Admin1, l.Country(p)} {
		if part != "" && part != p.Name && (len(parts) == 0 || parts[len(parts)-1] != part) {
			parts = append(parts, part)
		}
	}
	if p.Precision() == geo.PrecisionCountry && len(parts) > 0 && l.Code == "en" {
		parts = parts[:len(parts)-1] // the country by another of its names
	}
	return strings.Join(parts, ", ")
}

// kindKeys are the keys of the messages for GeoNames feature codes.
var kindKeys = map[string]string{
	"PPLC":  "capital",
	"PPLA":  "seat",
	"PPLG":  "seat",
	"PPLA2": "seat2",
	"PPLA3": "seat2",
	"PPLA4": "seat2",
	"PPLA5": "seat2",
	"PPLX":  "part",
	"PPLH":  "former",
	"PPLQ":  "former",
	"PPLW":  "former",
	"PPLCH": "former",
	"ADM1H": "former",
	"ADM2H": "former",
	"RGNH":  "former",
	"PCLH":  "former",
	"PCLD":  "dependency",
	"TERR":  "dependency",
	"CONT":  "continent",
	"DSRT":  "desert",
	"MTS":   "mountains",
	"MT":    "mountain",
	"PK":    "mountain",
	"VLC":   "mountain",
	"PEN":   "peninsula",
	"ISL":   "island",
	"ISLS":  "islands",
	"VAL":   "valley",
	"DLTA":  "delta",
	"PLN":   "plain",
	"PLAT":  "plain",
	"FRST":  "forest",
	"OCN":   "ocean",
	"SEA":   "sea",
	"GULF":  "gulf",
	"BAY":   "bay",
	"STRT":  "strait",
	"CHN":   "strait",
	"LK":    "lake",
	"LKS":   "lake",
	"STM":   "river",
	"RSV":   "reservoir",
	"CNL":   "canal",
	"AIRP":  "airport",
	"AIRB":  "airport",
}

// KindKey returns the key of the message that says what kind of place it is.
func KindKey(featureCode string, precision geo.Precision) string {
	if key, ok := kindKeys[featureCode]; ok {
		return "feature." + key
	}
	return "precision." + string(precision)
}

// NameGroup contains the names of a place in one language, or in one script where the
// language of each name is unknown.
type NameGroup struct {
	Label string // of the language or the script, in the page's language
	Lang  string // BCP 47, empty for a script
	Names []string
}

// nameLanguages are the languages in which a country's page lists its name: those of the
// pages and other widely spoken ones.
var nameLanguages = [...]string{
	"ar", "bn", "de", "en", "es", "fa", "fr", "he", "hi", "id", "it", "ja", "ko", "pl", "pt", "ru", "sw", "tr", "uk", "ur", "vi", "zh",
}

// CountryNamesByLanguage returns the names of a country in many languages, other than
// this one.
func (l *Locale) CountryNamesByLanguage(code string) []NameGroup {
	region, err := language.ParseRegion(code)
	if err != nil {
		return nil
	}
	var out []NameGroup
	languages := display.Languages(l.tag)
	for _, lang := range nameLanguages {
		tag := language.MustParse(lang)
		if lang == l.Code {
			continue
		}
		if name := display.Regions(tag).Name(region); name != "" {
			out = append(out, NameGroup{languages.Name(tag), lang, []string{name}})
		}
	}
	return out
}

// scripts are the scripts that names are grouped by, with their ISO 15924 codes.
var scripts = [...]struct {
	code  string
	table *unicode.RangeTable
}{
	{"Latn", unicode.Latin},
	{"Arab", unicode.Arabic},
	{"Cyrl", unicode.Cyrillic},
	{"Kana", unicode.Katakana},
	{"Hira", unicode.Hiragana},
	{"Hani", unicode.Han},
	{"Hang", unicode.Hangul},
	{"Hebr", unicode.Hebrew},
	{"Grek", unicode.Greek},
	{"Deva", unicode.Devanagari},
	{"Beng", unicode.Bengali},
	{"Thai", unicode.Thai},
	{"Geor", unicode.Georgian},
	{"Armn", unicode.Armenian},
	{"Taml", unicode.Tamil},
	{"Telu", unicode.Telugu},
	{"Knda", unicode.Kannada},
	{"Mlym", unicode.Malayalam},
	{"Gujr", unicode.Gujarati},
	{"Guru", unicode.Gurmukhi},
	{"Sinh", unicode.Sinhala},
	{"Mymr", unicode.Myanmar},
	{"Khmr", unicode.Khmer},
	{"Laoo", unicode.Lao},
	{"Tibt", unicode.Tibetan},
	{"Ethi", unicode.Ethiopic},
}

// scriptOf returns the index in scripts of the first letter of a name that has one, or
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

// maxNamesOfScript keeps the list of a well-known place short.
const maxNamesOfScript = 12

// NamesByScript groups the names of a place, other than its main one, by script; the
// script with most names comes first. The gazetteer does not say in which language a
// name is.
func (l *Locale) NamesByScript(main string, names []string) []NameGroup {
	byScript := map[int][]string{}
	seen := map[string]bool{strings.ToLower(main): true}
	for _, name := range names {
		key, script := strings.ToLower(name), scriptOf(name)
		if seen[key] || script < 0 || len(byScript[script]) == maxNamesOfScript {
			continue
		}
		seen[key] = true
		byScript[script] = append(byScript[script], name)
	}
	var out []NameGroup
	labels := display.Scripts(l.tag)
	for script, names := range byScript {
		slices.Sort(names)
		out = append(out, NameGroup{Label: labels.Name(language.MustParseScript(scripts[script].code)), Names: names})
	}
	slices.SortFunc(out, func(a, b NameGroup) int {
		return cmp.Or(len(b.Names)-len(a.Names), strings.Compare(a.Label, b.Label))
	})
	return out
}

// CountryName returns the English name of a place's country, empty if it has none.
func CountryName(p *geo.Place) string {
	if p.CountryName != "" {
		return p.CountryName
	}
	return RegionName(p.Country)
}

// RegionName returns the English name of a country by its code, or the code.
func RegionName(code string) string {
	region, err := language.ParseRegion(code)
	if code == "" || err != nil {
		return code
	}
	return display.English.Regions().Name(region)
}
