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
	"newsmap/handlers/locale"

	"github.com/gin-gonic/gin"
)

// placeStories is the number of stories on one page of a place.
const placeStories = 25

// placePageView is the data of the template of a place's page.
type placePageView struct {
	ID, Name, Around, Precision, Kind string
	Lat, Lon                          string
	Count                             int // stories that name the place
	Role                              string
	Roles                             []roleLink
	Stories                           []placeStory
	NewestHref, NextHref, MapHref     string
	Feed                              string
	Downloads                         []link
	Countries                         []link
	Within                            []link
	Population, FeatureCode           string
	NamesInStories                    []string
	Names                             []locale.NameGroup
	NamesByLanguage                   bool // whether Names are grouped by language rather than by script
	Neighbours                        []neighbourView
	OtherSites                        []link
	TilesURL, TilesCredit             string
}

type link struct{ Name, Href string }

// roleLink is a link to the stories in which the place has a role, or to all stories if Role
// is empty.
type roleLink struct {
	Role, Href string
	Current    bool
}

type neighbourView struct {
	link
	KM, Lat, Lon string
	Stories      int
}

// placeStory is a story in the list of a place, with its sentence about the place.
type placeStory struct {
	Href, Title, Lang, Outlet, Original, Role, Evidence string
	Confidence                                          float64
	Published                                           *when
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
	d, err := s.overview.Directory(ctx)
	if err != nil {
		return nil, err
	}
	lang := s.pages.locales.Choose(c.Request)
	view := newPlacePageView(&place, lang)
	view.TilesURL, view.TilesCredit, view.Count = s.TilesURL, s.TilesCredit, d.Stories(id)
	names := newNames(place.Name)
	if err := s.addStories(c, view, names); err != nil {
		return nil, err
	}
	view.NamesInStories = names.list
	view.Within = s.within(&place, lang)
	for _, n := range s.overview.Neighbours(d, &place) {
		view.Neighbours = append(
			view.Neighbours,
			neighbourView{link{n.Name, placeHref(n.ID)}, lang.Number(n.KM, decimals(n.KM)), degrees(n.Point.Lat()), degrees(n.Point.Lon()), n.Stories},
		)
	}
	s.addNames(view, &place, lang)
	return view, nil
}

// decimals returns the number of decimals for a distance in kilometres.
func decimals(km float64) int {
	if km < 10 {
		return 1
	}
	return 0
}

func newPlacePageView(p *geo.Place, l *locale.Locale) *placePageView {
	precision := p.Precision()
	lat, lon := degrees(p.Point.Lat()), degrees(p.Point.Lon())
	filter := "place=" + url.QueryEscape(p.ID)
	view := &placePageView{
		ID:          p.ID,
		Name:        p.Name,
		Around:      l.Around(p),
		Precision:   string(precision),
		Kind:        locale.KindKey(p.FeatureCode, precision),
		FeatureCode: p.FeatureCode,
		Lat:         lat,
		Lon:         lon,
		MapHref:     "/?" + filter,
		Feed:        feedPath + "?" + filter,
		OtherSites: []link{
			{
				"OpenStreetMap",
				"https://www.openstreetmap.org/?mlat=" + lat + "&mlon=" + lon + "#map=" + strconv.Itoa(zoomOf(precision)) + "/" + lat + "/" + lon,
			},
		},
	}
	for _, f := range menuFormats() {
		view.Downloads = append(view.Downloads, link{f.Label, featuresPath(f) + "?" + filter + "&download=1"})
	}
	if number, ok := strings.CutPrefix(p.ID, "geonames:"); ok {
		view.OtherSites = append(view.OtherSites, link{"GeoNames", "https://www.geonames.org/" + url.PathEscape(number)})
	}
	if p.Population > 0 {
		view.Population = l.Number(float64(p.Population), 0)
	}
	if len(p.Countries) > 1 {
		for _, code := range p.Countries {
			view.Countries = append(view.Countries, link{l.Region(code), "/?country=" + url.QueryEscape(code)})
		}
	}
	return view
}

