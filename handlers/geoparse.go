package handlers

import (
	"net/http"
	"strings"

	"newsmap/geo"
	"newsmap/geo/story"

	"github.com/gin-gonic/gin"
)

// document is the JSON form of what POST /api/geoparse takes, the same as a
// line for "newsmap geoparse".
type document struct {
	ID     string  `json:"id"`
	Title  string  `json:"title"`
	Text   string  `json:"text"`
	Domain string  `json:"domain"`
	Outlet string  `json:"outlet"`
	URL    string  `json:"url"`
	Lang   string  `json:"lang"`
	Date   instant `json:"date"`
}

// postGeoparse answers with the mentions in a text and stores nothing.
func (s *server) postGeoparse(c *gin.Context) {
	if !s.geoparse.allow(c.Request) {
		s.fail(c, errRate)
		return
	}
	doc, err := s.document(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	result, err := s.Parser.Parse(c.Request.Context(), doc)
	if err != nil {
		s.fail(c, err)
		return
	}
	s.json(c, http.StatusOK, result.Mentions(doc.ID))
}

func (s *server) document(c *gin.Context) (*geo.Document, error) {
	if err := noQuery(c.Request); err != nil {
		return nil, err
	}
	content, kind, err := body(c.Request)
	if err != nil {
		return nil, err
	}
	var in document
	switch kind {
	case "text/plain":
		in.Text = string(content)
	case "application/json":
		if err := decode(content, &in); err != nil {
			return nil, err
		}
	default:
		return nil, &requestError{http.StatusUnsupportedMediaType, "The body must be text/plain or application/json.", "Content-Type"}
	}
	if strings.TrimSpace(in.Text) == "" && strings.TrimSpace(in.Title) == "" {
		return nil, geo.Invalid("text", "is empty")
	}
	draft := story.Story{Title: in.Title, Text: in.Text, Domain: in.Domain, Outlet: in.Outlet, URL: in.URL, Lang: in.Lang, Published: in.Date.Time}
	if err := draft.Validate(s.Now()); err != nil {
		return nil, err
	}
	doc := draft.Document()
	doc.ID, doc.Outlet = in.ID, in.Outlet
	if doc.Domain == "" {
		doc.Domain = story.Domain(in.URL)
	}
	return doc, nil
}
