package handlers

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"newsmap/geo"
	"newsmap/geo/feature"
	"newsmap/geo/story"
	"newsmap/handlers/locale"

	"github.com/gin-gonic/gin"
)

// storyView is the data of the template of a story's page.
type storyView struct {
	ID, Title, Lang, Outlet, Byline, Original, TilesURL, TilesCredit string
	Image                                                            string // address of the image; a link, as pages load nothing from other sites
	Partial                                                          string // key of the message about a text that is not complete; empty if it is
	GeoJSON                                                          string // address of its places as GeoJSON
	Published                                                        *when
	TitleRuns                                                        []run
	Paragraphs                                                       [][]run
	Places                                                           []placeView
	Points                                                           []pointView
	Unlocated                                                        []string
	Titles                                                           []titleView
	CopyOf                                                           *copyView // the story that this one is a duplicate of
	Copies                                                           []copyView
	Outlets                                                          int // number of other outlets with a duplicate
}

// placeView is a location in the list next to a story's text.
type placeView struct {
	ID, Name, Role, Precision, Kind string
	Shape, Around, Evidence, Href   string
	Lat, Lon                        string
	Confidence                      float64
	Doubt                           bool
	Reasons                         []string
}

// pointView is a point that the publisher gave.
type pointView struct{ Lat, Lon, MapHref string }

// titleView is an earlier title of the story.
type titleView struct {
	Title string
	Until *when
}

// copyView is a duplicate of the story.
type copyView struct {
	Href, Title, Outlet string
	Published           *when
}

func (s *server) storyPage(c *gin.Context) {
	st, err := s.story(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	view := s.storyView(st, s.pages.locales.Choose(c.Request))
	if err := s.addCopies(c.Request.Context(), st, &view); err != nil {
		s.fail(c, err)
		return
	}
	s.page(c, http.StatusOK, "story.html", view)
}

func (s *server) storyView(st *story.Story, l *locale.Locale) storyView {
	view := storyView{
		ID:          st.ID,
		Title:       st.Title,
		Lang:        st.Lang,
		Outlet:      st.Outlet,
		Byline:      st.Byline,
		Original:    webAddress(st.URL),
		Image:       webAddress(st.Image),
		TilesURL:    s.TilesURL,
		TilesCredit: s.TilesCredit,
		GeoJSON:     storyFile(st.ID),
		Partial:     partialKey(st),
		Published:   newWhen(st.Published),
		TitleRuns:   titleRuns(st),
		Paragraphs:  paragraphs(st),
	}
	markFirst(append([][]run{view.TitleRuns}, view.Paragraphs...)...)
	for i := range st.Locations {
		view.Places = append(view.Places, newPlaceView(&st.Locations[i], l))
	}
	for _, p := range st.Points {
		lat, lon := degrees(p.Lat), degrees(p.Lon)
		view.Points = append(view.Points, pointView{lat, lon, "/#10/" + lat + "/" + lon})
	}
	for _, t := range st.Titles {
		view.Titles = append(view.Titles, titleView{t.Title, newWhen(t.Until)})
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

// addCopies adds the other stories of the story's group of duplicates.
func (s *server) addCopies(ctx context.Context, st *story.Story, view *storyView) error {
	copies := st.Copies
	if st.CopyOf != "" {
		primary, err := s.Store.Story(ctx, st.CopyOf)
		if errors.Is(err, geo.ErrNotFound) { // it was deleted in the meantime
			return nil
		}
		if err != nil {
			return err
		}
		view.CopyOf = &copyView{story.Path(primary.ID), primary.Title, primary.Outlet, newWhen(primary.Published)}
		copies = primary.Copies
	}
	outlets := map[string]bool{strings.ToLower(st.Outlet): true}
	for _, c := range copies {
		if c.ID == st.ID {
			continue
		}
		name := cmp.Or(c.Outlet, c.Domain)
		outlets[strings.ToLower(name)] = true
		view.Copies = append(view.Copies, copyView{story.Path(c.ID), c.Title, name, newWhen(c.Published)})
	}
	view.Outlets = max(1, len(outlets)-1)
	return nil
}

// partialKey returns the key of the message about a text that is not complete, or "".
func partialKey(st *story.Story) string {
	switch st.TextSource {
	case story.SourceHeadline:
		return "story.partial.headline"
	case story.SourceFeed:
		return "story.partial.feed"
	}
	return ""
}

func newPlaceView(l *geo.Location, lang *locale.Locale) placeView {
	p := &l.Place
	return placeView{
		ID:         p.ID,
		Name:       p.Name,
		Role:       roleClass(l.Role),
		Precision:  string(l.Precision),
		Kind:       locale.KindKey(p.FeatureCode, l.Precision),
		Shape:      shape(l.Precision),
		Around:     lang.Around(p),
		Confidence: l.Confidence,
		Doubt:      l.Confidence < doubtBelow,
		Evidence:   l.Evidence,
		Reasons:    lang.Reasons(l.Reasons),
		Href:       placeHref(p.ID),
		Lat:        degrees(p.Point.Lat()),
		Lon:        degrees(p.Point.Lon()),
	}
}

func storyFile(id string) string {
	return "/api/stories/" + url.PathEscape(id) + "/features.geojson?download=1"
}

// storyFeatures answers with the places of one story as GeoJSON.
func (s *server) storyFeatures(c *gin.Context) {
	values, err := onlyParams(c, "download")
	if err != nil {
		s.fail(c, err)
		return
	}
	st, err := s.story(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	format, err := feature.FormatByName(feature.GeoJSON)
	if err != nil {
		s.fail(c, err)
		return
	}
	s.stream(c, values, format.MediaType, "newsmap-story", format.Extension, func() error {
		writer := format.NewWriter(c.Writer, feature.Options{BaseURL: s.BaseURL})
		for _, l := range st.Locations {
			f := story.Feature{
				StoryID:   st.ID,
				Title:     st.Title,
				URL:       st.URL,
				Outlet:    st.Outlet,
				Lang:      st.Lang,
				Published: st.Published,
				Location:  l,
				Mentions:  len(l.Toponyms),
			}
			if err := writer.Write(&f); err != nil {
				return err
			}
		}
		return writer.Close()
	})
}