// zoomOf returns a zoom of a web map that shows a place of the given precision.
func zoomOf(p geo.Precision) int {
	switch p {
	case geo.PrecisionCountry, geo.PrecisionRegion, geo.PrecisionWater:
		return 5
	case geo.PrecisionAdmin1:
		return 7
	case geo.PrecisionAdmin2:
		return 9
	}
	return 11
}

// addStories adds a page of the place's stories to view, and the names that they use for the
// place to names.
func (s *server) addStories(c *gin.Context, view *placePageView, names *names) error {
	q := story.Query{Place: []string{view.ID}, Limit: placeStories, Cursor: c.Query("cursor")}
	if role := geo.Role(c.Query("role")); role == geo.RoleFocus || role == geo.RoleDateline || role == geo.RoleMention {
		view.Role, q.Role = string(role), []geo.Role{role}
	}
	page, err := s.Store.Stories(c.Request.Context(), q)
	if err != nil {
		return err
	}
	for _, st := range page.Stories {
		view.Stories = append(view.Stories, newPlaceStory(st, view.ID, names))
	}
	address := func(role, cursor string) string {
		values := url.Values{}
		for name, value := range map[string]string{"role": role, "cursor": cursor, locale.Param: c.Query(locale.Param)} {
			if value != "" {
				values.Set(name, value)
			}
		}
		if len(values) == 0 {
			return placeHref(view.ID)
		}
		return placeHref(view.ID) + "?" + values.Encode()
	}
	for _, role := range [...]geo.Role{"", geo.RoleFocus, geo.RoleDateline, geo.RoleMention} {
		view.Roles = append(view.Roles, roleLink{string(role), address(string(role), "") + "#stories", view.Role == string(role)})
	}
	if q.Cursor != "" {
		view.NewestHref = address(view.Role, "") + "#stories"
	}
	if page.Next != "" {
		view.NextHref = address(view.Role, page.Next) + "#stories"
	}
	return nil
}

// within returns links to the divisions and the country that a place is in.
func (s *server) within(p *geo.Place, l *locale.Locale) []link {
	var out []link
	for _, d := range s.overview.Divisions(p, locale.CountryName(p)) {
		name := d.Name
		if d.Country {
			name = l.Country(p)
		}
		switch {
		case d.ID != "":
			out = append(out, link{name, placeHref(d.ID)})
		case name != p.Name:
			out = append(out, link{Name: name})
		}
	}
	return out
}

// addNames adds the names of the place in other languages. The language of a name is known
// only for countries; names of other places are grouped by script.
func (s *server) addNames(view *placePageView, p *geo.Place, l *locale.Locale) {
	if p.Precision() == geo.PrecisionCountry && p.Country != "" {
		view.Names, view.NamesByLanguage = l.CountryNamesByLanguage(p.Country), true
		return
	}
	view.Names = l.NamesByScript(p.Name, s.Places.Names(p.ID))
}

// place returns a place from the gazetteer or, if that does not have it, from the stories,
// which may have been located with another gazetteer.
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
		Href: story.Path(st.ID) + "#place-" + url.PathEscape(placeID), Title: st.Title, Lang: st.Lang, Outlet: st.Outlet,
		Original: webAddress(st.URL), Published: newWhen(st.Published),
	}
	for _, l := range st.Locations {
		if l.Place.ID != placeID {
			continue
		}
		view.Role, view.Evidence, view.Confidence = roleClass(l.Role), l.Evidence, l.Confidence
		for _, t := range l.Toponyms {
			if t.Kind == geo.KindName || t.Kind == geo.KindDateline {
				names.add(t.Text)
			}
		}
	}
	return view
}

// names collects the names that stories use for a place.
type names struct {
	seen map[string]bool
	list []string
}

func newNames(main string) *names { return &names{seen: map[string]bool{strings.ToLower(main): true}} }

func (n *names) add(name string) {
	const maxNames = 12
	key := strings.ToLower(name) // datelines are in capital letters
	if !n.seen[key] && len(n.list) < maxNames {
		n.seen[key] = true
		n.list = append(n.list, name)
	}
}
