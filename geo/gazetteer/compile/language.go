package compile

import (
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// newsLanguages are the languages of the country names in the index: the main languages
// of the world's news.
var newsLanguages = [...]string{
	"en", "ar", "bg", "bn", "bs", "ca", "cs", "da", "de", "el", "es", "et", "fa", "fi", "fr", "ga", "he", "hi", "hr", "hu", "id", "it", "ja", "ka", "kk", "ko",
	"lt", "lv", "ms", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sq", "sr", "sv", "sw", "ta", "th", "tr", "uk", "ur", "uz", "vi", "zh", "zh-Hant",
}

// countryNames returns the names of a country in newsLanguages by its alpha-2 code. The
// names are those of CLDR in golang.org/x/text.
func countryNames(alpha2 string) []string {
	region, err := language.ParseRegion(alpha2)
	if err != nil {
		return nil
	}
	var out []string
	for _, code := range newsLanguages {
		namer := display.Regions(language.MustParse(code))
		if namer == nil {
			continue
		}
		if name := namer.Name(region); usableName(name) && name != alpha2 {
			out = append(out, name)
		}
	}
	return out
}
