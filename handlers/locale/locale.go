package locale

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

// Param is the name of the parameter and of the cookie that choose a page's language.
const Param = "locale"

// Catalog contains the languages of the pages. A message file has one text for each key, or
// one for each CLDR plural category. A value replaces its name in braces.
type Catalog struct {
	All     []*Locale // English first, then by code
	matcher language.Matcher
}

// Locale is one language of the pages with its messages.
type Locale struct {
	Code     string // BCP 47
	Name     string // in the language itself
	Dir      string // ltr or rtl
	tag      language.Tag
	messages map[string]phrase
	english  map[string]phrase // used for keys that are not in messages
}

// phrase is a message: one text, or a text for each plural category.
type phrase struct {
	text   string
	plural map[string]string
}

// UnmarshalJSON reads a string or an object of strings.
func (p *phrase) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '{' {
		return json.Unmarshal(b, &p.plural)
	}
	return json.Unmarshal(b, &p.text)
}

// Load reads messages/*.json in tree. There must be an en.json.
func Load(tree fs.FS) (*Catalog, error) {
	names, err := fs.Glob(tree, "messages/*.json")
	if err != nil {
		return nil, fmt.Errorf("messages: %w", err)
	}
	english := slices.Index(names, "messages/en.json")
	if english < 0 {
		return nil, errors.New("messages: en.json is missing")
	}
	names[0], names[english] = names[english], names[0]
	slices.Sort(names[1:])
	l := &Catalog{}
	tags := make([]language.Tag, 0, len(names))
	for _, name := range names {
		one, err := readLocale(tree, name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		l.All = append(l.All, one)
		one.english = l.All[0].messages
		tags = append(tags, one.tag)
	}
	l.matcher = language.NewMatcher(tags)
	return l, nil
}

func readLocale(tree fs.FS, name string) (*Locale, error) {
	body, err := fs.ReadFile(tree, name)
	if err != nil {
		return nil, err
	}
	l := &Locale{Code: strings.TrimSuffix(path.Base(name), ".json"), Dir: "ltr"}
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

// Choose returns the language of the answer to r: the one in the address; otherwise the one
// that the reader chose before (a cookie), the best one for the Accept-Language header, or
// English, in this order.
func (l *Catalog) Choose(r *http.Request) *Locale {
	wanted := []string{r.URL.Query().Get(Param)}
	if cookie, err := r.Cookie(Param); err == nil {
		wanted = append(wanted, cookie.Value)
	}
	for _, code := range wanted {
		for _, one := range l.All {
			if one.Code == code {
				return one
			}
		}
	}
	const maxHeader = 200 // bytes; real headers are shorter, and parsing has a cost
	header := r.Header.Get("Accept-Language")
	if len(header) > maxHeader {
		return l.All[0]
	}
	asked, _, err := language.ParseAcceptLanguage(header)
	if err != nil || len(asked) == 0 {
		return l.All[0]
	}
	_, index, confidence := l.matcher.Match(asked...)
	if confidence == language.No {
		return l.All[0]
	}
	return l.All[index]
}

// Functions returns the functions of templates in this language.
func (l *Locale) Functions(all []*Locale) template.FuncMap {
	return template.FuncMap{
		"t":       l.Translate,
		"locale":  func() string { return l.Code },
		"dir":     func() string { return l.Dir },
		"locales": func() []*Locale { return all },
	}
}

// Translate returns the message of a key with its values inserted. values alternates names and
// values; a number named count chooses the plural. It returns an error for an unknown key, so
// that a page that uses one fails its tests.
func (l *Locale) Translate(key string, values ...any) (string, error) {
	p, ok := l.messages[key]
	if !ok {
		p, ok = l.english[key]
	}
	if !ok {
		return "", fmt.Errorf("there is no message %q", key)
	}
	if len(values)%2 != 0 {
		return "", fmt.Errorf("message %q: the value of %v is missing", key, values[len(values)-1])
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

// Reason returns a reason as a sentence in this language.
func (l *Locale) Reason(r geo.Reason) string {
	values := make([]any, 0, 2*len(r.Params))
	for name, value := range r.Params {
		switch n, err := strconv.Atoi(value); {
		case name == "name" && r.Params["country"] != "" && l.Code != "en":
			values = append(values, name, l.Region(r.Params["country"]))
		case name == "km" && err == nil:
			values = append(values, name, n)
		default:
			values = append(values, name, value)
		}
	}
	text, err := l.Translate("reason."+string(r.Code), values...)
	if err != nil {
		return r.String() // a code of a later version
	}
	return text
}

// Reasons returns each reason as a sentence in this language.
func (l *Locale) Reasons(reasons []geo.Reason) []string {
	out := make([]string, len(reasons))
	for i, r := range reasons {
		out[i] = l.Reason(r)
	}
	return out
}

// form returns the text for a count n.
func (p *phrase) form(tag language.Tag, n int) string {
	names := map[plural.Form]string{plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many"}
	if text, ok := p.plural[names[plural.Cardinal.MatchPlural(tag, max(n, -n), 0, 0, 0, 0)]]; ok {
		return text
	}
	return p.plural["other"]
}
