package handlers

import (
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"newsmap/geo"
	"newsmap/geo/story"

	"github.com/gin-gonic/gin"
)

// wholeQuery reads the filters of an address whose answer is about all that
// matches: limit and cursor have no meaning there.
func (s *server) wholeQuery(c *gin.Context, also ...string) (story.Query, url.Values, error) {
	q, values, err := s.query(c, also...)
	if err != nil {
		return q, values, err
	}
	for _, name := range [...]string{"limit", "cursor"} {
		if values.Has(name) && !slices.Contains(also, name) {
			return q, values, geo.Invalid(name, "is not a parameter here; the answer is about all that matches")
		}
	}
	return q, values, nil
}

// pageQuery reads the filters of an address that gives stories page by page.
func (s *server) pageQuery(c *gin.Context) (story.Query, url.Values, error) {
	q, values, err := s.query(c)
	if err == nil && q.Limit > mostStories {
		err = geo.Invalid("limit", "%d is more than %d, the most on one page; the cursor of each page leads to the next", q.Limit, mostStories)
	}
	return q, values, err
}

// onlyQuery refuses all parameters but the named ones, and those twice.
func onlyQuery(c *gin.Context, names ...string) (url.Values, error) {
	values, err := url.ParseQuery(c.Request.URL.RawQuery)
	if err != nil {
		return nil, geo.Invalid("query", "does not parse: a percent sign must begin a two-digit hexadecimal code, and pairs are separated by &")
	}
	for name, given := range values {
		if !slices.Contains(names, name) {
			return nil, geo.Invalid(clip(strings.ToValidUTF8(name, "�")), "is not a parameter here; known are %s", strings.Join(names, ", "))
		}
		if len(given) > 1 {
			return nil, geo.Invalid(name, "is given %d times", len(given))
		}
	}
	return values, nil
}

// intParam reads a intParam number from low to high; it is fallback where the
// parameter is not given.
func intParam(values url.Values, name string, low, high, fallback int) (int, error) {
	text := values.Get(name)
	if text == "" {
		return fallback, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < low || n > high {
		return 0, geo.Invalid(name, "%q is not a whole number from %d to %d", clip(text), low, high)
	}
	return n, nil
}

// boolParam reads a parameter that is 0 or 1.
func boolParam(values url.Values, name string) (bool, error) {
	switch values.Get(name) {
	case "", "0":
		return false, nil
	case "1":
		return true, nil
	}
	return false, geo.Invalid(name, "is neither 0 nor 1")
}

// enumParam reads a parameter that is one of some words, the first if it is not given.
func enumParam(values url.Values, name string, words ...string) (string, error) {
	value := values.Get(name)
	switch {
	case value == "":
		return words[0], nil
	case slices.Contains(words, value):
		return value, nil
	}
	return "", geo.Invalid(name, "%q is unknown; choose one of %s", clip(value), strings.Join(words, ", "))
}

// maxZoom is the finest zoom of a map.
const maxZoom = 22

// zoomParam reads the zoomParam of a map, which may lie between two whole ones.
func zoomParam(values url.Values) (float64, error) {
	text := values.Get("zoom")
	if text == "" {
		return 0, geo.Invalid("zoom", "is missing: a number from 0 to %d", maxZoom)
	}
	z, err := strconv.ParseFloat(text, 64)
	if err != nil || strings.Contains(text, "_") || math.IsNaN(z) || z < 0 || z > maxZoom {
		return 0, geo.Invalid("zoom", "%q is not a number from 0 to %d", clip(text), maxZoom)
	}
	return z, nil
}
