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

// body reads the whole body of a request and its media type. The errors are
// meant for the client.
func body(r *http.Request) (content []byte, kind string, err error) {
	kind = "text/plain"
	if header := r.Header.Get("Content-Type"); header != "" {
		var params map[string]string
		kind, params, err = mime.ParseMediaType(header)
		if err != nil {
			return nil, "", geo.Invalid("Content-Type", "does not parse")
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
		return nil, "", geo.Invalid("body", "is not valid UTF-8")
	}
	return content, kind, nil
}

// decode reads one JSON object into v and refuses fields that v lacks.
func decode(content []byte, v any) error {
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(v); err != nil {
		return jsonError(err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return geo.Invalid("body", "goes on after the JSON object")
	}
	return nil
}

// jsonError says in our words what is wrong with a body, naming the field.
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
		return geo.Invalid("body", "is not JSON: byte %d does not fit", syntax.Offset)
	case errors.Is(err, io.EOF):
		return geo.Invalid("body", "is empty")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return geo.Invalid("body", "is not JSON: it ends too early")
	}
	var invalid *geo.InvalidError
	if errors.As(err, &invalid) {
		return err
	}
	if field, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return geo.Invalid(clip(strings.Trim(field, `"`)), "is not a field here")
	}
	return geo.Invalid("body", "is not a JSON object of this form")
}

// instant is a time in one of the forms that geo.ParseDate reads.
type instant struct{ time.Time }

func (t *instant) UnmarshalJSON(raw []byte) error {
	var s *string
	if err := json.Unmarshal(raw, &s); err != nil {
		return geo.Invalid("date", "is not text")
	}
	if s == nil || *s == "" {
		return nil
	}
	parsed, err := geo.ParseDate(*s)
	t.Time = parsed
	return err
}

// clip keeps an echoed value short.
func clip(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// json writes an answer. Encoding comes first, so that a value that cannot be
// encoded is a clean failure.
func (s *server) json(c *gin.Context, status int, v any) {
	content, err := encodeJSON(v)
	if err != nil {
		s.fail(c, err)
		return
	}
	c.Data(status, jsonType, content)
}
