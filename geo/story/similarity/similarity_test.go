package similarity_test

import (
	"fmt"
	"strings"
	"testing"

	"newsmap/geo/story/similarity"
)

const bridge = "The old bridge over the Selby was closed on Monday after engineers found a crack in its northern pier, the county said. " +
	"Traffic will be led over the bypass until the end of September. “It was a mistake to wait so long,” said Maria Costa, who runs a bakery beside it. " +
	"A new bridge would cost 4.5 million, according to a study that the council discussed in March without coming to a decision."

// TestSameWords checks that differences of typography and spelling do not matter.
func TestSameWords(t *testing.T) {
	for name, other := range map[string]string{
		"quotes":     strings.NewReplacer("“", `"`, "”", `"`).Replace(bridge),
		"paragraphs": strings.ReplaceAll(bridge, ". ", ".\n\n"),
		"case":       strings.ToUpper(bridge),
		"dateline":   "SELBY, N.C. (AP) — " + bridge,
		"agency":     "(Reuters) - " + bridge,
		"place":      "Selby, May 17 -- " + bridge,
		"spaces":     strings.ReplaceAll(bridge, " ", "\u00a0 "),
		"soft":       strings.ReplaceAll(bridge, "council", "coun\u00adcil"),
		"accents":    strings.ReplaceAll(bridge, "Costa", "Côstā"),
		"decomposed": strings.ReplaceAll(bridge, "Costa", "Co\u0302sta"),
	} {
		c := similarity.Compare(similarity.New("Bridge closed", bridge), similarity.New("Bridge closed", other))
		if c.Coverage != 1 || c.LongerCoverage != 1 || c.ConflictingFacts != 0 || !c.IsDuplicate() {
			t.Errorf("%s: %+v; want equal texts", name, c)
		}
	}
	for _, c := range [][2]string{
		{"the U.S. said 1,000 don’t", "the US said 1000 dont"}, {"at 4.5 percent", "at 4.5 percent"}, {"well-known", "well known"}, {"Zażalenie", "zazalenie"},
	} {
		pad := " " + strings.Repeat("filling words that both of the texts have in their ends so that there are enough ", 2)
		if got := similarity.Compare(similarity.New("", c[0]+pad+bridge), similarity.New("", c[1]+pad+bridge)); got.LongerCoverage != 1 {
			t.Errorf("%q and %q: %+v; want equal texts", c[0], c[1], got)
		}
	}
}

// TestShort checks that headlines and summaries are duplicates only if they are almost equal
// and match the titles.
func TestShort(t *testing.T) {
	const summary = "At least 12 people were killed when a bus plunged into a ravine in the north of the country, officials said on Tuesday."
	for _, c := range []struct {
		name, titleA, a, titleB, b string
		want                       bool
	}{
		{"only headlines", "Fire in Selby", "", "Fire in Selby", "", false},
		{"a few words", "Fire in Selby", "There is a fire in Selby, the county said.", "Fire in Selby", "There is a fire in Selby, the county said.", false},
		{"same summary", "Bus plunges into ravine, killing 12", summary, "12 people killed as bus plunges into ravine", summary, true},
		{"another number", "Bus plunges into ravine, killing 12", summary, "Bus plunges into ravine, killing 15", strings.Replace(summary, "12", "15", 1), false},
		{"another place", "Bus plunges into ravine", summary, "Bus plunges into ravine", strings.Replace(summary, "north", "south", 1), false},
		{"standard summary", "Mayor resigns", "Get the latest news, weather and sports from our newsroom delivered to your inbox every morning, " +
			"free of any charge.", "Storm hits coast", "Get the latest news, weather and sports from our newsroom delivered to your inbox every " +
			"morning, free of any charge.", false},
		{"summary of a story", "Bridge closed", bridge, "Bridge closed", bridge[:strings.Index(bridge, " Traffic")], false},
		{"notice instead of a text", "Mayor resigns after vote", notices[0], "Storm floods the coast", notices[0], false},
		{"without titles", "", bridge, "", bridge, true},
		{"nothing", "", "", "", "", false},
	} {
		a, b := similarity.New(c.titleA, c.a), similarity.New(c.titleB, c.b)
		if got := similarity.Compare(a, b); got.IsDuplicate() != c.want || similarity.Compare(b, a) != got {
			t.Errorf("%s: %+v, reversed %+v; want duplicate %v", c.name, got, similarity.Compare(b, a), c.want)
		}
	}
}

