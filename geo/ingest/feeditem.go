package ingest

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode"

	"newsmap/geo"
	"newsmap/geo/article"
	"newsmap/geo/feed"
	"newsmap/geo/fetch"
	"newsmap/geo/story"
	"newsmap/geo/subscription"
)

// FeedItem is an item of a feed with everything that its story needs except the page, so that
// it can be stored as a job.
type FeedItem struct {
	Feed       int64    `json:"feed"`           // of the subscription; 0 if there is none
	URL        string   `json:"url"`            // of the feed
	FormerURLs []string `json:"once,omitempty"` // earlier addresses of the feed, under which stored stories may have aliases
	Title      string   `json:"title"`          // of the feed
	Home       string   `json:"home,omitempty"` // of the feed
	GUID       string   `json:"guid,omitempty"` // id of the item; empty if it has none or shares it with another item

	Key    string    `json:"key"`    // see subscription.Item
	Digest string    `json:"digest"` // see subscription.Item
	Item   feed.Item `json:"item"`
}

// FeedItems returns the items of f, which was read at now from address. id is the id of its
// subscription; 0 if there is none.
func FeedItems(id int64, address string, f *feed.Feed, now time.Time) []FeedItem {
	uses := map[string]int{}
	for i := range f.Items {
		uses[f.Items[i].ID]++
	}
	ignoreDates := datesGenerated(f.Items, now)
	out := make([]FeedItem, len(f.Items))
	for i := range f.Items {
		n := FeedItem{Feed: id, URL: address, Title: f.Title, Home: f.Home, Item: f.Items[i]}
		if n.Item.ID != "" && uses[n.Item.ID] == 1 {
			n.GUID = n.Item.ID
		}
		n.Key, n.Digest = n.key(), n.digest(ignoreDates)
		out[i] = n
	}
	return out
}

// datesGenerated reports whether the dates of all items are the time at which the feed was
// generated. With such dates, all items would seem to change each time.
func datesGenerated(items []feed.Item, now time.Time) bool {
	const recent = time.Hour
	for _, item := range items {
		if !item.Published.Equal(items[0].Published) || !item.Updated.Equal(items[0].Updated) {
			return false
		}
	}
	return len(items) > 1 && (now.Sub(items[0].Updated) < recent || now.Sub(items[0].Published) < recent)
}

// key returns what identifies the item in its feed: its id if no other item has it, or its
// address, or its text, in this order.
func (n *FeedItem) key() string {
	address, err := story.NormalizeURL(n.Item.URL)
	switch {
	case n.GUID != "":
		return hash("id", n.GUID)
	case err == nil:
		return hash("url", address)
	}
	return hash("text", n.Item.ID, n.Item.Title, n.Item.Summary)
}

// digest returns a hash of the content. Another digest means that the item has changed.
func (n *FeedItem) digest(ignoreDates bool) string {
	item := n.Item
	if address, err := story.NormalizeURL(item.URL); err == nil {
		item.URL = address // tracking parameters may change each time
	}
	if ignoreDates {
		item.Published, item.Updated = time.Time{}, time.Time{}
	}
	b, err := json.Marshal(item)
	if err != nil { // only possible for a point that is not a number
		return hash(item.Title, item.URL, item.Summary, item.Content)
	}
	return hash(string(b))
}

func hash(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:15])
}

// Version returns the key and the digest of the item, by which a subscription remembers it.
func (n *FeedItem) Version() subscription.Item {
	return subscription.Item{Key: n.Key, Digest: n.Digest}
}

