package encoding

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
)

// guesses are the encodings that are tried if no claim is right, the most common first, with
// the languages that are written in them.
var guesses = []struct{ name, langs string }{
	{"windows-1252", "en de fr es pt it nl da sv no nb fi is ca af id"},
	{"windows-1251", "ru uk bg be sr mk kk mn"},
	{"gb18030", "zh"},
	{"shift_jis", "ja"},
	{"euc-kr", "ko"},
	{"windows-1250", "pl cs sk hu sl hr ro sq bs"},
	{"iso-8859-2", "pl cs sk hu sl hr ro sq bs"},
	{"windows-1254", "tr az"},
	{"windows-1253", "el"},
	{"windows-1256", "ar fa ur"},
	{"windows-1255", "he"},
	{"windows-1257", "lt lv et"},
	{"big5", "zh"},
	{"euc-jp", "ja"},
	{"koi8-r", "ru"},
	{"iso-8859-5", "ru bg sr"},
	{"windows-874", "th"},
	{"iso-2022-jp", "ja"},
}

const (
	maxSample     = 8 << 10 // number of bytes that are compared
	languageBonus = 0.7     // added if the encoding is used for the declared language
	minQuality    = 0.5     // quality below which invalid UTF-8 that is declared as UTF-8 is still read as UTF-8
	minGain       = 1.0     // by how much the quality of a guess must exceed that of a claim
	rankPenalty   = 0.02    // subtracted for each position further down in the claims or guesses
)

// choose returns the encoding in which body is the most plausible text. It prefers the claims to
// other encodings. utf8Claimed reports whether there is also a claim of UTF-8.
func choose(body []byte, claims []claim, lang string, utf8Claimed bool) claim {
	part := sample(body)
	lang, _, _ = strings.Cut(strings.ToLower(lang), "-")
	var best claim
	bestQuality := -1e9
	for i, c := range claims {
		if q := quality(part, c) - rankPenalty*float64(i); q > bestQuality {
			best, bestQuality = c, q
		}
	}
	switch {
	case best.encoding != nil && best.name == guesses[0].name && lang != "" && !writtenIn(guesses[0].langs, lang):
		// Many servers declare windows-1252 for all documents, but it lacks letters of this language.
	case best.encoding != nil && bestQuality > 0:
		return best
	default:
		bestQuality += minGain // only a much better guess replaces a claim
	}
	if best.encoding == nil {
		e, name := charset.Lookup("windows-1252")
		best, bestQuality = claim{e, name}, -1e9
	}
	for i, g := range guesses {
		e, name := charset.Lookup(g.name)
		if e == nil || name == "iso-2022-jp" && !stateful(part) {
			continue
		}
		q := quality(part, claim{e, name}) - rankPenalty*float64(i)
		if writtenIn(g.langs, lang) {
			q += languageBonus
		}
		if q > bestQuality {
			best, bestQuality = claim{e, name}, q
		}
	}
	if utf8Claimed && bestQuality < minQuality {
		best = claim{encoding.Nop, "utf-8"}
	}
	return best
}

// writtenIn reports whether a list of languages contains lang.
func writtenIn(langs, lang string) bool {
	return lang != "" && strings.Contains(" "+langs+" ", " "+lang+" ")
}

// sample returns a part of body with text other than ASCII. It begins at an ASCII byte, so
// that no character is cut.
func sample(body []byte) []byte {
	first := bytes.IndexFunc(body, func(r rune) bool { return r >= utf8.RuneSelf })
	if escape := bytes.IndexByte(body, 0x1b); escape >= 0 && (first < 0 || escape < first) {
		first = escape
	}
	first = max(first, 0)
	from := max(0, first-16)
	for from < first && body[from] >= utf8.RuneSelf {
		from++
	}
	return body[from:min(len(body), from+maxSample)]
}

// quality returns how plausible a text is in an encoding, as the mean over its bytes other
// than ASCII: about 2 for text, less than 0 for nonsense.
func quality(part []byte, c claim) float64 {
	text, err := c.encoding.NewDecoder().Bytes(part)
	if err != nil {
		return -10
	}
	n := 0
	for _, b := range part {
		if b >= utf8.RuneSelf || b == 0x1b {
			n++
		}
	}
	if n == 0 {
		return 0
	}
	// A character of two bytes counts twice, as the mean is over bytes.
	isDoubleByte := c.name == "gbk" || c.name == "gb18030" || c.name == "big5" || c.name == "shift_jis" || c.name == "euc-jp" || c.name == "euc-kr" ||
		c.name == "iso-2022-jp"
	var sum float64
	before, runes := rune(' '), []rune(string(text))
	for i, r := range runes {
		if r < utf8.RuneSelf {
			before = r
			continue
		}
		after := rune(' ')
		if i+1 < len(runes) {
			after = runes[i+1]
		}
		w := plausibility(before, r, after)
		if isDoubleByte {
			w *= 2
		}
		sum += w
		before = r
	}
	return sum / float64(n)
}

