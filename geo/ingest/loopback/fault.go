package loopback

import (
	"io"
	"net/http"
	"strconv"
	"time"
)

// Status answers with a status and, unless it is 0, a Retry-After of so many
// seconds.
func Status(code, retryAfter int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if retryAfter > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(retryAfter))
		}
		w.WriteHeader(code)
	}
}

// Redirect answers with a redirect.
func Redirect(code int, to string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", to)
		w.WriteHeader(code)
	}
}

// Hang answers nothing until the client gives up.
func Hang(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// Drip answers a byte at a time, without end.
func Drip(pause time.Duration) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		for {
			if _, err := io.WriteString(w, "x"); err != nil {
				return
			}
			_ = http.NewResponseController(w).Flush()
			select {
			case <-time.After(pause):
			case <-r.Context().Done():
				return
			}
		}
	}
}

// Flood answers with text without end.
func Flood(w http.ResponseWriter, _ *http.Request) {
	piece := make([]byte, 64<<10)
	for i := range piece {
		piece[i] = 'x'
	}
	w.Header().Set("Content-Type", "text/html")
	for {
		if _, err := w.Write(piece); err != nil {
			return
		}
	}
}

// Reset closes the connection without an answer.
func Reset(w http.ResponseWriter, _ *http.Request) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		conn.Close()
	}
}
