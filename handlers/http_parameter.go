package handlers

import (
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"newsmap/geo"
	"newsmap/geo/story"

	"github.com/gin-gonic/gin"
)

// unpagedQuery parses the filters of an address whose answer is about all matches. limit and
// cursor are errors there.
func (s *server) unpagedQuery(c *gin.Context, also ...string) (story.Query, url.Values, error) {
	q, values, err := s.query(c, also...)
	if err != nil {
		return q, values, err
	}
	for _, name := range [...]string{"limit", "cursor"} {
		if values.Has(name) && !slices.Contains(also, name) {
			return q, values, geo.Invalid(name, "cannot be used here: the answer is about all matches; leave it out")
		}
	}
	return q, values, nil
}

// pageQuery parses the filters of an address that answers with stories page by page.
func (s *server) pageQuery(c *gin.Context) (story.Query, url.Values, error) {
	q, values, err := s.query(c)
	if err == nil && q.Limit > maxStories {
		err = geo.Invalid("limit", "%d is more than %d, the maximum for one page; follow the cursor to the next page", q.Limit, maxStories)
	}
	return q, values, err
}

// parseParams parses the parameters of a request.
func parseParams(c *gin.Context) (url.Values, error) {
	values, err := url.ParseQuery(c.Request.URL.RawQuery)
	if err != nil {
		return nil, geo.Invalid("query", "is malformed: a percent sign must be followed by two hexadecimal digits, and pairs are separated by &")
	}
	return values, nil
}

// noParams returns an error if the request has parameters.
func noParams(r *http.Request) error {
	for name := range r.URL.Query() {
		return geo.Invalid(clip(strings.ToValidUTF8(name, "�")), "is not a parameter of this address, which has none; leave it out")
	}
	return nil
}

// onlyParams returns the parameters of a request. It returns an error for a parameter that is
// not in names, and for a repeated one.
func onlyParams(c *gin.Context, names ...string) (url.Values, error) {
	values, err := parseParams(c)
	if err != nil {
		return nil, err
	}
	for name, given := range values {
		if !slices.Contains(names, name) {
			return nil, geo.Invalid(clip(strings.ToValidUTF8(name, "�")), "is not a parameter of this address; use %s", strings.Join(names, ", "))
		}
		if len(given) > 1 {
			return nil, geo.Invalid(name, "is given %d times; give it once", len(given))
		}
	}
	return values, nil
}

// intParam parses an integer from low to high. It returns fallback if the parameter is
// missing.
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

// boolParam parses a parameter that is 0 or 1. It returns false if the parameter is missing.
func boolParam(values url.Values, name string) (bool, error) {
	switch values.Get(name) {
	case "", "0":
		return false, nil
	case "1":
		return true, nil
	}
	return false, geo.Invalid(name, "%q is neither 0 nor 1; use one of them", clip(values.Get(name)))
}

// enumParam parses a parameter that is one of words. It returns the first word if the parameter
// is missing.
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

// maxZoom is the maximum zoom of a map.
const maxZoom = 22

// zoomParam parses the zoom of a map, which may be a fraction.
func zoomParam(values url.Values) (float64, error) {
	text := values.Get("zoom")
	if text == "" {
		return 0, geo.Invalid("zoom", "is missing; expected a number from 0 to %d", maxZoom)
	}
	z, err := strconv.ParseFloat(text, 64)
	if err != nil || strings.Contains(text, "_") || math.IsNaN(z) || z < 0 || z > maxZoom {
		return 0, geo.Invalid("zoom", "%q is not a number from 0 to %d", clip(text), maxZoom)
	}
	return z, nil
}
