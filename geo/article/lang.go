package article

import (
	"strings"
	"unicode"
)

// LangOf returns the language of a text: the declared one, unless none is declared or the text
// cannot be in it. Templates declare "en" for pages in Russian.
func LangOf(declared, text string) string {
	if declared == "" {
		return DetectLang(text)
	}
	base, _, _ := strings.Cut(strings.ToLower(declared), "-")
	if !latinOnly[base] || mostlyLatin(text) {
		return declared
	}
	if found := DetectLang(text); found != "" {
		return found
	}
	return declared
}

// latinOnly are languages that templates declare and that use Latin letters only.
var latinOnly = map[string]bool{"en": true, "de": true, "fr": true, "es": true, "pt": true, "it": true, "nl": true}

// mostlyLatin reports whether at least half of the letters are Latin.
func mostlyLatin(text string) bool {
	latin, other := 0, 0
	for _, r := range clipBytes(text, enoughText) {
		switch {
		case unicode.Is(unicode.Latin, r):
			latin++
		case unicode.IsLetter(r):
			other++
		}
	}
	return latin >= other
}

// enoughText is how many bytes of a text are examined.
const enoughText = 6_000

// DetectLang returns the language of a text of some sentences as BCP 47, or "" if it is not
// clear. It uses scripts that only one language of the news is written in, letters that
// distinguish languages of a script, and for Latin and Cyrillic text the most common words of
// two dozen languages.
func DetectLang(text string) string {
	text = clipBytes(text, enoughText)
	counts, letters := map[string]int{}, 0
	for _, r := range text {
		if !unicode.IsLetter(r) {
			continue
		}
		letters++
		for _, s := range scripts {
			if unicode.Is(s.table, r) {
				counts[s.name]++
				break
			}
		}
	}
	const least = 20 // letters
	if letters < least {
		return ""
	}
	switch {
	case counts["kana"]*10 > letters:
		return "ja"
	case counts["hangul"]*3 > letters:
		return "ko"
	case counts["han"]*2 > letters:
		return "zh"
	}
	for _, s := range scripts {
		if counts[s.name]*2 <= letters {
			continue
		}
		switch {
		case s.lang != "":
			return s.lang
		case s.name == "arabic":
			return byLetters(text, "ar", "ur", "ٹڈڑںےہ", "fa", "پچژگک")
		}
		return byWords(text)
	}
	return ""
}

// scripts are the scripts of the news, with the language of those that only one language
// commonly uses.
var scripts = []struct {
	name, lang string
	table      *unicode.RangeTable
}{
	{
		"latin",
		"",
		unicode.Latin,
	},
	{"cyrillic", "", unicode.Cyrillic},
	{"han", "", unicode.Han},
	{"kana", "", unicode.Hiragana},
	{"kana", "", unicode.Katakana},
	{"hangul", "", unicode.Hangul},
	{"arabic", "", unicode.Arabic},
	{
		"greek",
		"el",
		unicode.Greek,
	},
	{"hebrew", "he", unicode.Hebrew},
	{"thai", "th", unicode.Thai},
	{"devanagari", "hi", unicode.Devanagari},
	{"bengali", "bn", unicode.Bengali},
	{"tamil", "ta", unicode.Tamil},
	{"telugu", "te", unicode.Telugu},
	{
		"gujarati",
		"gu",
		unicode.Gujarati,
	},
	{"gurmukhi", "pa", unicode.Gurmukhi},
	{"kannada", "kn", unicode.Kannada},
	{"malayalam", "ml", unicode.Malayalam},
	{"sinhala", "si", unicode.Sinhala},
	{"georgian", "ka", unicode.Georgian},
	{
		"armenian",
		"hy",
		unicode.Armenian,
	},
	{"ethiopic", "am", unicode.Ethiopic},
	{"khmer", "km", unicode.Khmer},
	{"lao", "lo", unicode.Lao},
	{"burmese", "my", unicode.Myanmar},
}

// byLetters returns the language whose own letters are in the text, or else other.
func byLetters(text, other string, own ...string) string {
	for i := 0; i+1 < len(own); i += 2 {
		if strings.ContainsAny(text, own[i+1]) {
			return own[i]
		}
	}
	return other
}

