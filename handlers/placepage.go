package handlers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"newsmap/geo"
	"newsmap/geo/story"

	"github.com/gin-gonic/gin"
)

// placeStories is how many stories one page of a place shows.
const placeStories = 25

// placePageView is what the page of a place shows.
type placePageView struct {
	ID, Name, Around, Precision, PrecisionWord string
	Lat, Lon, MapHref, NextHref, Heading       string
	TilesURL                                   string
	Facts                                      []fact
	Stories                                    []placeStory
}

type fact struct{ Name, Value, Href string }

// placeStory is a story in the list of a place, with what it says of it.
type placeStory struct {
	Href, Title, Outlet, Original, Role, RoleWord, Evidence string
	Published                                               *when
}

func (s *server) placePage(c *gin.Context) {
	view, err := s.placeView(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	s.page(c, http.StatusOK, "place.html", view)
}

func (s *server) placeView(c *gin.Context) (*placePageView, error) {
	ctx, id := c.Request.Context(), c.Param("id")
	place, err := s.place(ctx, id)
	if err != nil {
		return nil, err
	}
	q := story.Query{Place: []string{id}, Limit: placeStories, Cursor: c.Query("cursor")}
	page, err := s.Store.Stories(ctx, q)
	if err != nil {
		return nil, err
	}
	counts, err := s.Store.Count(ctx, q)
	if err != nil {
		return nil, err
	}
	precision := place.Precision()
	view := &placePageView{
		ID: id, Name: place.Name, Around: around(&place), Precision: string(precision), PrecisionWord: precisionWord(precision),
		Lat: degrees(place.Point.Lat()), Lon: degrees(place.Point.Lon()), TilesURL: s.TilesURL,
		MapHref: "/?place=" + url.QueryEscape(id), Heading: storiesWord(counts.Stories),
	}
	names := newNames(place.Name)
	for _, st := range page.Stories {
		view.Stories = append(view.Stories, newPlaceStory(st, id, names))
	}
	view.Facts = facts(&place, names.list)
	if page.Next != "" {
		view.NextHref = placeHref(id) + "?cursor=" + url.QueryEscape(page.Next)
	}
	return view, nil
}

// place asks the gazetteer, then the stories: a store outlives the index that
// filled it.
func (s *server) place(ctx context.Context, id string) (geo.Place, error) {
	if !utf8.ValidString(id) || strings.Contains(id, ",") {
		return geo.Place{}, fmt.Errorf("place id: %w", geo.ErrNotFound)
	}
	place, err := s.Places.Place(id)
	if err == nil || !errors.Is(err, geo.ErrNotFound) {
		return place, err
	}
	found := false
	_, err = s.Store.Features(ctx, story.Query{Place: []string{id}, Limit: 1}, func(f *story.Feature) error {
		place, found = f.Location.Place, true
		return nil
	})
	if err == nil && !found {
		err = fmt.Errorf("place %q: %w", id, geo.ErrNotFound)
	}
	return place, err
}

func newPlaceStory(st *story.Story, placeID string, names *names) placeStory {
	view := placeStory{
		Href: story.Path(st.ID) + "#place-" + placeID, Title: st.Title, Outlet: st.Outlet,
		Original: original(st.URL), Published: newWhen(st.Published),
	}
	if view.Title == "" {
		view.Title = "Untitled story"
	}
	for _, l := range st.Locations {
		if l.Place.ID != placeID {
			continue
		}
		view.Role, view.RoleWord, view.Evidence = roleClass(l.Role), roleWord(l.Role), l.Evidence
		for _, t := range l.Toponyms {
			if t.Kind == geo.KindName || t.Kind == geo.KindDateline {
				names.add(t.Text)
			}
		}
	}
	return view
}

// names gathers by which names stories call a place.
type names struct {
	seen map[string]bool
	list []string
}

func newNames(main string) *names { return &names{seen: map[string]bool{strings.ToLower(main): true}} }

func (n *names) add(name string) {
	const most = 12
	key := strings.ToLower(name) // datelines are in capitals
	if !n.seen[key] && len(n.list) < most {
		n.seen[key] = true
		n.list = append(n.list, name)
	}
}

func facts(p *geo.Place, names []string) []fact {
	var out []fact
	add := func(name, value, href string) {
		if value != "" {
			out = append(out, fact{name, value, href})
		}
	}
	add("Also called", strings.Join(names, ", "), "")
	add("Country", countryName(p), "")
	if len(p.Countries) > 1 {
		add("Countries", countryNames(p.Countries), "")
	}
	add("Division", p.Admin1, "")
	add("Subdivision", p.Admin2, "")
	if p.Population > 0 {
		add("Population", thousands(p.Population), "")
	}
	add("Latitude, longitude", degrees(p.Point.Lat())+", "+degrees(p.Point.Lon()), "")
	add("Feature code", p.FeatureCode, "")
	href := ""
	if number, ok := strings.CutPrefix(p.ID, "geonames:"); ok {
		href = "https://www.geonames.org/" + url.PathEscape(number)
	}
	add("Id", p.ID, href)
	return out
}

func countryNames(codes []string) string {
	names := make([]string, 0, len(codes))
	for _, code := range codes {
		names = append(names, regionName(code))
	}
	return strings.Join(names, ", ")
}

// thousands writes 1234567 as 1,234,567.
func thousands(n int64) string {
	digits := strconv.FormatInt(n, 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

func storiesWord(n int) string {
	switch n {
	case 0:
		return "Stories"
	case 1:
		return "1 story"
	}
	return thousands(int64(n)) + " stories"
}
