package handlers

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"newsmap/geo"

	"github.com/gin-gonic/gin"
)

// body reads the body of a request and returns it with its media type. The errors are meant
// for the client.
func body(r *http.Request) (content []byte, kind string, err error) {
	kind = "text/plain"
	if header := r.Header.Get("Content-Type"); header != "" {
		var params map[string]string
		kind, params, err = mime.ParseMediaType(header)
		if err != nil {
			return nil, "", geo.Invalid("Content-Type", "is malformed; expected a media type such as application/json")
		}
		if charset := strings.ToLower(params["charset"]); charset != "" && charset != "utf-8" && charset != "us-ascii" {
			return nil, "", &requestError{http.StatusUnsupportedMediaType, "The body must be UTF-8.", "Content-Type"}
		}
	}
	content, err = io.ReadAll(r.Body)
	if err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return nil, "", err
		}
		return nil, "", &requestError{http.StatusBadRequest, "The body was cut off.", "body"}
	}
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	if !utf8.Valid(content) {
		return nil, "", geo.Invalid("body", "is not valid UTF-8; convert it to UTF-8")
	}
	return content, kind, nil
}

// decode decodes one JSON object into v. It returns an error for fields that v does not have.
func decode(content []byte, v any) error {
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(v); err != nil {
		return jsonError(err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return geo.Invalid("body", "contains more than one JSON object; send one")
	}
	return nil
}

// jsonError returns an error for clients that names the field of the body at fault.
func jsonError(err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &kind):
		name := kind.Field
		if name == "" {
			name = "body"
		}
		return geo.Invalid(name, "is a JSON %s; expected another type", kind.Value)
	case errors.As(err, &syntax):
		return geo.Invalid("body", "is not JSON: there is a syntax error at byte %d", syntax.Offset)
	case errors.Is(err, io.EOF):
		return geo.Invalid("body", "is empty; expected a JSON object")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return geo.Invalid("body", "is not JSON: it was cut off")
	}
	var invalid *geo.InvalidError
	if errors.As(err, &invalid) {
		return err
	}
	if field, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return geo.Invalid(clip(strings.Trim(field, `"`)), "is not a field of this request; leave it out")
	}
	return geo.Invalid("body", "is malformed; expected a JSON object")
}

// instant is a time in one of the formats of geo.ParseDate.
type instant struct{ time.Time }

func (t *instant) UnmarshalJSON(raw []byte) error {
	var s *string
	if err := json.Unmarshal(raw, &s); err != nil {
		return geo.Invalid("date", "is not a JSON string; write it as \"2019-02-20T12:21:00Z\"")
	}
	if s == nil || *s == "" {
		return nil
	}
	parsed, err := geo.ParseDate(*s)
	t.Time = parsed
	return err
}

// clip shortens a value for a message.
func clip(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// json writes an answer. It encodes the value before it writes the status, so that a failure
// can still be answered.
func (s *server) json(c *gin.Context, status int, v any) {
	content, err := encodeJSON(v)
	if err != nil {
		s.fail(c, err)
		return
	}
	c.Data(status, jsonType, content)
}
