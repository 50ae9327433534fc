package handlers

import (
	"net/http"
	"strings"

	"newsmap/geo"
	"newsmap/geo/story"

	"github.com/gin-gonic/gin"
)

// document is the JSON body of POST /api/geoparse, the same as a line of input for "newsmap
// geoparse".
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
	Preview bool    `json:"preview"` // also answer with the story as it would be stored
}

// geoparseAnswer contains the mentions in a text and, for a preview, the story as it would be
// stored.
type geoparseAnswer struct {
	*geo.Mentions
	Story *storyBody `json:"story,omitempty"`
}

// postGeoparse answers with the mentions in a text and stores nothing. For an address instead
// of a text, it answers with a preview of the page. That needs the token, as newsmap then
// fetches from a site of the client's choice.
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
		body.StoryURL = "" // it is not stored, so it has none
		answer.Story = &body
	}
	s.json(c, http.StatusOK, answer)
}

func (s *server) document(c *gin.Context) (*document, error) {
	if err := noParams(c.Request); err != nil {
		return nil, err
	}
	content, mediaType, err := body(c.Request)
	if err != nil {
		return nil, err
	}
	in := &document{}
	switch mediaType {
	case "text/plain":
		in.Text = string(content)
	case "application/json":
		if err := decode(content, in); err != nil {
			return nil, err
		}
	default:
		return nil, wrongType(mediaType, "text/plain or application/json")
	}
	return in, nil
}

// draft makes a story from the text of a document or from the page at its address. It does not
// change the text, as offsets point into it.
func (s *server) draft(c *gin.Context, in *document) (*story.Story, error) {
	given := &newStory{
		Title: in.Title, Text: in.Text, URL: in.URL, Outlet: in.Outlet, Domain: in.Domain, Lang: in.Lang, Published: in.Date, Points: in.Points,
	}
	if strings.TrimSpace(in.Text) != "" || strings.TrimSpace(in.Title) != "" {
		draft := given.story()
		return draft, draft.Validate(s.Now())
	}
	if in.URL == "" || !in.Preview {
		return nil, geo.Invalid("text", "is empty; send a text, or the url of a page with \"preview\": true")
	}
	if err := s.authorize(c.Request); err != nil {
		return nil, err
	}
	if s.Fetcher == nil {
		return nil, geo.Invalid("url", "cannot be fetched: this server fetches no pages; send the text too")
	}
	return s.fetch(c.Request.Context(), given)
}
