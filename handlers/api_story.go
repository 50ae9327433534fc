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

// maxStories is the maximum number of stories on a page. A larger limit is an error, so that a
// client that wants all stories notices that it must follow the cursor.
const maxStories = 500

// storyBody is a story as JSON. Every key is always present; unknown values are null or empty.
// The text and the toponyms are only in the answer for a single story.
type storyBody struct {
	ID        string           `json:"id"`
	Title     string           `json:"title"`
	URL       *string          `json:"url"`         // of the original
	StoryURL  string           `json:"story_url"`   // of its page in newsmap
	Source    *string          `json:"text_source"` // page, feed or headline if newsmap fetched it
	Outlet    *string          `json:"outlet"`
	Domain    *string          `json:"domain"`
	Byline    *string          `json:"byline"`
	Lang      *string          `json:"lang"`
	Published *time.Time       `json:"published"`
	Fetched   *time.Time       `json:"fetched"`
	Updated   *time.Time       `json:"updated"`
	Text      *string          `json:"text,omitempty"`
	Image     *string          `json:"image"`   // address of the main image
	CopyOf    *string          `json:"copy_of"` // id of the story that this one is a duplicate of
	Copies    []copyBody       `json:"copies"`
	Titles    []titleBody      `json:"titles,omitempty"` // earlier ones, newest first
	Points    []coordinateBody `json:"points,omitempty"` // given by the publisher
	Locations []locationBody   `json:"locations"`
	Unlocated []toponymBody    `json:"unlocated,omitempty"`
}

// copyBody is a duplicate of a story.
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

	Candidates []candidateBody `json:"candidates,omitempty"` // best first
}

// reasonBody is a reason for a place, as data and as a sentence in the language of the
// request.
type reasonBody struct {
	Code   geo.ReasonCode    `json:"code"`
	Params map[string]string `json:"params"`
	Text   string            `json:"text"`
}

// candidateBody is a place that the name may mean.
type candidateBody struct {
	Place  placeBody `json:"place"`
	Name   string    `json:"name"`   // the name in the gazetteer that matched
	Match  string    `json:"match"`  // exact, folded, tolerant, edit, abbreviation or demonym
	Score  float64   `json:"score"`  // 0..1
	Chosen bool      `json:"chosen"` // whether it is the location's place
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

// toponymBody is a toponym. Start and End are in Unicode code points of the field's text.
type toponymBody struct {
	Start int    `json:"start"`
	End   int    `json:"end"`
	Text  string `json:"text"`
	Field string `json:"field"`
	Kind  string `json:"kind"`

	Confidence float64         `json:"confidence"`           // that it names a place
	Sentence   *string         `json:"sentence"`             // that contains it
	Coordinate *coordinateBody `json:"coordinate,omitempty"` // if the toponym is a coordinate
}

type coordinateBody struct {
	Lat float64 `json:"lat"`
	Lon float64 `json:"lon"`
}

type storiesBody struct {
	Stories []storyBody `json:"stories"`
	Next    *string     `json:"next"`             // cursor of the next page; null on the last page
	Counts  *countsBody `json:"counts,omitempty"` // of all matches; only on the first page
}

type countsBody struct {
	Stories   int `json:"stories"`
	Features  int `json:"features"`
	Unlocated int `json:"unlocated"`
}

// listStories answers with one page of the stories that match the filters.
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

// getStory answers with one story, with its text and toponyms.
func (s *server) getStory(c *gin.Context) {
	if err := noParams(c.Request); err != nil {
		s.fail(c, err)
		return
	}
	lang := s.apiLocale(c)
	tag, err := s.tag(c.Request.Context(), c.Request.URL.Path, url.Values{locale.Param: {lang.Code}})
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
	s.json(c, http.StatusOK, s.storyBody(st, lang))
}

// story returns the story whose id is in the address.
func (s *server) story(c *gin.Context) (*story.Story, error) {
	id := c.Param("id")
	if !utf8.ValidString(id) {
		return nil, fmt.Errorf("story id: %w", geo.ErrNotFound)
	}
	return s.Store.Story(c.Request.Context(), id)
}

// newStory is the JSON body of POST /api/stories. Date is another name for Published, as
// in a document.
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
	Points    []point `json:"points"` // given by the publisher
}

// point is a coordinate in degrees. Both members must be present: a missing one is not zero.
type point struct {
	Lon *float64 `json:"lon"`
	Lat *float64 `json:"lat"`
}

// UnmarshalJSON returns an error if a member is missing or unknown.
func (p *point) UnmarshalJSON(raw []byte) error {
	type members point
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode((*members)(p)); err != nil || p.Lon == nil || p.Lat == nil {
		return geo.Invalid("points", "contain a malformed point; write each as {\"lon\": number, \"lat\": number}, in degrees")
	}
	return nil
}

func coordinates(points []point) []geo.Coordinate {
	var out []geo.Coordinate
	for _, p := range points {
		if p.Lon != nil && p.Lat != nil { // null has neither
			out = append(out, geo.Coordinate{Lon: *p.Lon, Lat: *p.Lat})
		}
	}
	return out
}