// TestScripts compares texts in scripts without capitals or spaces.
func TestScripts(t *testing.T) {
	for name, c := range map[string][3]string{
		"Chinese": {
			"北京发生四级地震", "北京市昌平区星期二上午发生四级地震，震源深度十五公里，多地居民感到明显摇晃。当地政府表示，目前没有人员伤亡的报告，供水和供电一切正常，学校照常上课。专家提醒市民注意余震，不要相信网上流传的谣言。",
			"据报道，北京市昌平区星期二上午发生四级地震，震源深度十五公里，多地居民感到明显摇晃。\n\n当地政府表示，目前没有人员伤亡的报告，供水和供电一切正常，学校照常上课。",
		},
		"Russian": {
			"В Казани закрыли мост", "В Казани в понедельник закрыли старый мост через реку, сообщили в мэрии города. Специалисты нашли трещину в " +
				"северной опоре и потребовали срочного ремонта. Движение направят по объездной дороге до конца сентября, а автобусы пойдут по новым " +
				"маршрутам. Жители соседних улиц давно жаловались на шум и пробки. Решение о строительстве нового моста совет примет осенью.",
			"В понедельник в Казани закрыли старый мост через реку, сообщили в мэрии города. Специалисты нашли трещину в северной опоре и " +
				"потребовали срочного ремонта. Движение направят по объездной дороге до конца сентября, а автобусы пойдут по новым маршрутам. Жители " +
				"соседних улиц давно жаловались на шум и пробки.",
		},
		"Arabic": {
			"إغلاق الجسر القديم في الموصل", "أعلنت السلطات في الموصل يوم الاثنين إغلاق الجسر القديم فوق النهر بعد العثور على شرخ في الدعامة " +
				"الشمالية. وقال متحدث إن حركة السير ستحول إلى الطريق الدائري حتى نهاية أيلول. وأضاف أن تكلفة بناء جسر جديد قد تبلغ ملايين الدولارات وأن " +
				"المجلس سيناقش الأمر في الخريف المقبل مع الخبراء والمهندسين.",
			"أعلنت السلطات في الموصل يوم الاثنين إغلاق الجسر القديم فوق النهر بعد العثور على شرخ في الدعامة الشمالية. وقال متحدث إن حركة السير ستحول " +
				"إلى الطريق الدائري حتى نهاية أيلول. وأضاف أن تكلفة بناء جسر جديد قد تبلغ ملايين الدولارات.",
		},
	} {
		a, b := similarity.New(c[0], c[1]), similarity.New(c[0], c[2])
		if got := similarity.Compare(a, b); !got.IsDuplicate() || !shareKey(a, b) {
			t.Errorf("%s: %+v, shares a key: %v; want a duplicate", name, got, shareKey(a, b))
		}
	}
}

// TestKeysUnchanged checks that keys do not change. They are stored in indexes; a change
// needs a migration that computes them again.
func TestKeysUnchanged(t *testing.T) {
	text := similarity.New("Bridge closed", bridge)
	if got := fmt.Sprintf("%016x %x", text.SimHash(), text.Keys()); got != wantKeys {
		t.Errorf("the keys are\n%s, want\n%s", got, wantKeys)
	}
	if n := len(similarity.New("Short", "One two three.").Keys()); n != 0 {
		t.Errorf("a text of three words has %d keys, want none", n)
	}
	if n := len(similarity.New("Long", strings.Repeat(bridge+" ", 500)).Keys()); n > 16 {
		t.Errorf("a long text has %d keys, want at most 16", n)
	}
}

const wantKeys = "66449056574e2688 [1713407890 c1364ca841 9866b30326 cd763987b5 abf56d2aa4 844d36cba8 9fb2e8d6af 5dfcd85e13]"

func FuzzCompare(f *testing.F) {
	f.Add("Bridge closed", bridge, "Bridge", "SELBY (AP) — "+bridge)
	f.Add("", "“\"«„\xff\xfe", "北京", "北京发生地震 U.S. 1,000.5 don’t\u00ad\u0301")
	f.Add("a", strings.Repeat("a b ", 100), "b", strings.Repeat("b a ", 100))
	f.Fuzz(func(t *testing.T, titleA, textA, titleB, textB string) {
		a, b := similarity.New(titleA, textA), similarity.New(titleB, textB)
		c := similarity.Compare(a, b)
		if c.Shared > min(a.Len(), b.Len()) || c.Coverage < 0 || c.Coverage > 1 || c.UnquotedCoverage > 1 || c.LongerCoverage > c.Coverage ||
			c.TitleOverlap < 0 || c.TitleOverlap > 1 {
			t.Errorf("inconsistent comparison %+v of %d and %d words", c, a.Len(), b.Len())
		}
		if other := similarity.Compare(b, a); a.Len() != b.Len() && other != c {
			t.Errorf("Compare returns %+v, reversed %+v", c, other)
		}
		if self := similarity.Compare(a, a); a.Len() >= similarity.MinWords && self.ConflictingFacts != 0 {
			t.Errorf("compared with itself: %+v", self)
		}
		if len(a.Keys()) > 0 && a.Len() < similarity.MinWords {
			t.Errorf("a text of %d words has keys", a.Len())
		}
	})
}

func BenchmarkKeys(b *testing.B) {
	g := newGenerator(5)
	r := g.story(25)
	text := r.text()
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		similarity.New(r.title, text).Keys()
	}
}

func BenchmarkCompare(b *testing.B) {
	g := newGenerator(5)
	r := g.story(25)
	p := g.duplicateOf(r)
	for b.Loop() {
		similarity.Compare(similarity.New(r.title, r.text()), similarity.New(p.title, p.text()))
	}
}

func ExampleCompare() {
	wire := similarity.New("Selby bridge closed after crack is found", "SELBY (AP) — "+bridge)
	local := similarity.New("Costly crack closes our bridge", strings.ReplaceAll(bridge, "county", "government")+" More on this story tonight.")
	c := similarity.Compare(wire, local)
	fmt.Printf("%.0f%% of the shorter text, duplicate: %v\n", 100*c.Coverage, c.IsDuplicate())
	// Output: 99% of the shorter text, duplicate: true
}