// story makes a story from the feed alone. complete reports whether the page is not needed,
// because the feed contains the full text or has no link to a page.
func (n *FeedItem) story() (s *story.Story, complete bool) {
	item := &n.Item
	text, full := item.Text()
	s = &story.Story{
		Title: item.Title, Text: text, URL: item.URL, Outlet: cmp.Or(item.Outlet, n.Title), Byline: item.Byline, Lang: item.Lang,
		Published: item.Published, TextSource: story.SourceFeed, Image: item.Image, Points: item.Points,
	}
	if text == "" {
		s.TextSource = story.SourceHeadline
	}
	s.Domain = cmp.Or(story.Domain(s.URL), story.Domain(n.Home), story.Domain(n.URL))
	if n.GUID != "" {
		for _, address := range append([]string{n.URL}, n.FormerURLs...) {
			if alias := guidAlias(address, n.GUID); !slices.Contains(s.Aliases, alias) {
				s.Aliases = append(s.Aliases, alias)
			}
		}
	}
	return s, full || item.URL == ""
}

// guidAlias returns an alias of a story from the id of its item in the feed at address. Ids are
// only unique in their feed, except those that are URIs.
func guidAlias(address, guid string) string {
	if lower := strings.ToLower(guid); strings.HasPrefix(lower, "tag:") || strings.HasPrefix(lower, "urn:") {
		return guid
	}
	if IsAddress(guid) && !isFront(guid) {
		return guid
	}
	return "guid:" + address + " " + guid
}

// Story makes a story from an item, with the text of the feed if it is the full text and with
// that of the page otherwise. If the page cannot be read, Story returns a story with the text
// of the feed and an error, which is a *fetch.Error if the page could not be fetched. The
// address and the time of the story are those in the feed, so that it is the same story
// whether its page can be read or not.
func (w *Web) Story(ctx context.Context, n *FeedItem) (*story.Story, error) {
	s, complete := n.story()
	if complete {
		return s, nil
	}
	got, err := w.Client.Fetch(ctx, fetch.Request{URL: s.URL, MaxBody: article.MaxPage, Wait: w.Wait})
	if err != nil {
		return s, err
	}
	a, err := w.article(ctx, got)
	switch {
	case err != nil:
		return s, err
	case isFront(got.URL) && !isFront(s.URL):
		return s, geo.Invalid("page", "redirects to the site's front page")
	case a.Thin(len(s.Text)):
		return s, geo.Invalid("page", "has less text than the feed")
	}
	n.addPage(s, a, got.URL)
	return s, nil
}

// addPage adds the article of the page at pageURL to s.
func (n *FeedItem) addPage(s *story.Story, a *article.Article, pageURL string) {
	if s.Title == "" || sameTitle(s.Title, a.Title) {
		// Otherwise it may be a page that the site shows for many addresses.
		for _, address := range append([]string{pageURL, a.URL}, a.Also...) {
			if IsAddress(address) && !isFront(address) {
				s.Aliases = append(s.Aliases, address)
			}
		}
	}
	s.Text, s.TextSource = a.Text, story.SourcePage
	s.Title = cmp.Or(s.Title, a.Title)
	s.Outlet = cmp.Or(n.Item.Outlet, a.Outlet, n.Title)
	s.Byline = cmp.Or(s.Byline, a.Byline)
	s.Lang = cmp.Or(a.Lang, s.Lang)
	if s.Published.IsZero() {
		s.Published = a.Published
	}
	s.Image = cmp.Or(s.Image, a.Image)
	// The links of a feed may lead through a tracker. The outlet is the site of the page.
	s.Domain = cmp.Or(story.Domain(a.URL), s.Domain)
}

// sameTitle reports whether two titles share at least half of the words of the shorter one.
func sameTitle(a, b string) bool {
	isSeparator := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) }
	words := func(s string) map[string]bool {
		out := map[string]bool{}
		for _, w := range strings.FieldsFunc(strings.ToLower(s), isSeparator) {
			out[w] = true
		}
		return out
	}
	wordsA, wordsB := words(a), words(b)
	shared := 0
	for w := range wordsA {
		if wordsB[w] {
			shared++
		}
	}
	return shared > 0 && 2*shared >= min(len(wordsA), len(wordsB))
}