// postStory stores a story. The status is 201 if it is new and 200 if it was stored before.
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
	if err := noParams(c.Request); err != nil {
		return nil, err
	}
	content, mediaType, err := body(c.Request)
	if err != nil {
		return nil, err
	}
	if mediaType != "application/json" {
		return nil, wrongType(mediaType, "application/json")
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

// story returns the story as the client sent it.
func (in *newStory) story() *story.Story {
	return &story.Story{
		Title: in.Title, Text: in.Text, URL: in.URL, Outlet: in.Outlet, Domain: in.Domain,
		Byline: in.Byline, Lang: in.Lang, Published: in.Published.Time, Points: coordinates(in.Points),
	}
}

// complete completes and validates a story. The default of its outlet is its domain.
func (s *server) complete(st *story.Story) (*story.Story, error) {
	err := st.Complete(s.Now())
	if st.Outlet == "" {
		st.Outlet = st.Domain
	}
	return st, err
}

// fetchTimeout is the maximum time that a client waits for newsmap to fetch a page. It is less
// than the minute after which the server cuts off a request.
const fetchTimeout = 40 * time.Second

// fetch makes a story from the page at an address. The client's values take precedence over
// those of the page.
func (s *server) fetch(ctx context.Context, in *newStory) (*story.Story, error) {
	limited, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	st, err := s.Fetcher.Fetch(limited, in.URL)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, &requestError{http.StatusUnprocessableEntity, "Cannot read the page. " + truncate(err.Error(), 400), "url"}
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

// authorize checks the bearer token in constant time, so that the time reveals nothing about it.
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

// apiLocale chooses the language of the texts in an answer, and sets Vary, as the answer then
// depends on the request's headers.
func (s *server) apiLocale(c *gin.Context) *locale.Locale {
	c.Writer.Header().Add("Vary", "Accept-Language, Cookie")
	return s.pages.locales.Choose(c.Request)
}

// storyBody returns a story as JSON. If lang is not nil, it includes the text, and the
// reasons for each place in that language.
func (s *server) storyBody(st *story.Story, lang *locale.Locale) storyBody {
	out := storyBody{
		ID:        st.ID,
		Title:     st.Title,
		URL:       nullable(st.URL),
		StoryURL:  s.storyURL(st.ID),
		Source:    nullable(string(st.TextSource)),
		Outlet:    nullable(st.Outlet),
		Domain:    nullable(st.Domain),
		Byline:    nullable(st.Byline),
		Lang:      nullable(st.Lang),
		Published: nullableTime(st.Published),
		Fetched:   nullableTime(st.Fetched),
		Updated:   nullableTime(st.Updated),
		Locations: make([]locationBody, 0, len(st.Locations)),
	}
	out.Image, out.CopyOf, out.Copies = nullable(st.Image), nullable(st.CopyOf), s.copyBodies(st.Copies)
	var sentences *sentenceIndex
	if lang != nil {
		sentences = newSentenceIndex(st)
		out.Text = &st.Text
		out.Unlocated = toponymBodies(st.Unlocated, sentences)
		for _, p := range st.Points {
			out.Points = append(out.Points, coordinateBody{p.Lat, p.Lon})
		}
		for _, t := range st.Titles {
			out.Titles = append(out.Titles, titleBody{t.Title, nullableTime(t.Until)})
		}
	}
	for i := range st.Locations {
		out.Locations = append(out.Locations, newLocationBody(&st.Locations[i], sentences, lang))
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

// newLocationBody returns a location as JSON. If sentences is not nil, it includes the toponyms
// with their sentences and the reasons in the given language.
func newLocationBody(l *geo.Location, sentences *sentenceIndex, lang *locale.Locale) locationBody {
	out := locationBody{
		Place: newPlaceBody(&l.Place),
		Role:  l.Role, Precision: l.Precision, Confidence: l.Confidence, Evidence: nullable(l.Evidence), Mentions: len(l.Toponyms),
	}
	if sentences != nil {
		for _, r := range l.Reasons {
			out.Reasons = append(out.Reasons, reasonBody{r.Code, r.Params, lang.Reason(r)})
		}
		out.Toponyms = toponymBodies(l.Toponyms, sentences)
		for i := range l.Candidates {
			c := &l.Candidates[i]
			out.Candidates = append(out.Candidates, candidateBody{newPlaceBody(&c.Place), c.Name, c.Match.String(), c.Score, c.Place.ID == l.Place.ID})
		}
	}
	return out
}

func toponymBodies(toponyms []geo.Toponym, sentences *sentenceIndex) []toponymBody {
	out := make([]toponymBody, 0, len(toponyms))
	for _, t := range toponyms {
		b := toponymBody{t.Start, t.End, t.Text, t.Field.String(), t.Kind.String(), t.Confidence, nullable(sentences.around(t)), nil}
		if c := t.Coordinate; c != nil {
			b.Coordinate = &coordinateBody{c.Lat, c.Lon}
		}
		out = append(out, b)
	}
	return out
}

// nullable returns nil, which JSON writes as null, for an empty string.
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
