package handlers

import (
	"net/http"
	"time"
)

// defaultPatience is how long a client may take in nothing of an answer that
// waits for it.
const defaultPatience = 30 * time.Second

// NewServer gives an http.Server for addr with every limit set. Reading a
// request is bounded as a whole. Writing is bounded by progress: the deadline
// moves on with each piece that a handler from [New] writes, so a slow reader
// gets a long download to its end and a stuck one is cut off.
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

// progress gives each piece of an answer its own time.
func progress(next http.Handler, patience time.Duration) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(&progressWriter{ResponseWriter: w, control: http.NewResponseController(w), patience: patience}, r)
	})
}

// piece is how many bytes a client must take within its patience. Small, so
// that even a very slow line counts as progress.
const piece = 8 << 10

type progressWriter struct {
	http.ResponseWriter
	control  *http.ResponseController
	patience time.Duration
	extended time.Time
}

func (w *progressWriter) Write(p []byte) (n int, err error) {
	for first := true; first || len(p) > 0; first = false {
		part := p[:min(len(p), piece)]
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

// extend moves the deadline, at most every twentieth of the patience: setting
// it is a system matter and most pieces are small.
func (w *progressWriter) extend() {
	now := time.Now()
	if now.Sub(w.extended) < w.patience/20 {
		return
	}
	w.extended = now
	// Without a connection below, as in tests, there is no deadline to move.
	_ = w.control.SetWriteDeadline(now.Add(w.patience))
}

// Flush passes on what is buffered.
func (w *progressWriter) Flush() {
	w.extend()
	_ = w.control.Flush()
}

// Unwrap lets http.ResponseController reach the connection.
func (w *progressWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
