package handlers

import (
	"fmt"
	"math"
	"net/http"

	"newsmap/geo"
	"newsmap/geo/story"

	"github.com/gin-gonic/gin"
)

// storyView is what the page of a story shows.
type storyView struct {
	Title, Lang, Outlet, Byline, Original, TilesURL string
	Partial                                         string // what is missing of the text, empty if nothing
	Published                                       *when
	TitleRuns                                       []run
	Paragraphs                                      [][]run
	Places                                          []placeView
	Unlocated                                       []string
}

// placeView is a location in the list beside a story's text.
type placeView struct {
	ID, Name, Role, RoleWord, Precision, PrecisionWord string
	Shape, Around, Percent, Evidence, Href, Lat, Lon   string
	Reasons                                            []string
}

func (s *server) storyPage(c *gin.Context) {
	st, err := s.story(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	s.page(c, http.StatusOK, "story.html", s.storyView(st))
}

func (s *server) storyView(st *story.Story) storyView {
	view := storyView{
		Title: st.Title, Lang: st.Lang, Outlet: st.Outlet, Byline: st.Byline, Original: original(st.URL), TilesURL: s.TilesURL,
		Partial: partial(st), Published: newWhen(st.Published), TitleRuns: titleRuns(st), Paragraphs: paragraphs(st),
	}
	markFirst(append([][]run{view.TitleRuns}, view.Paragraphs...)...)
	if view.Title == "" {
		view.Title = "Untitled story"
	}
	for i := range st.Locations {
		view.Places = append(view.Places, newPlaceView(&st.Locations[i]))
	}
	seen := map[string]bool{}
	for _, t := range st.Unlocated {
		if !seen[t.Text] {
			seen[t.Text] = true
			view.Unlocated = append(view.Unlocated, t.Text)
		}
	}
	return view
}

// partial says what is missing of a story's text.
func partial(st *story.Story) string {
	switch st.TextSource {
	case story.SourceHeadline:
		return "newsmap knows only the headline of this story; its page could not be read."
	case story.SourceFeed:
		return "This is the text that the outlet's feed gives; the original may say more."
	}
	return ""
}

func newPlaceView(l *geo.Location) placeView {
	p := &l.Place
	return placeView{
		ID: p.ID, Name: p.Name, Role: roleClass(l.Role), RoleWord: roleWord(l.Role),
		Precision: string(l.Precision), PrecisionWord: precisionWord(l.Precision), Shape: shape(l.Precision),
		Around: around(p), Percent: fmt.Sprintf("%.0f%%", math.Round(100*l.Confidence)), Evidence: l.Evidence, Reasons: l.Reasons,
		Href: placeHref(p.ID), Lat: degrees(p.Point.Lat()), Lon: degrees(p.Point.Lon()),
	}
}
