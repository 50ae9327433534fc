package webtest

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// Send answers with a document.
func Send(contentType string, body []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		_, _ = w.Write(body)
	}
}

// Compressed answers with a document in a Content-Encoding: gzip, br or zstd.
func Compressed(contentType, encoding string, body []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", encoding)
		Send(contentType, compress(encoding, body))(w, r)
	}
}

func compress(encoding string, body []byte) []byte {
	var b bytes.Buffer
	switch encoding {
	case "br":
		z := brotli.NewWriterLevel(&b, 1)
		_, _ = z.Write(body)
		_ = z.Close()
	case "zstd":
		z, err := zstd.NewWriter(&b, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest))
		if err != nil {
			panic(fmt.Sprintf("webtest: %v", err)) // the options are constant
		}
		_, _ = z.Write(body)
		_ = z.Close()
	default:
		z := gzip.NewWriter(&b)
		_, _ = z.Write(body)
		_ = z.Close()
	}
	return b.Bytes()
}

// Status answers with a status and, unless retryAfter is 0, with that Retry-After in seconds.
func Status(code, retryAfter int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if retryAfter > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(retryAfter))
		}
		http.Error(w, http.StatusText(code), code)
	}
}

// Redirect answers with a redirect.
func Redirect(code int, to string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", to)
		w.WriteHeader(code)
	}
}

// Loop redirects to itself, alternately with and without a query.
func Loop(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		to := r.URL.Path
		if r.URL.RawQuery == "" {
			to += "?again"
		}
		Redirect(code, to)(w, r)
	}
}

// Hang does not answer until the client disconnects.
func Hang(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// Drip answers one byte at a time without end.
func Drip(pause time.Duration) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		for sendPiece(w, r, []byte("x"), pause) {
		}
	}
}

// Slow answers with a document in twenty pieces over the given time.
func Slow(contentType string, body []byte, duration time.Duration) http.HandlerFunc {
	const pieces = 20
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", contentType)
		for i := range pieces {
			if !sendPiece(w, r, body[i*len(body)/pieces:(i+1)*len(body)/pieces], duration/pieces) {
				return
			}
		}
	}
}

// sendPiece sends a piece and waits. It returns false if the client has disconnected.
func sendPiece(w http.ResponseWriter, r *http.Request, piece []byte, pause time.Duration) bool {
	if _, err := w.Write(piece); err != nil {
		return false
	}
	_ = http.NewResponseController(w).Flush()
	select {
	case <-time.After(pause):
		return true
	case <-r.Context().Done():
		return false
	}
}

// Flood answers without end, as fast as the client reads.
func Flood(contentType string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", contentType)
		block := bytes.Repeat([]byte("<p>again and again</p>\n"), 1_000)
		for r.Context().Err() == nil {
			if _, err := w.Write(block); err != nil {
				return
			}
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

// Cut closes the connection in the middle of a document.
func Cut(contentType string, body []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body[:len(body)/2])
		panic(http.ErrAbortHandler)
	}
}

// Bomb answers with a small body that unpacks to 128 MiB.
func Bomb(contentType string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		Send(contentType, compressedBomb())(w, r)
	}
}

var compressedBomb = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	block := make([]byte, 1<<20)
	for range 128 {
		_, _ = z.Write(block)
	}
	_ = z.Close()
	return b.Bytes()
})

// BillionLaughs returns a feed with nested entities that expand to 3 GB.
func BillionLaughs() []byte {
	var b bytes.Buffer
	b.WriteString("<?xml version=\"1.0\"?><!DOCTYPE lolz [<!ENTITY lol \"lol\">")
	for i := 1; i < 10; i++ {
		of := "lol"
		if i > 1 {
			of = fmt.Sprintf("lol%d", i-1)
		}
		fmt.Fprintf(&b, "<!ENTITY lol%d \"%s\">", i, strings.Repeat("&"+of+";", 10))
	}
	b.WriteString("]><rss version=\"2.0\"><channel><title>&lol9;</title></channel></rss>")
	return b.Bytes()
}