// commonWords are words that are in nearly every sentence of a language, and rare in other
// languages.
var commonWords = map[string]string{
	"en": "the of and to in is that for was on with as by from at his her which have are were said has been will",
	"de": "der die das und ist nicht mit dem den von für auf ein eine im sich des auch wurde werden zu bei nach aus hat",
	"fr": "le la les des et est dans que pour une qui sur pas plus par avec au ce sont aux ont été cette ses du",
	"es": "el la los las de que en y del se por con una para su al lo como más fue este ha desde según también habían había dijo muy pero sus esta",
	"pt": "o os as que em um uma para com não dos das na no ao mais foi são pela pelo seu sua também está disse",
	"it": "il di che la è per un in del della con non sono una gli nel dei alla anche più stato le si dal ha",
	"nl": "de het een van en in is dat op te zijn met voor niet aan er om ook door naar werd bij heeft uit",
	"sv": "och att det som en på är av för med till den har inte om ett men var från vid sig efter hade",
	"da": "og at det en den til er som på de med han af for ikke der var mig sig men et har blev efter ved",
	"nb": "og i det på som er en til å av for med at var de ikke den har et om fra ble etter sier seg",
	"fi": "ja on ei että oli hän se mutta ovat kun myös sen joka mukaan kuin jo ole hänen vuonna sekä",
	"pl": "w i na z się nie do to że o jest po przez od jak za dla są oraz ma był który także już",
	"cs": "a se v na je že s z do o i to k ve pro by za podle ale jsou při který jako nebo jsem protože byl už po jeho také která",
	"sk": "a sa v na je že s z do o aj to k vo pre by za podľa ale sú pri ktorý ako alebo bol pretože už po jeho tiež ktorá",
	"hu": "a az és hogy nem is egy van volt ez azt meg mint már csak el még szerint után ki vagy",
	"ro": "și în de la a cu pe nu că din o un este pentru mai care au fost fi sau prin după ale",
	"hr": "i u je na se da su za od s a o iz koji nije kao bi će što ili nakon te bio",
	"tr": "ve bir bu da de için ile olarak çok daha olan gibi en ne kadar sonra ise dedi var her",
	"id": "yang dan di dengan untuk dari ini pada tidak dalam itu akan oleh ke adalah juga telah sebagai kata",
	"ca": "el la els les de que i en un una per amb del al dels és no més ha seva han aquest als va",
	"vi": "của và là các có được trong cho không người một với những đã này để đến khi về",
	"ru": "и в не на что с по как это из за для от его к о был также а было года что они но",
	"uk": "і в не на що з у та до як це за для від його про був також але було року що вони й",
	"bg": "и в на да за се от не че с са по е до като при който беше след това има",
	"sr": "и у је на се да су за од са који није као би ће што или након те био",
	"mk": "и во на да се за од не дека со се по е до како при кој беше по ова има",
}

// ownLetters are letters that few other languages of their script have.
var ownLetters = map[string]string{
	"cs": "řěů",
	"sk": "ľĺŕ",
	"pl": "łęąńśźż",
	"pt": "ãõ",
	"es": "ñ¿¡",
	"hu": "őű",
	"ro": "șțşţă",
	"tr": "ığşİ",
	"vi": "ơưđạảấầậắếềệịọốồộớờợụủứừự",
	"de": "ß",
	"da": "æø",
	"nb": "æø",
	"sv": "åä",
	"fi": "ä",
	"hr": "đćčšž",
	"uk": "іїєґ",
	"ru": "ыэё",
	"bg": "ъщ",
	"sr": "ђјљњћџ",
	"mk": "ѓќѕјљњџ",
	"fr": "œ",
	"ca": "ŀ",
}

// wordTable maps each common word to its languages.
var wordTable = wordLanguages()

func wordLanguages() map[string][]string {
	m := map[string][]string{}
	for lang, words := range commonWords {
		seen := map[string]bool{}
		for _, w := range strings.Fields(words) {
			if !seen[w] {
				seen[w] = true
				m[w] = append(m[w], lang)
			}
		}
	}
	return m
}

// byWords returns the language with the most common words in the text, or "" if there are few
// or another language has nearly as many.
func byWords(text string) string {
	const most = 400 // words
	scores, total := map[string]float64{}, 0
	for w := range strings.FieldsFuncSeq(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' }) {
		if total++; total > most {
			break
		}
		langs := wordTable[w]
		for _, l := range langs {
			scores[l] += 1 / float64(len(langs))
		}
	}
	const (
		ofLetter = 0.5 // weight of a language's own letter
		mostOf   = 4   // maximum weight of such letters
	)
	for lang, letters := range ownLetters {
		n := 0
		for _, r := range text {
			if strings.ContainsRune(letters, r) {
				n++
			}
		}
		scores[lang] += min(ofLetter*float64(n), mostOf)
	}
	best, next, name := 0.0, 0.0, ""
	for lang, s := range scores {
		switch {
		case s > best || s == best && lang < name:
			best, next, name = s, best, lang
		case s > next:
			next = s
		}
	}
	if best < 3 || best < 0.06*float64(total) || best < 1.15*next {
		return ""
	}
	return name
}

func clipBytes(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "")
}
