package handlers

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
	"time"

	"newsmap/geo"
	"newsmap/geo/feature"
	"newsmap/handlers/locale"
	"newsmap/static"

	"github.com/gin-gonic/gin"
)

// pages are the parsed templates of the HTML pages in each language.
type pages struct {
	locales   *locale.Catalog
	templates map[*locale.Locale]*template.Template
}

func newPages(sources fs.FS, a *assets) (*pages, error) {
	l, err := locale.Load(static.Assets)
	if err != nil {
		return nil, err
	}
	p := &pages{locales: l, templates: map[*locale.Locale]*template.Template{}}
	for _, lang := range l.All {
		functions := lang.Functions(l.All)
		functions["asset"] = a.address
		functions["modules"] = a.modules
		functions["stylesheets"] = a.stylesheets
		functions["percent"] = lang.Percent
		templates, err := template.New("pages").Funcs(functions).ParseFS(sources, "*.html")
		if err != nil {
			return nil, fmt.Errorf("pages: %w", err)
		}
		p.templates[lang] = templates
	}
	return p, nil
}

// page writes an HTML page. It executes the template before it writes anything, so that a
// template that fails never leaves half a page.
func (s *server) page(c *gin.Context, status int, name string, data any) {
	var out bytes.Buffer
	lang := s.pages.locales.Choose(c.Request)
	if err := s.pages.templates[lang].ExecuteTemplate(&out, name, data); err != nil {
		if name == "error.html" { // the error page itself failed: answer with plain text
			s.Logger.Error("error page failed", "error", err)
			c.String(http.StatusInternalServerError, "The server failed, and logged the cause. Try again later.\n")
			return
		}
		s.fail(c, fmt.Errorf("page %s: %w", name, err))
		return
	}
	if c.Writer.Header().Get("Cache-Control") == "" {
		c.Header("Cache-Control", "no-cache")
	}
	c.Header("Content-Language", lang.Code)
	c.Writer.Header().Add("Vary", "Accept-Language, Cookie")
	c.Data(status, "text/html; charset=utf-8", out.Bytes())
}

// mapView is the data of the templates of the map and the embedded map.
type mapView struct {
	TilesURL, TilesCredit string
	Formats               []feature.Format // for download
}

func (s *server) mapView() mapView { return mapView{s.TilesURL, s.TilesCredit, menuFormats()} }

// mapPage answers with the map. The script of the page reads the filters in the address, and
// the API reports errors in them.
func (s *server) mapPage(c *gin.Context) {
	s.page(c, http.StatusOK, "index.html", s.mapView())
}

// errorPage answers with a problem as a page. A missing page is explained in the language of
// the page, and other problems in English, as by the API.
func (s *server) errorPage(c *gin.Context, p Problem) {
	s.page(c, p.Status, "error.html", p)
}

// when is a time for people and for machines.
type when struct{ Human, Machine string }

func newWhen(t time.Time) *when {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	human := t.Format("2 January 2006")
	if t.Hour() != 0 || t.Minute() != 0 {
		human = t.Format("2 January 2006, 15:04 UTC")
	}
	return &when{human, t.Format(time.RFC3339)}
}

// webAddress returns raw if it is an http or https address with a host, and "" otherwise.
func webAddress(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return u.String()
}

// roleClass returns the style class of a role, which is also part of message keys. For an
// unknown role it is that of a mention.
func roleClass(r geo.Role) string {
	switch r {
	case geo.RoleFocus, geo.RoleDateline:
		return string(r)
	}
	return string(geo.RoleMention)
}

// shape returns the style class of a precision. It distinguishes points that represent an area.
func shape(p geo.Precision) string {
	if p == geo.PrecisionPoint || p == geo.PrecisionCity {
		return "spot"
	}
	return "area"
}

// placeHref returns the address of a place's page.
func placeHref(id string) string { return "/places/" + url.PathEscape(id) }

// degrees formats a coordinate with at most 6 decimals, about 0.1 m.
func degrees(v float64) string {
	s := fmt.Sprintf("%.6f", v)
	return strings.TrimRight(strings.TrimRight(s, "0"), ".")
}
