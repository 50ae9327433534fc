package webtest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
)

// Site is a news site: one host with feeds and pages. It is safe for concurrent use.
type Site struct {
	URL    string // http://127.0.0.1:port, without a slash at the end
	server *httptest.Server

	mu          sync.Mutex // guards the maps, whose keys are paths
	bodies      map[string]body
	faults      map[string]http.HandlerFunc
	asked       map[string]int // number of requests
	notModified map[string]int // number of requests answered with 304
}

// body is a document of a site.
type body struct{ contentType, text, etag string }

// NewSite starts a site. Close ends it.
func NewSite() *Site {
	s := &Site{bodies: map[string]body{}, faults: map[string]http.HandlerFunc{}, asked: map[string]int{}, notModified: map[string]int{}}
	s.server = httptest.NewUnstartedServer(http.HandlerFunc(s.serve))
	s.server.Config.ErrorLog = log.New(io.Discard, "", 0) // the test kills clients
	s.server.Start()
	s.URL = s.server.URL
	return s
}

// Close stops the site and its running requests.
func (s *Site) Close() {
	s.server.CloseClientConnections()
	s.server.Close()
}

func (s *Site) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	path := r.URL.Path
	s.asked[path]++
	fault := s.faults[path]
	if fault == nil && path != "/robots.txt" {
		fault = s.faults[""]
	}
	b, known := s.bodies[path]
	fresh := known && b.etag != "" && r.Header.Get("If-None-Match") == b.etag
	if fresh && fault == nil {
		s.notModified[path]++
	}
	s.mu.Unlock()
	switch {
	case fault != nil:
		fault(w, r)
	case !known:
		http.NotFound(w, r)
	default:
		w.Header().Set("Content-Type", b.contentType)
		if b.etag != "" {
			w.Header().Set("ETag", b.etag)
		}
		if fresh {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = io.WriteString(w, b.text)
	}
}

// Set sets the document at a path. Its ETag depends on its text.
func (s *Site) Set(path, contentType, text string) {
	sum := sha256.Sum256([]byte(text))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bodies[path] = body{contentType, text, `"` + hex.EncodeToString(sum[:8]) + `"`}
}

// Remove removes the document at a path.
func (s *Site) Remove(path string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.bodies, path)
}

// Break makes h answer for a path, or for all paths except robots.txt if path is empty. If h
// is nil, it undoes that.
func (s *Site) Break(path string, h http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if h == nil {
		delete(s.faults, path)
		return
	}
	s.faults[path] = h
}

// Asked returns the number of requests for a path.
func (s *Site) Asked(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[path]
}

// NotModified returns how often the answer for a path was 304.
func (s *Site) NotModified(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.notModified[path]
}

// SetFeed sets the feed at a path.
func (s *Site) SetFeed(path string, format Format, title string, items []Item) {
	text, contentType := (&Feed{Format: format, Home: s.URL, Title: title, Items: items}).Render()
	if format != JSON {
		text = `<?xml version="1.0" encoding="utf-8"?>` + text
	}
	s.Set(path, contentType, text)
}

// SetPage sets the page of an article at a path.
func (s *Site) SetPage(path, title, text string) {
	var b strings.Builder
	fmt.Fprintf(&b, `<!doctype html><html lang="en"><head><title>%[1]s</title><meta property="og:site_name" content="Loop Post"></head>`+
		`<body><article><h1>%[1]s</h1>`, html.EscapeString(title))
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		fmt.Fprintf(&b, "<p>%s</p>", html.EscapeString(paragraph))
	}
	b.WriteString("</article></body></html>")
	s.Set(path, "text/html; charset=utf-8", b.String())
}
