package handlers

import (
	"bytes"
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"newsmap/geo/feature"

	"github.com/gin-gonic/gin"
)

const feedPath = "/feed.atom"

// serveFeed answers with an Atom feed of one page of the stories that match the filters.
func (s *server) serveFeed(c *gin.Context) {
	q, values, err := s.pageQuery(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	if q.Limit == 0 {
		q.Limit = 50
	}
	base := s.origin(c.Request)
	key := maps.Clone(values)
	key.Set("\x00base", base) // the answer contains it
	s.answer(c, feature.AtomMediaType, key, func(ctx context.Context) ([]byte, error) {
		page, err := s.Store.Stories(ctx, q)
		if err != nil {
			return nil, err
		}
		filters := maps.Clone(values)
		filters.Del("cursor")
		feed := feature.AtomFeed{
			Title: feedTitle(filters), BaseURL: base, Self: base + address(feedPath, values), First: base + address(feedPath, filters),
			Alternate: base + address("/", without(filters, "limit")), Version: s.Version, Stories: page.Stories,
		}
		if page.Next != "" {
			filters.Set("cursor", page.Next)
			feed.Next = base + address(feedPath, filters)
		}
		var out bytes.Buffer
		err = feature.WriteAtom(&out, &feed)
		return out.Bytes(), err
	})
}

// origin returns the public address of this server: the configured one, or the one that the
// client used.
func (s *server) origin(r *http.Request) string {
	if s.BaseURL != "" {
		return s.BaseURL
	}
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return (&url.URL{Scheme: scheme, Host: r.Host}).String()
}

func address(path string, values url.Values) string {
	if len(values) == 0 {
		return path
	}
	return path + "?" + values.Encode()
}

func without(values url.Values, name string) url.Values {
	out := maps.Clone(values)
	out.Del(name)
	return out
}

// feedTitle returns the title of a feed, which names its filters.
func feedTitle(filters url.Values) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(without(filters, "limit"))) {
		if value := filters.Get(name); value != "" {
			parts = append(parts, strings.ReplaceAll(name, "_", " ")+": "+value)
		}
	}
	if len(parts) == 0 {
		return "newsmap"
	}
	return "newsmap · " + strings.Join(parts, " · ")
}
