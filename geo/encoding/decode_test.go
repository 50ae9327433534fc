package encoding_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html/charset"

	"newsmap/geo/encoding"
)

// texts are texts in the style of news, by language, which were written for this test.
var texts = map[string]string{
	"ru": "Мост через реку открыли в пятницу утром, сообщили в мэрии города. Первыми проехали автобусы, за ними — жители соседних сёл, которые " +
		"ждали этого дня семь лет.",
	"uk": "Міст через річку відкрили в п'ятницу вранці, повідомили в мерії міста. Першими проїхали автобуси, за ними — мешканці сусідніх сіл, " +
		"які чекали на це сім років.",
	"bg": "Мостът над реката беше открит в петък сутринта, съобщиха от общината. Първи минаха автобусите, а след тях жителите на съседните села.",
	"zh": "市政府星期五说，河上的新桥已经开放。第一批过桥的是公共汽车，后面是等了七年的村民。他们说，以前要走两个小时的路。",
	"ja": "市は金曜日、川にかかる新しい橋が開通したと発表した。最初に渡ったのはバスで、七年間待っていた近くの村の人たちがその後に続いた。",
	"ko": "시는 금요일 강을 건너는 새 다리가 열렸다고 밝혔다. 먼저 버스가 지나갔고 칠 년을 기다린 이웃 마을 사람들이 그 뒤를 따랐다.",
	"de": "Die Brücke über den Fluss ist seit Freitag früh geöffnet, wie die Stadt mitteilte. Zuerst fuhren Busse hinüber, später kamen Bürger " +
		"aus den Dörfern, die sieben Jahre gewartet hätten.",
	"fr": "Le pont a été ouvert vendredi matin, a annoncé la mairie. Les premiers à passer étaient les autobus, suivis des habitants des " +
		"villages voisins, où l'on attendait ce jour depuis sept années déjà.",
	"es": "El puente sobre el río se abrió el viernes por la mañana, según informó el alcalde. Los autobuses pasaron primero y después los " +
		"vecinos, que llevaban siete años esperando ese día. ¿Y mañana?",
	"it": "Il ponte sul fiume è stato aperto venerdì mattina, ha fatto sapere la città. I primi a passare sono stati gli autobus, poi è " +
		"toccato agli abitanti dei paesi vicini: più di mille, perché così si va in città in metà tempo.",
	"pl": "Most nad rzeką otwarto w piątek rano, poinformowało miasto. Pierwsze przejechały autobusy, a za nimi mieszkańcy sąsiednich wsi, " +
		"którzy czekali na ten dzień siedem lat.",
	"cs": "Most přes řeku otevřeli v pátek ráno, oznámilo město. Nejdříve přejely autobusy a za nimi obyvatelé sousedních vesnic, kteří na " +
		"tento den čekali sedm let.",
	"hu": "A folyón átívelő hidat péntek reggel nyitották meg, közölte a város. Először a buszok mentek át, utánuk a környező falvak lakói, " +
		"akik hét éve vártak erre a napra.",
	"tr": "Nehrin üzerindeki köprü cuma sabahı açıldı, belediye bunu duyurdu. Önce otobüsler geçti, ardından yedi yıldır bu günü bekleyen " +
		"komşu köylerin halkı yürüyerek karşıya geçti.",
	"pt": "A ponte sobre o rio foi aberta na sexta-feira de manhã, informou a câmara. Os autocarros passaram primeiro e depois os habitantes " +
		"das povoações vizinhas, que não tinham outra ligação há sete anos.",
	"sv": "Bron över floden öppnades på fredagsmorgonen, meddelade kommunen. Först körde bussarna över och därefter gick invånarna från byarna," +
		" som väntat på detta i sju år.",
	"el": "Η γέφυρα πάνω από το ποτάμι άνοιξε το πρωί της Παρασκευής, ανακοίνωσε ο δήμος. Πρώτα πέρασαν τα λεωφορεία και μετά οι κάτοικοι των γύρω χωριών.",
	"ar": "افتتح الجسر فوق النهر صباح الجمعة، كما أعلنت البلدية. مرت الحافلات أولا ثم سكان القرى المجاورة الذين انتظروا هذا اليوم سبع سنوات.",
}

// encodings are the encodings in which each language is written.
var encodings = map[string][]string{
	"ru": {"windows-1251", "koi8-r", "iso-8859-5"},
	"uk": {"windows-1251"},
	"bg": {"windows-1251"},
	"zh": {"gbk", "gb18030", "big5"},
	"ja": {"shift_jis", "euc-jp", "iso-2022-jp"},
	"ko": {"euc-kr"},
	"de": {"windows-1252"},
	"fr": {"windows-1252"},
	"es": {"windows-1252"},
	"it": {"windows-1252"},
	"pl": {"windows-1250", "iso-8859-2"},
	"cs": {"windows-1250", "iso-8859-2"},
	"hu": {"iso-8859-2"},
	"tr": {"windows-1254"},
	"pt": {"windows-1252"},
	"sv": {"windows-1252"},
	"el": {"windows-1253"},
	"ar": {"windows-1256"},
}

func encode(t *testing.T, text, name string) []byte {
	t.Helper()
	e, _ := charset.Lookup(name)
	if name == "big5" {
		text = "市政府星期五說，河上的新橋已經開放。第一批過橋的是公共汽車，後面是等了七年的村民。他們說，以前要走兩個小時的路。"
	}
	b, err := e.NewEncoder().Bytes([]byte(strings.NewReplacer("—", "-").Replace(text)))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return b
}