// Letters by how common they are in news. Several languages share a class: all that matters is
// that they are rare in text that was decoded with a wrong encoding.
const (
	commonCyrillic = "оеаинтсрвлкмдпу"
	commonGreek    = "αοιετσνηυρπκμςά"
	commonLatin    = "éèêàâçîôûëüöäßñóíáúãõåæąćęłńśźżčšžřěůőűășțşţğıİđāēīūķļņģėįųõ"
	unusualLatin   = "øýďťňľĺŕôœïÿþðõûæģķļņėēįų"
	finalLatin     = "ìòù" // at the end of a word, as in Italian
	// Characters that make up about a third of Chinese, Japanese and Korean news.
	commonHan = "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又" +
		"关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许" +
		"统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运" +
		"這個們來為國說時會對過發後裡還進樣開從實軍無與長機關點業將兩間問應戰頭體見話產給門數報結總電東聲員解認條氣題爾別變義論處幾歲氏都県市東京都内閣首相大臣議員選挙発表事件事故警察容疑者男女性午前午後日本政府億円年月日時分同社新聞報道災害地震被害"
	commonHangul = "이다는에의가을를은하고한지도사로서기자시대인정부일있으리장나국스어해구라수전보동만여그제원들과아안주상군비공조성연것조선까면회니했된위경오미민신치당무적통중세관발우재조"
	cjkMarks     = "、。「」『』，：；！？（）・ー〜【】《》“”"
)

var (
	isCommonCyrillic = set(commonCyrillic)
	isCommonGreek    = set(commonGreek)
	isCommonLatin    = set(commonLatin)
	isFinalLatin     = set(finalLatin)
	isUnusualLatin   = set(unusualLatin)
	isCommonHan      = set(commonHan)
	isCommonHangul   = set(commonHangul)
	isCJKMark        = set(cjkMarks)
)

func set(s string) map[rune]bool {
	m := map[rune]bool{}
	for _, r := range s {
		m[r] = true
	}
	return m
}

func isASCIILetter(r rune) bool { return r|0x20 >= 'a' && r|0x20 <= 'z' }

// plausibility returns how plausible a character is between its neighbours.
func plausibility(before, r, after rune) float64 {
	switch {
	case r == utf8.RuneError:
		return -12
	case r < 0xa0, unicode.Is(unicode.Co, r), unicode.Is(unicode.Noncharacter_Code_Point, r):
		return -10
	case r >= 0xff61 && r <= 0xff9f: // halfwidth katakana
		return -1
	case isCJKMark[r]:
		return 2
	case r >= 0x3040 && r <= 0x30ff:
		return 2.5
	case unicode.Is(unicode.Han, r):
		if isCommonHan[r] {
			return 3
		}
		return 0.2
	case r >= 0xac00 && r <= 0xd7a3:
		if isCommonHangul[r] {
			return 3
		}
		return 1
	case unicode.IsLetter(r):
		return letterPlausibility(before, r, after)
	case (r == '¿' || r == '¡') && !unicode.IsLetter(before) && unicode.IsLetter(after):
		return 2
	case strings.ContainsRune("“”‘’„‚–—…«»‹›\u00a0", r):
		return 0.5
	case isASCIILetter(before) && isASCIILetter(after):
		return -4
	case isASCIILetter(before) || unicode.IsLetter(before) && before > 0xbf:
		return -1.5
	}
	return -0.2
}

// letterPlausibility is plausibility for a letter that is not Chinese, Japanese or Korean.
func letterPlausibility(before, r, after rune) float64 {
	if r > 0x24f && !unicode.IsLetter(before) && !unicode.IsLetter(after) {
		return 0.3 // a single letter is weak evidence
	}
	upperInside := unicode.IsUpper(r) && unicode.IsLower(before)
	switch {
	case unicode.Is(unicode.Cyrillic, r):
		switch {
		case upperInside, isASCIILetter(before):
			return -4
		case isCommonCyrillic[unicode.ToLower(r)]:
			return 2.5
		}
		return 1.5
	case r <= 0x24f:
		// Accented letters are next to plain letters, one or two at a time.
		switch {
		case upperInside:
			return -4
		case before > 0xbf && after > 0xbf:
			return -3
		case !isASCIILetter(before) && !isASCIILetter(after):
			if r == 'à' || r == 'è' || r == 'é' || r == 'á' || r == 'ó' || r == 'å' { // words of one letter
				return 1
			}
			return -1
		case isFinalLatin[r]:
			if unicode.IsLetter(after) {
				return 0.6
			}
			return 2
		case r == 'õ' && after == 'e': // Portuguese; the Hungarian letter is in other encodings
			return 2.5
		case isUnusualLatin[r]:
			return 0.6
		case isCommonLatin[unicode.ToLower(r)] || isCommonLatin[r]:
			return 2
		}
		return -1
	case unicode.Is(unicode.Greek, r):
		switch {
		case upperInside, isASCIILetter(before), isASCIILetter(after):
			return -3
		case isCommonGreek[unicode.ToLower(r)]:
			return 2.5
		}
		return 1.5
	case unicode.Is(unicode.Hebrew, r), unicode.Is(unicode.Arabic, r), unicode.Is(unicode.Thai, r):
		if upperInside || isASCIILetter(before) || isASCIILetter(after) {
			return -3
		}
		return 1.8
	}
	return -1
}
