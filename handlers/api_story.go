package handlers

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"newsmap/geo"
	"newsmap/geo/story"
	"newsmap/handlers/locale"

	"github.com/gin-gonic/gin"
)

// mostStories is the longest page of stories; a larger limit is refused, as whoever
// asks for all must follow the cursor.
const mostStories = 500

// storyBody is the JSON form of a story. Every key is always there; what is
// unknown is null or empty. Text and the toponyms are only in the answer for a
// single story.
type storyBody struct {
	ID        string           `json:"id"`
	Title     string           `json:"title"`
	URL       *string          `json:"url"`         // the original
	StoryURL  string           `json:"story_url"`   // ours
	Source    *string          `json:"text_source"` // page, feed or headline where newsmap fetched it
	Outlet    *string          `json:"outlet"`
	Domain    *string          `json:"domain"`
	Byline    *string          `json:"byline"`
	Lang      *string          `json:"lang"`
	Published *time.Time       `json:"published"`
	Fetched   *time.Time       `json:"fetched"`
	Updated   *time.Time       `json:"updated"`
	Text      *string          `json:"text,omitempty"`
	Image     *string          `json:"image"`   // address of the lead image
	CopyOf    *string          `json:"copy_of"` // id of the story that this one repeats
	Copies    []copyBody       `json:"copies"`
	Titles    []titleBody      `json:"titles,omitempty"` // earlier ones, newest first
	Points    []coordinateBody `json:"points,omitempty"` // where the publisher says the story is
	Locations []locationBody   `json:"locations"`
	Unlocated []toponymBody    `json:"unlocated,omitempty"`
}

// copyBody is a story that repeats another's text.
type copyBody struct {
	ID        string     `json:"id"`
	Title     string     `json:"title"`
	URL       *string    `json:"url"`
	StoryURL  string     `json:"story_url"`
	Outlet    *string    `json:"outlet"`
	Domain    *string    `json:"domain"`
	Published *time.Time `json:"published"`
}

type titleBody struct {
	Title string     `json:"title"`
	Until *time.Time `json:"until"`
}

type locationBody struct {
	Place      placeBody     `json:"place"`
	Role       geo.Role      `json:"role"`
	Precision  geo.Precision `json:"precision"`
	Confidence float64       `json:"confidence"`
	Evidence   *string       `json:"evidence"`
	Reasons    []reasonBody  `json:"reasons,omitempty"`
	Mentions   int           `json:"mentions"`
	Toponyms   []toponymBody `json:"toponyms,omitempty"`

	Candidates []candidateBody `json:"candidates,omitempty"` // what was weighed, best first
}

// reasonBody is a reason for a place: as data, and as a sentence in the language of
// the request.
type reasonBody struct {
	Code   geo.ReasonCode    `json:"code"`
	Params map[string]string `json:"params"`
	Text   string            `json:"text"`
}

// candidateBody is a place that the name might mean.
type candidateBody struct {
	Place  placeBody `json:"place"`
	Name   string    `json:"name"`   // of the gazetteer, that matched
	Match  string    `json:"match"`  // how: exact, folded, tolerant, edit, abbreviation, demonym
	Score  float64   `json:"score"`  // 0..1
	Chosen bool      `json:"chosen"` // the location's own place; the others lost
}

type placeBody struct {
	ID          string  `json:"id"`
	Name        string  `json:"name"`
	Lat         float64 `json:"lat"`
	Lon         float64 `json:"lon"`
	Country     *string `json:"country"`
	Admin1      *string `json:"admin1"`
	FeatureCode *string `json:"feature_code"`
}

// toponymBody gives a span in Unicode code points of the field's text.
type toponymBody struct {
	Start int    `json:"start"`
	End   int    `json:"end"`
	Text  string `json:"text"`
	Field string `json:"field"`
	Kind  string `json:"kind"`

	Confidence float64         `json:"confidence"`           // that it names a place at all
	Sentence   *string         `json:"sentence"`             // that it stands in
	Coordinate *coordinateBody `json:"coordinate,omitempty"` // that it writes out
}

