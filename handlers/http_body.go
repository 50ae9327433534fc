package handlers

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"

	"newsmap/geo"

	"github.com/gin-gonic/gin"
)

// body reads the body of a request and returns it with its media type. The errors are meant
// for the client.
func body(r *http.Request) (content []byte, mediaType string, err error) {
	mediaType = "text/plain"
	if header := r.Header.Get("Content-Type"); header != "" {
		var params map[string]string
		mediaType, params, err = mime.ParseMediaType(header)
		if err != nil {
			return nil, "", geo.Invalid("Content-Type", "is malformed; expected a media type such as application/json")
		}
		if charset := strings.ToLower(params["charset"]); charset != "" && charset != "utf-8" && charset != "us-ascii" {
			return nil, "", &requestError{
				http.StatusUnsupportedMediaType, fmt.Sprintf("The charset %s is not supported. Send the body as UTF-8.", clip(charset)), "Content-Type",
			}
		}
	}
	content, err = io.ReadAll(r.Body)
	if err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return nil, "", err
		}
		return nil, "", &requestError{http.StatusBadRequest, "The body was cut off. Send all of it.", "body"}
	}
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	if !utf8.Valid(content) {
		return nil, "", geo.Invalid("body", "is not valid UTF-8; convert it to UTF-8")
	}
	return content, mediaType, nil
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

// jsonError returns an error for the client that names the malformed field of the body.
func jsonError(err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &kind):
		name := kind.Field
		if name == "" {
			name = "body"
		}
		return geo.Invalid(name, "is a JSON %s; expected %s", kind.Value, typeName(kind.Type))
	case errors.As(err, &syntax):
		return geo.Invalid("body", "is not JSON: correct the syntax error at byte %d", syntax.Offset)
	case errors.Is(err, io.EOF):
		return geo.Invalid("body", "is empty; expected a JSON object")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return geo.Invalid("body", "is not JSON: it was cut off; send all of it")
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

// typeName describes the JSON values that decode into a Go type.
func typeName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice:
		return "a list"
	case reflect.Struct:
		return "an object"
	}
	return "a number"
}

// wrongType returns the error for a body of an unsupported media type.
func wrongType(mediaType, supported string) error {
	return &requestError{
		http.StatusUnsupportedMediaType, fmt.Sprintf("The media type %s is not supported. Send %s.", clip(mediaType), supported), "Content-Type",
	}
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

// clip shortens a value of the client for a message.
func clip(s string) string { return truncate(s, 60) }

// truncate returns the first n code points of s, followed by an ellipsis if there are more.
func truncate(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
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
