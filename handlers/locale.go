package handlers

import (
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"

	"newsmap/geo"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// localeName is the parameter and the cookie that choose a page's language.
const localeName = "locale"

// locales are the languages of the pages, from the message files that the
// page's scripts read as well: one text per key, or one for each CLDR plural
// category, with {name} where a value goes.
type locales struct {
	all     []*locale // English first, then by code
	matcher language.Matcher
}

type locale struct {
	Code     string // BCP 47
	Name     string // in the language itself
	Dir      string // ltr or rtl
	tag      language.Tag
	messages map[string]phrase
	english  map[string]phrase // for keys that messages lacks
}

// phrase is a message: one text, or a text for each plural category.
type phrase struct {
	text   string
	plural map[string]string
}

// UnmarshalJSON takes a string or an object of strings.
func (p *phrase) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '{' {
		return json.Unmarshal(b, &p.plural)
	}
	return json.Unmarshal(b, &p.text)
}

// newLocales reads messages/*.json of tree.
func newLocales(tree fs.FS) (*locales, error) {
	names, err := fs.Glob(tree, "messages/*.json")
	if err != nil {
		return nil, fmt.Errorf("messages: %w", err)
	}
	english := slices.Index(names, "messages/en.json")
	if english < 0 {
		return nil, errors.New("messages: there is no en.json")
	}
	names[0], names[english] = names[english], names[0]
	slices.Sort(names[1:])
	l := &locales{}
	tags := make([]language.Tag, 0, len(names))
	for _, name := range names {
		one, err := readLocale(tree, name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		l.all = append(l.all, one)
		one.english = l.all[0].messages
		tags = append(tags, one.tag)
	}
	l.matcher = language.NewMatcher(tags)
	return l, nil
}

func readLocale(tree fs.FS, name string) (*locale, error) {
	body, err := fs.ReadFile(tree, name)
	if err != nil {
		return nil, err
	}
	l := &locale{Code: strings.TrimSuffix(path.Base(name), ".json"), Dir: "ltr"}
	if err := json.Unmarshal(body, &l.messages); err != nil {
		return nil, err
	}
	if l.tag, err = language.Parse(l.Code); err != nil {
		return nil, err
	}
	if l.Name = l.messages["language.name"].text; l.Name == "" {
		return nil, errors.New("language.name is missing")
	}
	if l.messages["language.direction"].text == "rtl" {
		l.Dir = "rtl"
	}
	return l, nil
}

// of chooses the language of a page: the address first, then what the reader
// chose before, then what the browser asks for.
func (l *locales) of(r *http.Request) *locale {
	wanted := []string{r.URL.Query().Get(localeName)}
	if cookie, err := r.Cookie(localeName); err == nil {
		wanted = append(wanted, cookie.Value)
	}
	for _, code := range wanted {
		for _, one := range l.all {
			if one.Code == code {
				return one
			}
		}
	}
	const most = 200 // bytes; real headers are shorter, and parsing has a cost
	header := r.Header.Get("Accept-Language")
	if len(header) > most {
		return l.all[0]
	}
	asked, _, err := language.ParseAcceptLanguage(header)
	if err != nil || len(asked) == 0 {
		return l.all[0]
	}
	_, index, confidence := l.matcher.Match(asked...)
	if confidence == language.No {
		return l.all[0]
	}
	return l.all[index]
}

// functions are what templates may call in this language.
func (l *locale) functions(all []*locale) template.FuncMap {
	return template.FuncMap{
		"t":       l.translate,
		"locale":  func() string { return l.Code },
		"dir":     func() string { return l.Dir },
		"locales": func() []*locale { return all },
	}
}

// translate gives the message of a key with its values filled in, which come as
// name and value in turn. A number named count chooses the plural. An unknown key
// is an error, so that a page with a wrong one fails its tests.
func (l *locale) translate(key string, values ...any) (string, error) {
	p, ok := l.messages[key]
	if !ok {
		p, ok = l.english[key]
	}
	if !ok || len(values)%2 != 0 {
		return "", fmt.Errorf("no message %q with %d values", key, len(values)/2)
	}
	printer := l.printer()
	text := p.text
	pairs := make([]string, 0, len(values))
	for i := 0; i < len(values); i += 2 {
		name := fmt.Sprint(values[i])
		n, isNumber := values[i+1].(int)
		if isNumber && name == "count" && p.plural != nil {
			text = p.form(l.tag, n)
		}
		pairs = append(pairs, "{"+name+"}", printer.Sprint(values[i+1]))
	}
	return strings.NewReplacer(pairs...).Replace(text), nil
}

// reason returns a reason as a sentence in this language.
func (l *locale) reason(r geo.Reason) string {
	values := make([]any, 0, 2*len(r.Params))
	for name, value := range r.Params {
		switch n, err := strconv.Atoi(value); {
		case name == "name" && r.Params["country"] != "" && l.Code != "en":
			values = append(values, name, l.region(r.Params["country"]))
		case name == "km" && err == nil:
			values = append(values, name, n)
		default:
			values = append(values, name, value)
		}
	}
	text, err := l.translate("reason."+string(r.Code), values...)
	if err != nil {
		return r.String() // of a version with more codes than this one
	}
	return text
}

func (l *locale) reasons(reasons []geo.Reason) []string {
	out := make([]string, len(reasons))
	for i, r := range reasons {
		out[i] = l.reason(r)
	}
	return out
}

// form is the text for a count.
func (p *phrase) form(tag language.Tag, n int) string {
	names := map[plural.Form]string{plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many"}
	if text, ok := p.plural[names[plural.Cardinal.MatchPlural(tag, max(n, -n), 0, 0, 0, 0)]]; ok {
		return text
	}
	return p.plural["other"]
}