func decoded(t *testing.T, body []byte, c encoding.Claims) string {
	t.Helper()
	text, _ := encoding.Decode(body, c)
	if !utf8.Valid(text) {
		t.Error("the decoded text is not UTF-8")
	}
	return string(text)
}

// TestDecode decodes each text with right, wrong and no claims. Some servers declare ISO-8859-1
// or UTF-8 for all documents.
func TestDecode(t *testing.T) {
	for lang, names := range encodings {
		for _, name := range names {
			body := encode(t, texts[lang], name)
			e, _ := charset.Lookup(name)
			want, _ := e.NewDecoder().Bytes(body)
			for claim, c := range map[string]encoding.Claims{
				"right header":                 {ContentType: "text/html; charset=" + name},
				"right document":               {Document: name},
				"none":                         {},
				"language":                     {Lang: lang},
				"wrong header, right document": {ContentType: "text/html; Charset=\"ISO-8859-1\"", Document: name},
				"right header, wrong document": {ContentType: "text/html;charset=" + name, Document: "windows-1251"},
				"UTF-8":                        {ContentType: "text/html; charset=utf-8"},
				"UTF-8 in both":                {ContentType: "text/html; charset=utf-8", Document: "utf-8"},
				"unknown":                      {ContentType: "text/html; charset=x-none"},
				"wrong header, language":       {ContentType: "text/html; charset=iso-8859-1", Lang: lang},
				"wrong document, language":     {Document: "shift_jis", Lang: lang},
			} {
				if got := decoded(t, body, c); got != string(want) {
					t.Errorf("%s in %s, claim %s: %.60q", lang, name, claim, got)
				}
			}
		}
		if got := decoded(t, []byte(texts[lang]), encoding.Claims{ContentType: "text/html; charset=gbk", Document: "windows-1251"}); got != texts[lang] {
			t.Errorf("%s in UTF-8: %.60q", lang, got)
		}
	}
}

func TestByteOrderMark(t *testing.T) {
	for name, c := range map[string]struct {
		body        string
		contentType string
		want        string
	}{
		"UTF-8 mark":         {"\ufeffZürich", "text/html; charset=iso-8859-1", "Zürich"},
		"two marks":          {"\ufeff\ufeffZürich", "", "\ufeffZürich"},
		"UTF-16LE":           {"\xff\xfeZ\x00\xfc\x00", "", "Zü"},
		"UTF-16BE":           {"\xfe\xff\x00Z\x00\xfc", "text/html; charset=utf-8", "Zü"},
		"UTF-16LE, no mark":  {"<\x00p\x00>\x00\xfc\x00", "", "<p>ü"},
		"UTF-16BE, no mark":  {"\x00<\x00p\x00>\x00\xfc", "", "<p>ü"},
		"UTF-32LE":           {"\xff\xfe\x00\x00Z\x00\x00\x00", "", "Z"},
		"invalid byte":       {"Zürich Köln \xff Łódź", "", "Zürich Köln \ufffd Łódź"},
		"ASCII":              {"Zurich", "text/html; charset=gbk", "Zurich"},
		"unsupported label":  {"Z\xfcrich", "text/html; charset=iso-2022-kr", "Zürich"},
		"declared as UTF-16": {"Zürich", "text/html; charset=utf-16", "Zürich"},
		"empty":              {"", "text/html; charset=utf-16", ""},
	} {
		if got := decoded(t, []byte(c.body), encoding.Claims{ContentType: c.contentType}); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestClaims(t *testing.T) {
	for body, want := range map[string]encoding.Claims{
		`<html lang="ru-RU"><meta charset="windows-1251">`:                                  {Document: "windows-1251", Lang: "ru"},
		`<META http-equiv=Content-Type content="text/html; charset=Shift_JIS">`:             {Document: "Shift_JIS"},
		`<?xml version="1.0" encoding='GBK'?><html xmlns="x" lang=zh>`:                      {Document: "GBK", Lang: "zh"},
		`<meta name="x" content="y"><p>charset=none</p>` + strings.Repeat(" ", 9_000) + "x": {},
	} {
		if got := encoding.OfPage([]byte(body), ""); got != want {
			t.Errorf("%.60s: %+v", body, got)
		}
	}
	const rss = "\ufeff <?xml version='1.0' encoding='koi8-r'?><rss><channel><language> uk </language>"
	if got := encoding.OfFeed([]byte(rss), "x"); got != (encoding.Claims{ContentType: "x", Document: "koi8-r", Lang: "uk"}) {
		t.Errorf("%+v", got)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("Z\xfcrich"), "text/html; charset=gbk", "koi8-r")
	f.Add([]byte("\x1b$B\xff\x00"), "", "iso-2022-jp")
	f.Fuzz(func(t *testing.T, body []byte, contentType, document string) {
		text, name := encoding.Decode(body, encoding.Claims{ContentType: contentType, Document: document})
		if !utf8.Valid(text) || name == "" {
			t.Errorf("%q, %s", text, name)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	body := []byte(strings.Repeat("<p>Plain text with one \xfc in it.</p>", 3_000))
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		encoding.Decode(body, encoding.Claims{})
	}
}
