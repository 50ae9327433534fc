package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"newsmap/geo"

	"github.com/gin-gonic/gin"
)

// Problem is an RFC 9457 problem document. Parameter is an extension member: the query
// parameter, body field or part of the request at fault.
type Problem struct {
	Type      string `json:"type"`
	Title     string `json:"title"`
	Status    int    `json:"status"`
	Detail    string `json:"detail,omitempty"`
	Parameter string `json:"parameter,omitempty"`
}

const problemType = "application/problem+json"

// statusClientGone is only for the log: the client disconnected before the answer.
const statusClientGone = 499

// requestError is an error with an HTTP status and a text for the client.
type requestError struct {
	status    int
	detail    string
	parameter string
}

func (e *requestError) Error() string { return e.detail }

var (
	errMethod = &requestError{status: http.StatusMethodNotAllowed, detail: "This address does not support this method. Use one in the Allow header."}
	errOrigin = &requestError{
		status: http.StatusForbidden,
		detail: "The request comes from a page of another site. Send it from a page of this server or from a program.",
	}
	errRate   = &requestError{status: http.StatusTooManyRequests, detail: "Too many requests from your address. Try again in a second."}
	errClosed = &requestError{
		status: http.StatusForbidden,
		detail: "This server does not accept stories over HTTP. Start it with --token, NEWSMAP_TOKEN or NEWSMAP_TOKEN_FILE, then send the token as " +
			"\"Authorization: Bearer …\".",
	}
	errToken = &requestError{status: http.StatusUnauthorized, detail: "Adding stories needs the server's token, sent as \"Authorization: Bearer …\"."}
)

// problemOf returns the problem document for an error. It is the only place where errors
// become statuses. known is false for an error whose text the client must not see.
func problemOf(err error) (p Problem, known bool) {
	var invalid *geo.InvalidError
	var request *requestError
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &request):
		p = Problem{Status: request.status, Detail: request.detail, Parameter: request.parameter}
	case errors.As(err, &tooLarge):
		p = Problem{Status: http.StatusRequestEntityTooLarge, Detail: "The body is too large. The limit is 2 MiB.", Parameter: "body"}
	case errors.As(err, &invalid):
		p = Problem{Status: http.StatusBadRequest, Detail: invalid.Error(), Parameter: invalid.Name}
	case errors.Is(err, geo.ErrInvalid):
		p = Problem{Status: http.StatusBadRequest, Detail: "The request is malformed."}
	case errors.Is(err, geo.ErrNotFound):
		p = Problem{Status: http.StatusNotFound, Detail: "There is nothing at this address. Check its path and ids."}
	case errors.Is(err, context.DeadlineExceeded):
		p = Problem{Status: http.StatusServiceUnavailable, Detail: "The answer took too long. Try again later, or with narrower filters."}
	case errors.Is(err, context.Canceled):
		return Problem{Type: "about:blank", Title: "Client Closed Request", Status: statusClientGone}, true
	default:
		p = Problem{Status: http.StatusInternalServerError, Detail: "The server failed, and logged the cause. Try again later."}
	}
	p.Type, p.Title = "about:blank", http.StatusText(p.Status)
	return p, p.Status != http.StatusInternalServerError
}

// fail answers with the problem document for err, or with an error page if the address is that
// of a page. It ends the request.
func (s *server) fail(c *gin.Context, err error) {
	p, known := problemOf(err)
	if !known {
		s.Logger.ErrorContext(c.Request.Context(), "request failed", "method", c.Request.Method, "path", c.Request.URL.Path, "error", err)
	}
	c.Abort()
	if c.Writer.Written() {
		// Part of a good answer has been sent. Closing the connection tells the client that
		// the rest is missing.
		panic(http.ErrAbortHandler)
	}
	switch p.Status {
	case http.StatusUnauthorized:
		c.Header("WWW-Authenticate", `Bearer realm="newsmap"`)
	case http.StatusTooManyRequests:
		c.Header("Retry-After", "1")
	}
	c.Header("Cache-Control", "no-store")
	c.Writer.Header().Del("Content-Disposition")
	c.Writer.Header().Del("ETag")
	if wantsPage(c.Request) {
		s.errorPage(c, p)
		return
	}
	writeProblem(c.Writer, p, s.Logger)
}

// wantsPage reports whether the address of a request is that of a page.
func wantsPage(r *http.Request) bool {
	path := r.URL.Path
	for _, prefix := range [...]string{"/api/", "/tiles/"} {
		if strings.HasPrefix(path, prefix) {
			return false
		}
	}
	return path != "/api" && path != feedPath && path != "/healthz" && path != "/readyz"
}

func writeProblem(w http.ResponseWriter, p Problem, logger *slog.Logger) {
	w.Header().Set("Content-Type", problemType)
	w.WriteHeader(p.Status)
	if err := json.NewEncoder(w).Encode(p); err != nil {
		logger.Debug("cannot send the problem document", "error", err)
	}
}
