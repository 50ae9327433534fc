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

	Points  []point `json:"points"`  // where the publisher says the story is
	Preview bool    `json:"preview"` // answer also with the story as it would be
}

// geoparseAnswer is the mentions in a text; for a preview also what storing the
// text would make of it.
type geoparseAnswer struct {
	*geo.Mentions
	Story *storyBody `json:"story,omitempty"`
}

// postGeoparse answers with the mentions in a text and stores nothing. An address
// in place of a text is a preview of its page; as newsmap then visits a site of the
// client's choice, it needs the token.
func (s *server) postGeoparse(c *gin.Context) {
	if !s.geoparse.allow(c.Request) {
		s.fail(c, errRate)
		return
	}
	in, err := s.document(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	draft, err := s.draft(c, in)
	if err != nil {
		s.fail(c, err)
		return
	}
	doc := draft.Document()
	doc.ID, doc.Outlet = in.ID, in.Outlet
	if doc.Domain == "" {
		doc.Domain = story.Domain(in.URL)
	}
	result, err := s.Parser.Parse(c.Request.Context(), doc)
	if err != nil {
		s.fail(c, err)
		return
	}
	answer := geoparseAnswer{Mentions: result.Mentions(doc.ID)}
	if in.Preview {
		draft.ID = ""
		draft.Locate(result)
		body := s.storyBody(draft, s.apiLocale(c))
		body.StoryURL = "" // it has none yet
		answer.Story = &body
	}
	s.json(c, http.StatusOK, answer)
}

func (s *server) document(c *gin.Context) (*document, error) {
	if err := noQuery(c.Request); err != nil {
		return nil, err
	}
	content, kind, err := body(c.Request)
	if err != nil {
		return nil, err
	}
	in := &document{}
	switch kind {
	case "text/plain":
		in.Text = string(content)
	case "application/json":
		if err := decode(content, in); err != nil {
			return nil, err
		}
	default:
		return nil, &requestError{http.StatusUnsupportedMediaType, "The body must be text/plain or application/json.", "Content-Type"}
	}
	return in, nil
}

// draft returns the story of a document: of its text, which stays as it is because
// offsets point into it, or of the page at its address.
func (s *server) draft(c *gin.Context, in *document) (*story.Story, error) {
	given := &newStory{
		Title: in.Title, Text: in.Text, URL: in.URL, Outlet: in.Outlet, Domain: in.Domain, Lang: in.Lang, Published: in.Date, Points: in.Points,
	}
	if strings.TrimSpace(in.Text) != "" || strings.TrimSpace(in.Title) != "" {
		draft := given.story()
		return draft, draft.Validate(s.Now())
	}
	if in.URL == "" || !in.Preview {
		return nil, geo.Invalid("text", "is empty")
	}
	if err := s.authorize(c.Request); err != nil {
		return nil, err
	}
	if s.Fetcher == nil {
		return nil, geo.Invalid("url", "cannot be read: this server visits no pages, so the text must come with it")
	}
	return s.fetch(c.Request.Context(), given)
}
