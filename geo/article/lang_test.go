package article_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"newsmap/geo/article"
)

// TestDetectLang tells the languages of sentences that were written for it.
func TestDetectLang(t *testing.T) {
	for want, text := range map[string]string{
		"en": "The first ferry left the harbour at dawn, and hundreds of people had come to see it off.",
		"de": "Die erste Fähre ist am Morgen aus dem Hafen ausgelaufen, und Hunderte waren gekommen, um das zu sehen.",
		"fr": "Le premier ferry a quitté le port à l'aube, et des centaines de personnes étaient venues pour le voir partir.",
		"es": "El primer transbordador salió del puerto al amanecer, y cientos de personas habían venido para verlo partir.",
		"pt": "A primeira balsa saiu do porto ao amanhecer, e centenas de pessoas tinham vindo para ver a partida, disse o capitão.",
		"it": "Il primo traghetto ha lasciato il porto all'alba, e centinaia di persone sono venute per vederlo partire dalla città.",
		"nl": "De eerste veerboot is bij zonsopgang uit de haven vertrokken, en honderden mensen waren gekomen om het te zien.",
		"sv": "Den första färjan lämnade hamnen i gryningen, och hundratals människor hade kommit för att se den gå.",
		"da": "Den første færge forlod havnen ved daggry, og flere hundrede mennesker var kommet for at se den sejle af sted, og det blev en fest.",
		"nb": "Den første ferja forlot havna ved daggry, og flere hundre mennesker hadde kommet for å se den gå fra kaia, etter at det ble kjent.",
		"fi": "Ensimmäinen lautta lähti satamasta aamunkoitteessa, ja sadat ihmiset olivat tulleet sitä katsomaan, mutta kaikki eivät mahtuneet. " +
			"Se on ollut kunnan mukaan odotettu päivä.",
		"pl": "Pierwszy prom wypłynął z portu o świcie, a setki ludzi przyszły, aby to zobaczyć, bo na ten dzień czekano od lat i nie było wiadomo, czy się uda.",
		"cs": "První trajekt vyplul z přístavu za svítání a stovky lidí se na to přišly podívat, protože se na ten den čekalo po celé roky.",
		"hu": "Az első komp hajnalban indult el a kikötőből, és több száz ember jött el, hogy megnézze, mert ez volt az a nap, amit már régen vártak.",
		"ro": "Primul feribot a plecat din port în zori și sute de oameni au venit să îl vadă, pentru că aceasta este ziua pe care au așteptat-o.",
		"hr": "Prvi trajekt isplovio je iz luke u zoru, a stotine ljudi došle su da ga vide jer su na taj dan čekali godinama i nije bilo lako.",
		"tr": "İlk vapur şafakta limandan ayrıldı ve yüzlerce kişi bunu görmek için geldi, çünkü bu gün çok uzun bir süre beklenmişti.",
		"id": "Kapal feri pertama meninggalkan pelabuhan saat fajar, dan ratusan orang datang untuk melihat kapal itu yang telah lama tidak ada.",
		"vi": "Chuyến phà đầu tiên đã rời cảng lúc bình minh và hàng trăm người đã đến để xem, theo những người dân của các làng.",
		"ru": "Первый паром вышел из порта на рассвете, и сотни людей пришли, чтобы это увидеть, потому что этого дня ждали годами.",
		"uk": "Перший пором вийшов із порту на світанку, і сотні людей прийшли, щоб це побачити, бо на цей день чекали роками.",
		"bg": "Първият ферибот напусна пристанището на разсъмване и стотици хора бяха дошли да го видят, защото този ден се чакаше от години.",
		"sr": "Први трајект је испловио из луке у зору, а стотине људи су дошле да га виде јер су на тај дан чекали годинама.",
		"el": "Το πρώτο πλοίο έφυγε από το λιμάνι την αυγή.", "he": "המעבורת הראשונה יצאה מהנמל עם שחר, ומאות אנשים באו לראות.", "ar": "غادرت " +
			"العبارة الأولى الميناء عند الفجر وجاء المئات لمشاهدتها",
		"fa": "نخستین کشتی سپیده\u200cدم بندر را ترک کرد و صدها نفر برای دیدن آن آمده بودند که گفتند", "ur": "پہلی کشتی صبح سویرے بندرگاہ سے " +
			"روانہ ہوئی اور سینکڑوں لوگ اسے دیکھنے آئے تھے۔", "hi": "पहली नौका भोर में बंदरगाह से निकली और सैकड़ों लोग उसे देखने आए।",
		"ja": "最初のフェリーは夜明けに港を出た。数百人が見送りに来ていた。", "zh": "第一艘渡轮在黎明时离开港口，数百人前来送行，场面十分热闹。", "ko": "첫 여객선이 새벽에 항구를 떠났고 수백 명이 그것을 보러 왔다.", "th": "เรือข้า" +
			"มฟากลำแรกออกจากท่าเรือตอนรุ่งสาง มีคนหลายร้อยคนมาดู",
		"": "Suva 1 : 0 Nadi, 21 : 7, Levuka 3 Ba 4 Lautoka",
	} {
		if got := article.DetectLang(text); got != want {
			t.Errorf("%s: %q in %s", want, got, text)
		}
	}
}

// TestDetectLangOfPages checks the detection against what the pages say of
// themselves.
func TestDetectLangOfPages(t *testing.T) {
	right, total := 0, 0
	for _, name := range fixtures(t) {
		body, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		a, err := article.Extract(t.Context(), body, "text/html", "")
		if err != nil || strings.HasPrefix(filepath.Base(name), "wall-") {
			continue
		}
		said, _, _ := strings.Cut(a.Lang, "-")
		total++
		if got := article.DetectLang(a.Text); got == said {
			right++
		} else {
			t.Errorf("%s: %q, says %q", filepath.Base(name), got, said)
		}
	}
	t.Logf("%d of %d pages", right, total)
}

func TestLangOf(t *testing.T) {
	const russian = "Наводнение в Москве и области: река вышла из берегов, и для жителей открыли две школы."
	const english = "The river left its bed in Moscow, and two schools were opened for those who had to leave."
	for _, c := range []struct{ declared, text, want string }{
		{"", russian, "ru"},
		{"en-US", russian, "ru"},
		{"de", "東京と大阪で洪水が今朝発生しました。川が氾濫し、住民のために学校が開かれました。", "ja"},
		{"ru", russian, "ru"},
		{"kk", russian, "kk"}, // its own business
		{"en-US", english, "en-US"},
		{"fr", english, "fr"},
		{"en", "Fog. Туман.", "en"},
		{"en", "Туман", "en"}, // too little to tell
		{"sr", english, "sr"},
		{"en", "", "en"},
	} {
		if got := article.LangOf(c.declared, c.text); got != c.want {
			t.Errorf("%s, %.30q: %s, want %s", c.declared, c.text, got, c.want)
		}
	}
}
