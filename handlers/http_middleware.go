package handlers

import (
	"errors"
	"fmt"
	"log/slog"
	"mime"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"newsmap/geo/feature"

	"github.com/gin-gonic/gin"
	"github.com/klauspost/compress/gzhttp"
	"github.com/unrolled/secure"
)

// compressFrom is the minimum size of a compressed answer in bytes.
const compressFrom = 1 << 10

// wrap wraps the routes in the middleware of every request. A later line is further outside.
func (s *server) wrap(routes http.Handler, tiles string) http.Handler {
	compress, err := gzhttp.NewWrapper(gzhttp.MinSize(compressFrom), gzhttp.ContentTypes(compressible()))
	if err != nil {
		panic(fmt.Sprintf("handlers: compression options: %v", err)) // the options are constants, so this is a bug
	}
	handler := http.Handler(compress(routes))
	handler = limitBody(handler)
	handler = s.sameOrigin(handler)
	handler = securityHeaders(tiles).Handler(handler)
	handler = s.logRequests(handler)
	return progress(handler, s.ClientTimeout)
}

// compressible returns the media types that are compressed.
func compressible() []string {
	types := []string{
		"application/json", problemType, "image/svg+xml", "text/css", "text/html", "text/javascript", "text/plain",
		"application/atom+xml", "application/vnd.mapbox-vector-tile",
	}
	for _, f := range feature.Formats {
		if mediaType, _, err := mime.ParseMediaType(f.MediaType); err == nil {
			types = append(types, mediaType)
		}
	}
	return types
}

// limitBody makes reading a body that is larger than MaxBody fail.
func limitBody(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, MaxBody)
		next.ServeHTTP(w, r)
	})
}

// sameOrigin refuses unsafe requests that a page of another site makes in a browser.
func (s *server) sameOrigin(next http.Handler) http.Handler {
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		p, _ := problemOf(errOrigin)
		writeProblem(w, p, s.Logger)
	}))
	return guard.Handler(next)
}

// contentPolicy returns the Content-Security-Policy of a page that the given ancestors may frame.
func contentPolicy(tiles, ancestors string) string {
	return strings.Join([]string{
		"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data: " + tiles,
		"connect-src 'self'", "base-uri 'none'", "frame-ancestors " + ancestors, "form-action 'self'",
	}, "; ")
}

// securityHeaders sets the security headers of every answer; a handler may change them.
// OpenStreetMap's tile servers require a Referer, so other sites receive the origin.
func securityHeaders(tiles string) *secure.Secure {
	return secure.New(secure.Options{
		ContentSecurityPolicy:   contentPolicy(tiles, "'none'"),
		ContentTypeNosniff:      true,
		FrameDeny:               true,
		ReferrerPolicy:          "strict-origin-when-cross-origin",
		CrossOriginOpenerPolicy: "same-origin",
		PermissionsPolicy:       "camera=(), geolocation=(), microphone=()",
	})
}

// recovery turns a panic into a problem document without its text, and logs it.
func (s *server) recovery(c *gin.Context) {
	defer func() {
		value := recover()
		if value == nil {
			return
		}
		if err, ok := value.(error); ok && errors.Is(err, http.ErrAbortHandler) {
			panic(value)
		}
		s.Logger.ErrorContext(c.Request.Context(), "panic", "method", c.Request.Method, "path", c.Request.URL.Path,
			"value", fmt.Sprint(value), "stack", string(debug.Stack()))
		s.fail(c, fmt.Errorf("panic: %v", value))
	}()
	c.Next()
}

// logRequests logs each request. Probes are logged at debug level, as there are many.
func (s *server) logRequests(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		recorder := &recorder{ResponseWriter: w}
		defer func() {
			level := slog.LevelInfo
			if r.URL.Path == "/healthz" || r.URL.Path == "/readyz" || strings.HasPrefix(r.URL.Path, "/static/") {
				level = slog.LevelDebug
			}
			status := recorder.status
			if status == 0 && r.Context().Err() != nil {
				status = statusClientGone
			}
			s.Logger.LogAttrs(r.Context(), level, "request",
				slog.String("method", r.Method), slog.String("path", r.URL.Path), slog.Int("status", status),
				slog.Int64("bytes", recorder.bytes), slog.Duration("took", time.Since(start).Round(time.Microsecond)))
		}()
		next.ServeHTTP(recorder, r)
	})
}

// recorder records the status and size of an answer for the log.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 && status >= http.StatusOK {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(p []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(p)
	r.bytes += int64(n)
	return n, err
}

// Flush sends the buffered bytes, if the connection supports it.
func (r *recorder) Flush() { _ = http.NewResponseController(r.ResponseWriter).Flush() }

// Unwrap returns the wrapped writer, for http.ResponseController.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
