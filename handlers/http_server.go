package handlers

import (
	"net/http"
	"time"
)

// defaultClientTimeout is how long a client may read nothing of an answer before it is cut off.
const defaultClientTimeout = 30 * time.Second

// NewServer returns an http.Server for addr with every time limit set. The limit for reading
// applies to the whole request. The limit for writing applies to each piece that a handler
// from [New] writes, so that a slow client can finish a long download, and one that reads
// nothing is cut off.
func NewServer(addr string, handler http.Handler) *http.Server {
	return &http.Server{
		Addr:              addr,
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       60 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       120 * time.Second,
		MaxHeaderBytes:    64 << 10,
	}
}

// progress gives each piece of an answer its own time limit.
func progress(next http.Handler, timeout time.Duration) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(&progressWriter{ResponseWriter: w, control: http.NewResponseController(w), timeout: timeout}, r)
	})
}

// pieceBytes is the number of bytes that a client must read within its timeout. It is small, so
// that very slow connections can do it.
const pieceBytes = 8 << 10

type progressWriter struct {
	http.ResponseWriter
	control  *http.ResponseController
	timeout  time.Duration
	extended time.Time
}

func (w *progressWriter) Write(p []byte) (n int, err error) {
	for first := true; first || len(p) > 0; first = false {
		part := p[:min(len(p), pieceBytes)]
		w.extend()
		m, err := w.ResponseWriter.Write(part)
		n += m
		if err != nil {
			return n, err
		}
		p = p[m:]
	}
	return n, nil
}

// extend moves the deadline. It does so at most 20 times in a timeout, as setting it is a
// system call and most pieces are small.
func (w *progressWriter) extend() {
	now := time.Now()
	if now.Sub(w.extended) < w.timeout/20 {
		return
	}
	w.extended = now
	// In tests there is no connection, and so no deadline.
	_ = w.control.SetWriteDeadline(now.Add(w.timeout))
}

// Flush sends the buffered bytes.
func (w *progressWriter) Flush() {
	w.extend()
	_ = w.control.Flush()
}

// Unwrap returns the wrapped writer, for http.ResponseController.
func (w *progressWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
