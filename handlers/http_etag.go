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

// tag names the answer to a request, given its parameters: it changes when the
// store does, or the program. It is weak, as the same answer also goes out
// compressed, and empty if the store does not count its changes.
func (s *server) tag(ctx context.Context, path string, values url.Values) (string, error) {
	version, err := s.aggregator.Version(ctx)
	if err != nil || version == "" {
		return "", err
	}
	return s.tagOf(version, path, values), nil
}

// tagOf names an answer that depends on version, its address and this process.
// A restart may bring another store with the same count of changes.
func (s *server) tagOf(version, path string, values url.Values) string {
	sum := sha256.Sum256([]byte(s.processID + "\x00" + version + "\x00" + path + "\x00" + values.Encode()))
	return `W/"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
}

// unchanged sets the entity tag of an answer and tells whether the client has it
// already; then the answer is given.
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

// matchesTag compares weakly (RFC 9110, sections 8.8.3.2 and 13.1.2).
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

// answer gives what produce makes of a request whose parameters have been read:
// not at all to a client that has it, from the cache where it was made before.
func (s *server) answer(c *gin.Context, kind string, values url.Values, produce func(context.Context) ([]byte, error)) {
	tag, err := s.tag(c.Request.Context(), c.Request.URL.Path, values)
	if err != nil {
		s.fail(c, err)
		return
	}
	s.answerAs(c, kind, tag, produce)
}

func (s *server) answerAs(c *gin.Context, kind, tag string, produce func(context.Context) ([]byte, error)) {
	if unchanged(c, tag) {
		return
	}
	content, known := s.cache.get(tag)
	if !known {
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
	c.Data(http.StatusOK, kind, content)
}

const jsonType = "application/json"

// answerJSON is answer for a value in JSON.
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