type coordinateBody struct {
	Lat float64 `json:"lat"`
	Lon float64 `json:"lon"`
}

type storiesBody struct {
	Stories []storyBody `json:"stories"`
	Next    *string     `json:"next"`             // cursor of the next page, null on the last
	Counts  *countsBody `json:"counts,omitempty"` // on the first page: all that match
}

type countsBody struct {
	Stories   int `json:"stories"`
	Features  int `json:"features"`
	Unlocated int `json:"unlocated"`
}

// listStories answers with one page of the stories under the filters.
func (s *server) listStories(c *gin.Context) {
	q, values, err := s.pageQuery(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	ctx := c.Request.Context()
	tag, err := s.tag(ctx, c.Request.URL.Path, values)
	if err != nil {
		s.fail(c, err)
		return
	}
	if unchanged(c, tag) {
		return
	}
	page, err := s.Store.Stories(ctx, q)
	if err != nil {
		s.fail(c, err)
		return
	}
	answer := storiesBody{Stories: make([]storyBody, 0, len(page.Stories)), Next: nullable(page.Next)}
	for _, st := range page.Stories {
		answer.Stories = append(answer.Stories, s.storyBody(st, nil))
	}
	if q.Cursor == "" {
		counts, err := story.CountBy(ctx, s.aggregator, q)
		if err != nil {
			s.fail(c, err)
			return
		}
		answer.Counts = &countsBody{counts.Stories, counts.Features, counts.Unlocated}
	}
	if page.Next != "" {
		values.Set("cursor", page.Next)
		c.Header("Link", fmt.Sprintf("<%s/api/stories?%s>; rel=\"next\"", s.BaseURL, values.Encode()))
	}
	s.json(c, http.StatusOK, answer)
}

// getStory answers with one story, its text and its toponyms.
func (s *server) getStory(c *gin.Context) {
	if err := noQuery(c.Request); err != nil {
		s.fail(c, err)
		return
	}
	in := s.apiLocale(c)
	tag, err := s.tag(c.Request.Context(), c.Request.URL.Path, url.Values{locale.Param: {in.Code}})
	if err != nil {
		s.fail(c, err)
		return
	}
	st, err := s.story(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	if unchanged(c, tag) {
		return
	}
	s.json(c, http.StatusOK, s.storyBody(st, in))
}

// story finds the story that the address names.
func (s *server) story(c *gin.Context) (*story.Story, error) {
	id := c.Param("id")
	if !utf8.ValidString(id) {
		return nil, fmt.Errorf("story id: %w", geo.ErrNotFound)
	}
	return s.Store.Story(c.Request.Context(), id)
}

// newStory is the JSON form of what POST /api/stories takes. Date is the same
// as Published, which is what the answer calls it.
type newStory struct {
	Title     string  `json:"title"`
	Text      string  `json:"text"`
	URL       string  `json:"url"`
	Outlet    string  `json:"outlet"`
	Domain    string  `json:"domain"`
	Byline    string  `json:"byline"`
	Lang      string  `json:"lang"`
	Published instant `json:"published"`
	Date      instant `json:"date"`
	Points    []point `json:"points"` // where the publisher says the story is
}

// point is a coordinate in degrees. Both members must be there: a lack of one is
// no zero.
type point struct {
	Lon *float64 `json:"lon"`
	Lat *float64 `json:"lat"`
}

// UnmarshalJSON refuses what is not a whole point.
func (p *point) UnmarshalJSON(raw []byte) error {
	type members point
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode((*members)(p)); err != nil || p.Lon == nil || p.Lat == nil {
		return geo.Invalid("points", "contain something other than {\"lon\": number, \"lat\": number}")
	}
	return nil
}

func coordinates(points []point) []geo.Coordinate {
	var out []geo.Coordinate
	for _, p := range points {
		if p.Lon != nil && p.Lat != nil { // null is not asked for its form
			out = append(out, geo.Coordinate{Lon: *p.Lon, Lat: *p.Lat})
		}
	}
	return out
}

// postStory stores a story: 201 for a new one, 200 for one that was there.
func (s *server) postStory(c *gin.Context) {
	st, err := s.newStory(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	outcome, err := s.Ingester.Ingest(c.Request.Context(), st)
	if err != nil {
		s.fail(c, err)
		return
	}
	status := http.StatusOK
	if outcome == story.Created {
		status = http.StatusCreated
	}
	c.Header("Location", s.storyURL(st.ID))
	s.json(c, status, struct {
		Outcome story.Outcome `json:"outcome"`
		Story   storyBody     `json:"story"`
	}{outcome, s.storyBody(st, nil)})
}

func (s *server) newStory(c *gin.Context) (*story.Story, error) {
	if err := s.authorize(c.Request); err != nil {
		return nil, err
	}
	if err := noQuery(c.Request); err != nil {
		return nil, err
	}
	content, kind, err := body(c.Request)
	if err != nil {
		return nil, err
	}
	if kind != "application/json" {
		return nil, &requestError{http.StatusUnsupportedMediaType, "The body must be application/json.", "Content-Type"}
	}
	var in newStory
	if err := decode(content, &in); err != nil {
		return nil, err
	}
	if in.Published.IsZero() {
		in.Published = in.Date
	}
	if s.Fetcher != nil && in.URL != "" && in.Title == "" && in.Text == "" {
		return s.fetch(c.Request.Context(), &in)
	}
	return s.complete(in.story())
}

// story returns the story as the client gave it.
func (in *newStory) story() *story.Story {
	return &story.Story{
		Title: in.Title, Text: in.Text, URL: in.URL, Outlet: in.Outlet, Domain: in.Domain,
		Byline: in.Byline, Lang: in.Lang, Published: in.Published.Time, Points: coordinates(in.Points),
	}
}

// complete completes and validates a story. Its outlet is the domain if no other is given.
func (s *server) complete(st *story.Story) (*story.Story, error) {
	err := st.Complete(s.Now())
	if st.Outlet == "" {
		st.Outlet = st.Domain
	}
	return st, err
}

// fetchTimeout bounds how long a client waits for a page that newsmap fetches.
// The server gives an answer no more time than a minute.
const fetchTimeout = 40 * time.Second

// fetch makes a story of the page at an address. What the client says of it takes
// precedence over what the page says.
func (s *server) fetch(ctx context.Context, in *newStory) (*story.Story, error) {
	limited, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	st, err := s.Fetcher.Fetch(limited, in.URL)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, &requestError{http.StatusUnprocessableEntity, "The page cannot be read. " + clipLine(err.Error()), "url"}
	}
	for _, field := range [...]struct {
		given string
		into  *string
	}{{in.Outlet, &st.Outlet}, {in.Domain, &st.Domain}, {in.Byline, &st.Byline}, {in.Lang, &st.Lang}} {
		if field.given != "" {
			*field.into = field.given
		}
	}
	if !in.Published.IsZero() {
		st.Published = in.Published.Time
	}
	return s.complete(st)
}

// clipLine keeps an error of a fetch short.
func clipLine(s string) string {
	const most = 400
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// authorize checks the bearer token, in time that tells nothing about it.
func (s *server) authorize(r *http.Request) error {
	if s.Token == "" || s.Ingester == nil {
		return errClosed
	}
	scheme, given, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	want, got := sha256.Sum256([]byte(s.Token)), sha256.Sum256([]byte(strings.TrimSpace(given)))
	if !strings.EqualFold(scheme, "Bearer") || subtle.ConstantTimeCompare(want[:], got[:]) != 1 {
		return errToken
	}
	return nil
}

func (s *server) storyURL(id string) string { return s.BaseURL + story.Path(id) }

// apiLocale chooses the language of the texts in an answer, which then depends on
// the request's headers.
func (s *server) apiLocale(c *gin.Context) *locale.Locale {
	c.Writer.Header().Add("Vary", "Accept-Language, Cookie")
	return s.pages.locales.Choose(c.Request)
}

// storyBody returns a story as JSON. With a language it also has the text, and says
// why each place was chosen.
func (s *server) storyBody(st *story.Story, in *locale.Locale) storyBody {
	out := storyBody{
		ID:       st.ID,
		Title:    st.Title,
		URL:      nullable(st.URL),
		StoryURL: s.storyURL(st.ID),
		Source:   nullable(string(st.TextSource)),
		Outlet:   nullable(st.Outlet),
		Domain:   nullable(st.Domain),
		Byline: nullable(
			st.Byline,
		),
		Lang:      nullable(st.Lang),
		Published: nullableTime(st.Published),
		Fetched:   nullableTime(st.Fetched),
		Updated:   nullableTime(st.Updated),
		Locations: make([]locationBody, 0, len(st.Locations)),
	}
	out.Image, out.CopyOf, out.Copies = nullable(st.Image), nullable(st.CopyOf), s.copyBodies(st.Copies)
	var around *sentences
	if in != nil {
		around = newSentences(st)
		out.Text = &st.Text
		out.Unlocated = toponymBodies(st.Unlocated, around)
		for _, p := range st.Points {
			out.Points = append(out.Points, coordinateBody{p.Lat, p.Lon})
		}
		for _, t := range st.Titles {
			out.Titles = append(out.Titles, titleBody{t.Title, nullableTime(t.Until)})
		}
	}
	for i := range st.Locations {
		out.Locations = append(out.Locations, newLocationBody(&st.Locations[i], around, in))
	}
	return out
}

func (s *server) copyBodies(copies []story.Copy) []copyBody {
	out := make([]copyBody, 0, len(copies))
	for _, c := range copies {
		out = append(out, copyBody{c.ID, c.Title, nullable(c.URL), s.storyURL(c.ID), nullable(c.Outlet), nullable(c.Domain), nullableTime(c.Published)})
	}
	return out
}

func newPlaceBody(p *geo.Place) placeBody {
	return placeBody{p.ID, p.Name, p.Point.Lat(), p.Point.Lon(), nullable(p.Country), nullable(p.Admin1), nullable(p.FeatureCode)}
}

// newLocationBody returns a location. With the sentences of its story it also says
// why the place was chosen, in a language.
func newLocationBody(l *geo.Location, around *sentences, in *locale.Locale) locationBody {
	out := locationBody{
		Place: newPlaceBody(&l.Place),
		Role:  l.Role, Precision: l.Precision, Confidence: l.Confidence, Evidence: nullable(l.Evidence), Mentions: len(l.Toponyms),
	}
	if around != nil {
		for _, r := range l.Reasons {
			out.Reasons = append(out.Reasons, reasonBody{r.Code, r.Params, in.Reason(r)})
		}
		out.Toponyms = toponymBodies(l.Toponyms, around)
		for i := range l.Candidates {
			c := &l.Candidates[i]
			out.Candidates = append(out.Candidates, candidateBody{newPlaceBody(&c.Place), c.Name, c.Match.String(), c.Score, c.Place.ID == l.Place.ID})
		}
	}
	return out
}

func toponymBodies(toponyms []geo.Toponym, around *sentences) []toponymBody {
	out := make([]toponymBody, 0, len(toponyms))
	for _, t := range toponyms {
		b := toponymBody{t.Start, t.End, t.Text, t.Field.String(), t.Kind.String(), t.Confidence, nullable(around.around(t)), nil}
		if c := t.Coordinate; c != nil {
			b.Coordinate = &coordinateBody{c.Lat, c.Lon}
		}
		out = append(out, b)
	}
	return out
}

// nullable is nil for an empty string, which JSON writes as null.
func nullable(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func nullableTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC().Truncate(time.Second)
	return &t
}
