package locale

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"newsmap/geo"
	"newsmap/static"
)

// TestMessages compares every language with English: it must have the same keys and values,
// and the plural categories of the language.
func TestMessages(t *testing.T) {
	l, err := Load(static.Assets)
	if err != nil {
		t.Fatal(err)
	}
	english := l.All[0]
	for _, one := range l.All {
		for key, want := range english.messages {
			got, ok := one.messages[key]
			if !ok {
				t.Errorf("%s: %s is missing", one.Code, key)
				continue
			}
			checkMessage(t, one, key, got, want)
		}
		for key := range one.messages {
			if _, ok := english.messages[key]; !ok {
				t.Errorf("%s: %s is not an English key", one.Code, key)
			}
		}
	}
}

// checkMessage compares a message with the English one.
func checkMessage(t *testing.T, l *Locale, key string, got, want phrase) {
	t.Helper()
	if (got.plural == nil) != (want.plural == nil) {
		t.Errorf("%s: %s has plurals in English or in this language only", l.Code, key)
	}
	for _, text := range texts(got) {
		if text == "" {
			t.Errorf("%s: %s is empty", l.Code, key)
		}
		for _, name := range placeholders(texts(want)...) {
			if name != "{count}" && !slices.Contains(placeholders(text), name) {
				t.Errorf("%s: %s has no %s: %q", l.Code, key, name, text)
			}
		}
	}
	if got.plural != nil {
		checkForms(t, l, key, got)
	}
}

// TestReasonMessages checks that each code of a reason has a message with the parameters of
// its English sentence, and that the English message is that sentence.
func TestReasonMessages(t *testing.T) {
	l, err := Load(static.Assets)
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range geo.ReasonCodes() {
		if got := l.All[0].messages["reason."+string(code)].text; got != code.Text() {
			t.Errorf("the English message of %s is %q, and its sentence %q", code, got, code.Text())
		}
		r := geo.Reason{Code: code, Params: map[string]string{}}
		for i, name := range placeholders(code.Text()) {
			r.Params[strings.Trim(name, "{}")] = strconv.Itoa(i + 7)
		}
		for _, one := range l.All {
			if text := one.Reason(r); text == "" || strings.ContainsAny(text, "{}") {
				t.Errorf("%s: %s has the text %q", one.Code, code, text)
			}
		}
	}
	for key := range l.All[0].messages {
		if code, ok := strings.CutPrefix(key, "reason."); ok && geo.ReasonCode(code).Text() == "" {
			t.Errorf("%s is not the message of a reason", key)
		}
	}
}

// checkForms checks that there is a text for every count.
func checkForms(t *testing.T, l *Locale, key string, p phrase) {
	t.Helper()
	for n := range 130 {
		if p.form(l.tag, n) == "" {
			t.Errorf("%s: %s has no text for %d", l.Code, key, n)
			return
		}
	}
	if l.Code != "ar" && l.Code != "uk" {
		return
	}
	if _, ok := p.plural["few"]; !ok {
		t.Errorf("%s: %s has no form for few", l.Code, key)
	}
}

func texts(p phrase) []string {
	if p.plural == nil {
		return []string{p.text}
	}
	var out []string
	for _, text := range p.plural {
		out = append(out, text)
	}
	return out
}

func placeholders(texts ...string) []string {
	var out []string
	for _, text := range texts {
		out = append(out, regexp.MustCompile(`\{\w+\}`).FindAllString(text, -1)...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

var testMessages = fstest.MapFS{
	"messages/en.json": {Data: []byte(`{"language.name":"English","language.direction":"ltr",
		"n":{"one":"{count} story","other":"{count} stories"},"hello":"Hello, {name}","only":"English only"}`)},
	"messages/uk.json": {Data: []byte(`{"language.name":"Українська",
		"n":{"one":"{count} стаття","few":"{count} статті","many":"{count} статей","other":"{count} статті"},"hello":"Вітаю, {name}"}`)},
	"messages/ar.json": {Data: []byte(`{"language.name":"العربية","language.direction":"rtl"}`)},
}

func TestLocaleChoice(t *testing.T) {
	l, err := Load(testMessages)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, query, cookie, accept, want string }{
		{"no choice", "", "", "", "en"},
		{"browser", "", "", "uk-UA,uk;q=0.9,en;q=0.5", "uk"},
		{"browser, second choice", "", "", "ja,ar;q=0.5", "ar"},
		{"browser, unknown language", "", "", "ja", "en"},
		{"browser, malformed", "", "", ";;;q=x", "en"},
		{"cookie before browser", "", "ar", "uk", "ar"},
		{"unknown cookie", "", "xx", "uk", "uk"},
		{"address before cookie", "?locale=uk", "ar", "en", "uk"},
		{"unknown language in the address", "?locale=../../etc", "ar", "en", "ar"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/"+c.query, nil)
		if c.cookie != "" {
			r.AddCookie(&http.Cookie{Name: Param, Value: c.cookie})
		}
		r.Header.Set("Accept-Language", c.accept)
		if got := l.Choose(r).Code; got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestTranslate(t *testing.T) {
	l, err := Load(testMessages)
	if err != nil {
		t.Fatal(err)
	}
	english, arabic, ukrainian := l.All[0], l.All[1], l.All[2]
	if arabic.Dir != "rtl" || ukrainian.Dir != "ltr" {
		t.Errorf("directions %s, %s", arabic.Dir, ukrainian.Dir)
	}
	for _, c := range []struct {
		l      *Locale
		key    string
		values []any
		want   string
	}{
		{english, "n", []any{"count", 1}, "1 story"}, {english, "n", []any{"count", 1234}, "1,234 stories"},
		{english, "hello", []any{"name", "{count}"}, "Hello, {count}"},
		{ukrainian, "n", []any{"count", 1}, "1 стаття"}, {ukrainian, "n", []any{"count", 3}, "3 статті"}, {ukrainian, "n", []any{"count", 5}, "5 статей"},
		{ukrainian, "n", []any{"count", 21}, "21 стаття"},
		{ukrainian, "only", nil, "English only"},
	} {
		if got, err := c.l.Translate(c.key, c.values...); err != nil || got != c.want {
			t.Errorf("%s %s %v: %q, %v; want %q", c.l.Code, c.key, c.values, got, err, c.want)
		}
	}
	if _, err := english.Translate("no.such.key"); err == nil {
		t.Error("no error for an unknown key")
	}
}
