package handlers

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"
)

// tag returns the entity tag of the answer to a request with the given parameters. It changes
// with the store and with the program. It is weak, as the same answer is also sent compressed,
// and empty if the store has no change log.
func (s *server) tag(ctx context.Context, path string, values url.Values) (string, error) {
	version, err := s.aggregator.Version(ctx)
	if err != nil || version == "" {
		return "", err
	}
	return s.tagOf(version, path, values), nil
}

// tagOf returns the entity tag of an answer that depends on version and the address. It also
// contains the id of this process, as another store may have the same revision after a
// restart.
func (s *server) tagOf(version, path string, values url.Values) string {
	sum := sha256.Sum256([]byte(s.processID + "\x00" + version + "\x00" + path + "\x00" + values.Encode()))
	return `W/"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
}

// unchanged sets the entity tag of an answer. If the client has that answer already, unchanged
// answers with 304 and returns true.
func unchanged(c *gin.Context, tag string) bool {
	c.Header("Cache-Control", "no-cache")
	if tag == "" {
		return false
	}
	c.Header("ETag", tag)
	if !matchesTag(c.Request.Header.Get("If-None-Match"), tag) {
		return false
	}
	c.Status(http.StatusNotModified)
	c.Writer.WriteHeaderNow()
	return true
}

// matchesTag reports whether an If-None-Match header contains tag, by weak comparison (RFC
// 9110, sections 8.8.3.2 and 13.1.2).
func matchesTag(header, tag string) bool {
	if header == "" {
		return false
	}
	for part := range strings.SplitSeq(header, ",") {
		part = strings.TrimSpace(part)
		if part == "*" || strings.TrimPrefix(part, "W/") == strings.TrimPrefix(tag, "W/") {
			return true
		}
	}
	return false
}

// answer answers with what produce returns. It calls produce only if the client does not have
// the answer already and it is not in the cache. values are the parameters of the request.
func (s *server) answer(c *gin.Context, mediaType string, values url.Values, produce func(context.Context) ([]byte, error)) {
	tag, err := s.tag(c.Request.Context(), c.Request.URL.Path, values)
	if err != nil {
		s.fail(c, err)
		return
	}
	s.answerAs(c, mediaType, tag, produce)
}

// answerAs is like answer for a known entity tag. With an empty tag, the answer is not cached.
func (s *server) answerAs(c *gin.Context, mediaType, tag string, produce func(context.Context) ([]byte, error)) {
	if unchanged(c, tag) {
		return
	}
	content, cached := s.cache.get(tag)
	if !cached {
		var err error
		if content, err = produce(c.Request.Context()); err != nil {
			s.fail(c, err)
			return
		}
		if tag != "" {
			s.cache.put(tag, content)
		}
	}
	if len(content) == 0 {
		c.Status(http.StatusNoContent)
		c.Writer.WriteHeaderNow()
		return
	}
	c.Data(http.StatusOK, mediaType, content)
}

const jsonType = "application/json"

// answerJSON is like answer for a value that is encoded as JSON.
func (s *server) answerJSON(c *gin.Context, values url.Values, produce func(context.Context) (any, error)) {
	s.answer(c, jsonType, values, func(ctx context.Context) ([]byte, error) {
		v, err := produce(ctx)
		if err != nil {
			return nil, err
		}
		return encodeJSON(v)
	})
}

func encodeJSON(v any) ([]byte, error) {
	content, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	return append(content, '\n'), nil
}
