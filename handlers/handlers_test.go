package handlers_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"newsmap/geo/story"
	"newsmap/handlers"

	"github.com/andybalholm/cascadia"
	"github.com/paulmach/orb/geojson"
	"golang.org/x/net/html"
)

var today = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// app is a handler with the parts that a test may want to change.
type app struct {
	http.Handler
	store  *testStore
	parser *finder
	log    *lockedBuffer
	ids    []string // of the samples, in their order
}

// lockedBuffer is a log that a test can read while a server writes it.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

var samples = []story.Story{
	{
		Title:     "Last pocket falls at Baghuz",
		Text:      "Fighting ended in Baghuz on Saturday. The hamlet lies in Syria.\n\nOfficials in Paris spoke of “relief”. Nowhereville was silent.",
		URL:       "https://example.org/baghuz?a=1&b=2",
		Outlet:    "Example Wire",
		Domain:    "example.org",
		Byline:    "A. Writer",
		Lang:      "en",
		Published: time.Date(2019, 3, 23, 9, 30, 0, 0, time.UTC),
	},
	{
		Title:     "Cyclone leaves Suva without power",
		Text:      "Winds tore roofs from houses in Suva.",
		URL:       "https://pacific.example/suva",
		Outlet:    "Pacific Post",
		Domain:    "pacific.example",
		Published: time.Date(2020, 12, 17, 0, 0, 0, 0, time.UTC),
	},
	{Title: "Nothing named", Text: "This one has no place.", Outlet: "Anon", Published: time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC)},
	{
		Title:     `<script>window.hacked=1</script>`,
		Text:      `"><img src=x onerror="window.hacked=1"> in <b>Bad</b> & Paris. </p><script>window.hacked=1</script>`,
		URL:       "https://bad.example/hostile", // newApp makes it hostile
		Outlet:    `<script>window.hacked=1</script>`,
		Domain:    "bad.example",
		Byline:    `<svg onload="window.hacked=1">`,
		Lang:      `en" onmouseover="window.hacked=1`,
		Published: time.Date(2018, 1, 1, 0, 0, 0, 0, time.UTC),
	},
}

// located returns copies of stories with their ids and the places that a finder finds in
// them.
func located(stories []story.Story) (out []*story.Story) {
	parser := &finder{atlas: newAtlas()}
	for _, s := range stories {
		result, err := parser.Parse(context.Background(), s.Document())
		if err != nil {
			panic(err) // a finder never returns an error
		}
		s.ID = story.Identify(&s)
		s.Locate(result)
		out = append(out, &s)
	}
	return out
}

func newApp(t testing.TB, change ...func(*handlers.Config)) *app {
	t.Helper()
	a := &app{store: openCopy(t, sampleFile), parser: &finder{atlas: newAtlas()}, log: &lockedBuffer{}}
	now := func() time.Time { return today }
	for i := range samples {
		a.ids = append(a.ids, story.Identify(&samples[i]))
	}
	a.store.urls[a.ids[3]] = "javascript:window.hacked=1"
	cfg := handlers.Config{
		Store: a.store, Places: a.parser.atlas, Parser: a.parser, Ingester: &ingester{a.parser, a.store, now}, Token: "secret", Version: "test", Now: now,
		BaseURL: "https://news.example/", Logger: slog.New(slog.NewTextHandler(a.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, f := range change {
		f(&cfg)
	}
	handler, err := handlers.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	a.Handler = handler
	return a
}

// scenario is a request and the expected answer.
type scenario struct {
	name          string
	method        string            // GET if empty
	path          string            // {0} is replaced by the id of the first sample, and so on
	headers       map[string]string // of the request
	body          string
	change        func(*handlers.Config) // before the server starts
	prepare       func(*app)             // after the server has started
	status        int
	contains      []string          // texts that must be in the body
	lacks         []string          // texts that must not be in the body
	elements      map[string]string // CSS selector -> text of the first such element, or a part of it
	answerHeaders map[string]string // header -> part of its value
}

func (sc scenario) run(t *testing.T) {
	t.Helper()
	change := []func(*handlers.Config){}
	if sc.change != nil {
		change = append(change, sc.change)
	}
	a := newApp(t, change...)
	if sc.prepare != nil {
		sc.prepare(a)
	}
	path := strings.NewReplacer("{0}", a.ids[0], "{1}", a.ids[1], "{2}", a.ids[2], "{3}", a.ids[3]).Replace(sc.path)
	method := sc.method
	if method == "" {
		method = http.MethodGet
	}
	r := httptest.NewRequest(method, path, strings.NewReader(sc.body))
	for name, value := range sc.headers {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	a.ServeHTTP(w, r)
	if w.Code != sc.status {
		t.Fatalf("status %d, want %d; body: %.400s", w.Code, sc.status, w.Body)
	}
	for _, part := range sc.contains {
		if !strings.Contains(w.Body.String(), part) {
			t.Errorf("no %q in the body: %.3000s", part, w.Body)
		}
	}
	for _, part := range sc.lacks {
		if strings.Contains(w.Body.String(), part) {
			t.Errorf("%q is in the body: %.3000s", part, w.Body)
		}
	}
	for name, part := range sc.answerHeaders {
		if !strings.Contains(w.Header().Get(name), part) {
			t.Errorf("%s is %q, want %q in it", name, w.Header().Get(name), part)
		}
	}
	kind := w.Header().Get("Content-Type")
	if kind == "application/problem+json" {
		checkProblem(t, w.Body.Bytes(), w.Code)
	}
	if strings.HasPrefix(kind, "text/html") && method != http.MethodHead {
		checkPage(t, w.Body, sc.elements)
	} else if len(sc.elements) > 0 {
		t.Errorf("%s is not a page", kind)
	}
}

// checkPage checks that a page has the given elements (CSS selector -> a part of the
// text of the first one), and that nothing from a story became a script.
func checkPage(t *testing.T, page io.Reader, elements map[string]string) {
	t.Helper()
	root, err := html.Parse(page)
	if err != nil {
		t.Fatal(err)
	}
	for selector, want := range elements {
		node := cascadia.Query(root, cascadia.MustCompile(selector))
		if node == nil {
			t.Errorf("no element %s", selector)
		} else if got := textOf(node); !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q in it", selector, got, want)
		}
	}
	for node := range root.Descendants() {
		if node.Data == "script" && node.Type == html.ElementNode && node.FirstChild != nil {
			t.Errorf("the page has a script: %s", textOf(node))
		}
		for _, attr := range node.Attr {
			if strings.HasPrefix(attr.Key, "on") || strings.HasPrefix(strings.ToLower(strings.TrimSpace(attr.Val)), "javascript:") {
				t.Errorf("the page has a script in <%s %s=%q>", node.Data, attr.Key, attr.Val)
			}
		}
	}
}

// textOf returns the text of an element with single spaces.
func textOf(node *html.Node) string {
	var b strings.Builder
	for n := range node.Descendants() {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// checkProblem checks that an answer is a problem document (RFC 9457).
func checkProblem(t *testing.T, body []byte, status int) {
	t.Helper()
	var p handlers.Problem
	if err := json.Unmarshal(body, &p); err != nil {
		t.Fatalf("problem: %v", err)
	}
	if p.Status != status || p.Type != "about:blank" || p.Title != http.StatusText(status) || p.Detail == "" {
		t.Errorf("malformed problem document: %+v", p)
	}
}

func contentType(kind string) map[string]string { return map[string]string{"Content-Type": kind} }

func withToken(token string) map[string]string {
	return map[string]string{"Content-Type": "application/json", "Authorization": "Bearer " + token}
}

var problemHeaders = map[string]string{"Content-Type": "application/problem+json", "Cache-Control": "no-store"}

// parameter returns the part of a problem document that names a parameter.
func parameter(name string) []string { return []string{`"parameter":"` + name + `"`} }

func TestScenarios(t *testing.T) {
	scenarios := []scenario{
		// Pages.
		{
			name:     "map",
			path:     "/",
			status:   200,
			contains: []string{`id="map"`, "GeoNames", "Natural Earth", `id="filters"`},
			lacks:    []string{"<script>", "style="},
			answerHeaders: map[string]string{
				"Content-Type":               "text/html; charset=utf-8",
				"Content-Security-Policy":    "script-src 'self'; style-src 'self'; img-src 'self' data: https://tile.openstreetmap.org;",
				"X-Content-Type-Options":     "nosniff",
				"Referrer-Policy":            "strict-origin-when-cross-origin",
				"Cross-Origin-Opener-Policy": "same-origin",
				"X-Frame-Options":            "DENY",
			},
		},
		{
			name:   "tiles of the configuration",
			path:   "/",
			change: func(c *handlers.Config) { c.TilesURL = "https://{s}.tiles.example/{z}/{x}/{y}.png" },
			status: 200,
			contains: []string{
				`data-tiles="https://{s}.tiles.example/{z}/{x}/{y}.png"`,
			},
			answerHeaders: map[string]string{"Content-Security-Policy": "data: https://*.tiles.example;"},
		},
		{
			name:     "story",
			path:     "/stories/{0}",
			status:   200,
			contains: []string{"Deir ez-Zor, Syria"},
			elements: map[string]string{
				"h1":                                     "Last pocket falls at Baghuz",
				"h1 mark.focus#place-newsmap\\:baghuz a": "Baghuz",
				`mark a[href="#entry-newsmap%3abaghuz"][title="Baghuz: About, 90% sure"]`: "Baghuz",
				`p mark.mention[data-place="geonames:2988507"]`:                           "Paris",
				`p a.unlocated[href="#unlocated"]`:                                        "Nowhereville",
				"#unlocated":                                                              "not on the map: Nowhereville",
				`a[href="https://example.org/baghuz?a=1&b=2"][rel="noopener noreferrer"]`: "",
				`[data-lat="34.46"][data-lon="40.95"]`:                                    "90% sure",
				`time[datetime="2019-03-23T09:30:00Z"]`:                                   "23 March 2019, 09:30 UTC",
			},
		},
		{
			name:     "hostile story",
			path:     "/stories/{3}",
			status:   200,
			elements: map[string]string{"h1": "<script>window.hacked=1</script>", "mark.mention, mark.focus": "<b>Bad</b>"},
			lacks:    []string{"<script>", "<img src=x", "<svg onload", `" onmouseover="`, "javascript:", "Read the original"},
		},
		{
			name:          "unknown story",
			path:          "/stories/nope",
			status:        404,
			contains:      []string{"This page does not exist"},
			answerHeaders: map[string]string{"Content-Type": "text/html"},
		},
		{name: "story id that is not valid UTF-8", path: "/stories/%ff%fe", status: 404},
		{
			name:     "place",
			path:     "/places/newsmap:baghuz",
			status:   200,
			contains: []string{"1 story", "Population", "10,000", "Syria"},
			elements: map[string]string{
				"h1":                                 "Baghuz",
				`a[href$="#place-newsmap:baghuz"]`:   "Last pocket falls at Baghuz",
				`a[href="/?place=newsmap%3Abaghuz"]`: "",
			},
		},
		{
			name:     "hostile place",
			path:     "/places/newsmap:hostile",
			status:   200,
			elements: map[string]string{"h1": "<b>Bad</b>"},
			lacks:    []string{"<b>Bad", "javascript:", "<script>"},
		},
		{
			name:     "place with an escaped id",
			path:     "/places/geonames%3A2988507",
			status:   200,
			elements: map[string]string{"h1": "Paris", `a[href^="https://www.geonames.org/2988507"]`: ""},
		},
		{
			name:     "place that is only in stories",
			path:     "/places/newsmap:baghuz",
			prepare:  func(a *app) { delete(a.parser.atlas, "newsmap:baghuz") },
			status:   200,
			elements: map[string]string{"h1": "Baghuz"},
		},
		{name: "unknown place", path: "/places/geonames:0", status: 404, answerHeaders: map[string]string{"Content-Type": "text/html"}},
		{name: "unknown page", path: "/nowhere", status: 404, contains: []string{"This page does not exist"}},
		{
			name:     "unknown page in German",
			path:     "/nowhere?locale=de",
			status:   404,
			elements: map[string]string{`html[lang="de"] h1`: "Diese Seite gibt es nicht", `main a[href="/"]`: "Zur Karte"},
			lacks:    []string{"does not exist", "Go to the map"},
		},
		{name: "page with an unsupported method", method: "DELETE", path: "/", status: 405,
			answerHeaders: map[string]string{"Allow": "GET", "Content-Type": "text/html"}},
		{name: "place page with a malformed cursor", path: "/places/newsmap:baghuz?cursor=x", status: 400,
			answerHeaders: map[string]string{"Content-Type": "text/html"}},

		// Stories.
		{
			name:   "stories",
			path:   "/api/stories",
			status: 200,
			contains: []string{
				`"next":null`,
				`"counts":{"stories":4,"features":6,"unlocated":1}`,
				`"url":null`,
				`"story_url":"https://news.example/stories/`,
				`"published":"2019-03-23T09:30:00Z"`,
			},
			lacks: []string{"Fighting ended in Baghuz on Saturday. The hamlet"},
		},
		{name: "stories by text", path: "/api/stories?q=cyclone", status: 200, contains: []string{"Suva", `"stories":1,`}, lacks: []string{"Baghuz"}},
		{name: "no story", path: "/api/stories?q=zzz", status: 200, contains: []string{`"stories":[],"next":null`}},
		{
			name:   "one story",
			path:   "/api/stories/{0}",
			status: 200,
			contains: []string{
				`"text":"Fighting ended`,
				`"toponyms":[{"start":21,"end":27,"text":"Baghuz","field":"title","kind":"name","confidence":0.9,"sentence":"Last pocket falls at ` +
					`Baghuz"},{"start":18,"end":24,`,
				`"unlocated":[{"start":`,
			},
		},
		{name: "one unknown story", path: "/api/stories/nope", status: 404, answerHeaders: problemHeaders},
		{name: "one story with a parameter", path: "/api/stories/{0}?q=x", status: 400, contains: parameter("q"), answerHeaders: problemHeaders},

		// Malformed filters of both lists.
		{name: "unknown parameter", path: "/api/stories?colour=red", status: 400, contains: parameter("colour"), answerHeaders: problemHeaders},
		{name: "unknown parameter on features", path: "/api/features.geojson?colour=red", status: 400, contains: parameter("colour"),
			answerHeaders: problemHeaders},
		{name: "hostile parameter", path: "/api/stories?%3Cscript%3E=1", status: 400, lacks: []string{"<script>"}, answerHeaders: problemHeaders},
		{name: "NaN bbox", path: "/api/features.geojson?bbox=NaN,1,2,3", status: 400, contains: parameter("bbox"), answerHeaders: problemHeaders},
		{name: "infinite bbox", path: "/api/features.geojson?bbox=-Inf,1,2,3", status: 400, contains: parameter("bbox"), answerHeaders: problemHeaders},
		{
			name:          "reversed latitudes",
			path:          "/api/features.geojson?bbox=1,20,2,10",
			status:        400,
			contains:      []string{`"parameter":"bbox"`, "reversed"},
			answerHeaders: problemHeaders,
		},
		{name: "bbox outside the world", path: "/api/features.geojson?bbox=-200,0,0,10", status: 400, contains: parameter("bbox"), answerHeaders: problemHeaders},
		{name: "short bbox", path: "/api/stories?bbox=1,2", status: 400, contains: parameter("bbox"), answerHeaders: problemHeaders},
		{name: "malformed date", path: "/api/stories?datetime=yesterday", status: 400, contains: parameter("datetime"), answerHeaders: problemHeaders},
		{name: "impossible date", path: "/api/stories?datetime=2019-02-30", status: 400, contains: parameter("datetime"), answerHeaders: problemHeaders},
		{name: "reversed interval", path: "/api/stories?datetime=2020-01-01/2019-01-01", status: 400, contains: parameter("datetime"),
			answerHeaders: problemHeaders},
		{name: "unknown role", path: "/api/stories?role=hero", status: 400, contains: parameter("role"), answerHeaders: problemHeaders},
		{name: "malformed confidence", path: "/api/stories?min_confidence=NaN", status: 400, contains: parameter("min_confidence"), answerHeaders: problemHeaders},
		{name: "limit of zero", path: "/api/stories?limit=0", status: 400, contains: parameter("limit"), answerHeaders: problemHeaders},
		{name: "limit too high", path: "/api/features.geojson?limit=100001", status: 400, contains: parameter("limit"), answerHeaders: problemHeaders},
		{name: "largest page", path: "/api/stories?limit=500", status: 200},
		{
			name:          "page too large",
			path:          "/api/stories?limit=501",
			status:        400,
			contains:      []string{`"parameter":"limit"`, "501 is more than 500", "cursor"},
			answerHeaders: problemHeaders,
		},
		{name: "Atom page too large", path: "/feed.atom?limit=501", status: 400, contains: parameter("limit"), answerHeaders: problemHeaders},
		{name: "repeated parameter", path: "/api/stories?q=a&q=b", status: 400, contains: parameter("q"), answerHeaders: problemHeaders},
		{name: "parameter that is not valid UTF-8", path: "/api/stories?q=%ff", status: 400, contains: parameter("q"), answerHeaders: problemHeaders},
		{name: "malformed query", path: "/api/stories?q=%zz", status: 400, contains: parameter("query"), answerHeaders: problemHeaders},
		{name: "malformed cursor", path: "/api/stories?cursor=zz", status: 400, contains: parameter("cursor"), answerHeaders: problemHeaders},
		{name: "malformed download", path: "/api/features.geojson?download=yes", status: 400, contains: parameter("download"), answerHeaders: problemHeaders},

		// Features.
		{
			name:          "features",
			path:          "/api/features.geojson",
			status:        200,
			contains:      []string{`"type":"FeatureCollection"`, `"place_id":"newsmap:baghuz"`, `"coordinates":[40.95,34.46]`},
			answerHeaders: map[string]string{"Content-Type": "application/geo+json", "Content-Disposition": ""},
		},
		{
			name:     "features of a box across the antimeridian",
			path:     "/api/features.geojson?bbox=170,-25,-170,-10",
			status:   200,
			contains: []string{"Suva"},
			lacks:    []string{"Baghuz"},
		},
		{
			name:     "features by role",
			path:     "/api/features.geojson?role=focus&outlet=Example+Wire",
			status:   200,
			contains: []string{"Baghuz"},
			lacks:    []string{`"place":"Paris"`},
		},
		{
			name:     "features without sentences",
			path:     "/api/features.geojson?evidence=0&q=baghuz",
			status:   200,
			contains: []string{`"evidence":null`},
			lacks:    []string{"raised their yellow flag"},
		},
		{name: "malformed evidence", path: "/api/features.geojson?evidence=maybe", status: 400, contains: parameter("evidence"), answerHeaders: problemHeaders},
		{name: "features up to a limit", path: "/api/features.geojson?limit=1&q=baghuz", status: 200, contains: []string{`"rel":"next"`, `?cursor=`}},
		{
			name:          "download",
			path:          "/api/features.geojson?download=1",
			status:        200,
			answerHeaders: map[string]string{"Content-Disposition": `attachment; filename="newsmap-20260301-120000.geojson"`},
		},
		{
			name:          "HEAD of features",
			method:        "HEAD",
			path:          "/api/features.geojson?download=1",
			status:        200,
			answerHeaders: map[string]string{"Content-Type": "application/geo+json"},
		},
		{name: "hostile features", path: "/api/features.geojson?outlet=bad.example", status: 200, lacks: []string{"<script>"}},

		// Geoparsing.
		{
			name:    "geoparse text",
			method:  "POST",
			path:    "/api/geoparse",
			headers: contentType("text/plain; charset=utf-8"),
			body:    "Ünrest in Paris and Nowhereville.",
			status:  200,
			contains: []string{
				`{"start":10,"end":15,"text":"Paris",`,
				`"place":{"id":"geonames:2988507","name":"Paris","lat":48.85341,"lon":2.3488,"country":"FR"`,
				`"text":"Nowhereville","kind":"name","place":null`,
				`"focus":"geonames:2988507"`,
			},
		},
		{
			name:     "geoparse JSON",
			method:   "POST",
			path:     "/api/geoparse",
			headers:  contentType("application/json"),
			body:     `{"id":"7","title":"Suva","text":"In Paris."}`,
			status:   200,
			contains: []string{`"id":"7"`, `"title_mentions":[{"start":0,"end":4,"text":"Suva"`},
		},
		{
			name:     "geoparse nothing found",
			method:   "POST",
			path:     "/api/geoparse",
			body:     "Nothing here.",
			status:   200,
			contains: []string{`"mentions":[]`, `"focus":null`},
		},
		{name: "geoparse empty", method: "POST", path: "/api/geoparse", body: " \n", status: 400, contains: parameter("text"), answerHeaders: problemHeaders},
		{
			name:          "geoparse empty JSON",
			method:        "POST",
			path:          "/api/geoparse",
			headers:       contentType("application/json"),
			body:          "",
			status:        400,
			contains:      parameter("body"),
			answerHeaders: problemHeaders,
		},
		{
			name:          "geoparse JSON that was cut off",
			method:        "POST",
			path:          "/api/geoparse",
			headers:       contentType("application/json"),
			body:          `{"text":"a"`,
			status:        400,
			contains:      parameter("body"),
			answerHeaders: problemHeaders,
		},
		{
			name:          "geoparse two JSON objects",
			method:        "POST",
			path:          "/api/geoparse",
			headers:       contentType("application/json"),
			body:          `{"text":"a"}{"text":"b"}`,
			status:        400,
			contains:      parameter("body"),
			answerHeaders: problemHeaders,
		},
		{
			name:          "geoparse unknown field",
			method:        "POST",
			path:          "/api/geoparse",
			headers:       contentType("application/json"),
			body:          `{"text":"a","colour":1}`,
			status:        400,
			contains:      parameter("colour"),
			answerHeaders: problemHeaders,
		},
		{
			name:          "geoparse wrong type",
			method:        "POST",
			path:          "/api/geoparse",
			headers:       contentType("application/json"),
			body:          `{"text":5}`,
			status:        400,
			contains:      parameter("text"),
			answerHeaders: problemHeaders,
		},
		{
			name:          "geoparse invalid UTF-8",
			method:        "POST",
			path:          "/api/geoparse",
			body:          "In Paris \xff",
			status:        400,
			contains:      []string{`"parameter":"body"`, "UTF-8"},
			answerHeaders: problemHeaders,
		},
		{
			name:          "geoparse invalid UTF-8 in JSON",
			method:        "POST",
			path:          "/api/geoparse",
			headers:       contentType("application/json"),
			body:          "{\"text\":\"\xff\"}",
			status:        400,
			contains:      parameter("body"),
			answerHeaders: problemHeaders,
		},
		{name: "geoparse NUL", method: "POST", path: "/api/geoparse", body: "a\x00b", status: 400, contains: parameter("text"), answerHeaders: problemHeaders},
		{
			name:          "geoparse an unsupported charset",
			method:        "POST",
			path:          "/api/geoparse",
			headers:       contentType("text/plain; charset=latin1"),
			body:          "a",
			status:        415,
			answerHeaders: problemHeaders,
		},
		{name: "geoparse an unsupported media type", method: "POST", path: "/api/geoparse", headers: contentType("image/png"), body: "a", status: 415,
			answerHeaders: problemHeaders},
		{
			name:          "geoparse with a parameter",
			method:        "POST",
			path:          "/api/geoparse?limit=1",
			body:          "a",
			status:        400,
			contains:      parameter("limit"),
			answerHeaders: problemHeaders,
		},
		{
			name:          "geoparse future date",
			method:        "POST",
			path:          "/api/geoparse",
			headers:       contentType("application/json"),
			body:          `{"text":"a","date":"2999-01-01"}`,
			status:        400,
			contains:      []string{`"parameter":"date"`, "future"},
			answerHeaders: problemHeaders,
		},
		{
			name:          "geoparse a body that is too large",
			method:        "POST",
			path:          "/api/geoparse",
			body:          strings.Repeat("a", handlers.MaxBody+1),
			status:        413,
			contains:      parameter("body"),
			answerHeaders: problemHeaders,
		},
		{name: "geoparse by GET", path: "/api/geoparse", status: 405,
			answerHeaders: map[string]string{"Allow": "POST", "Content-Type": "application/problem+json"}},
		{
			name:          "geoparse from another site",
			method:        "POST",
			path:          "/api/geoparse",
			headers:       map[string]string{"Sec-Fetch-Site": "cross-site"},
			body:          "a",
			status:        403,
			answerHeaders: map[string]string{"Content-Type": "application/problem+json"},
		},
		{
			name:          "geoparse panic",
			method:        "POST",
			path:          "/api/geoparse",
			body:          "a",
			prepare:       func(a *app) { a.parser.panicValue = "internal detail" },
			status:        500,
			lacks:         []string{"internal detail"},
			answerHeaders: problemHeaders,
		},

		// Adding stories.
		{
			name:          "add to a server without a token",
			method:        "POST",
			path:          "/api/stories",
			change:        func(c *handlers.Config) { c.Token = "" },
			body:          "{}",
			status:        403,
			contains:      []string{"NEWSMAP_TOKEN"},
			answerHeaders: problemHeaders,
		},
		{
			name:          "add without a token",
			method:        "POST",
			path:          "/api/stories",
			headers:       contentType("application/json"),
			body:          `{"title":"a"}`,
			status:        401,
			answerHeaders: map[string]string{"WWW-Authenticate": "Bearer"},
		},
		{
			name:          "add with a wrong token",
			method:        "POST",
			path:          "/api/stories",
			headers:       withToken("secreT"),
			body:          `{"title":"a"}`,
			status:        401,
			answerHeaders: problemHeaders,
		},
		{
			name:    "add",
			method:  "POST",
			path:    "/api/stories",
			headers: withToken("secret"),
			body:    `{"title":"Rain","text":"Rain in Montevideo.","url":"https://www.cable.example/rain","date":"2020-01-02"}`,
			status:  201,
			contains: []string{
				`"outcome":"created"`,
				`"place":{"id":"geonames:3441575"`,
				`"outlet":"cable.example"`,
				`"published":"2020-01-02T00:00:00Z"`,
			},
			answerHeaders: map[string]string{"Location": "https://news.example/stories/"},
		},
		{
			name:     "add again",
			method:   "POST",
			path:     "/api/stories",
			headers:  withToken("secret"),
			body:     `{"title":"Again","text":"a","url":"http://example.org/baghuz?b=2&a=1&utm_source=x"}`,
			status:   200,
			contains: []string{`"outcome":"updated"`},
		},
		{
			name:    "add by address",
			method:  "POST",
			path:    "/api/stories",
			headers: withToken("secret"),
			change:  fetching,
			body:    `{"url":"https://cable.example/rain","byline":"B. Writer"}`,
			status:  201,
			contains: []string{
				`"outcome":"created"`,
				`"title":"Rain"`,
				`"text_source":"page"`,
				`"byline":"B. Writer"`,
				`"outlet":"cable.example"`,
				`"place":{"id":"geonames:3441575"`,
			},
		},
		{
			name:          "add by an address that fails",
			method:        "POST",
			path:          "/api/stories",
			headers:       withToken("secret"),
			change:        fetching,
			body:          `{"url":"http://10.0.0.1/"}`,
			status:        422,
			contains:      []string{`"parameter":"url"`, "10.0.0.1/: leads to a private network"},
			answerHeaders: problemHeaders,
		},
		{
			name:          "add by address to a server that fetches no pages",
			method:        "POST",
			path:          "/api/stories",
			headers:       withToken("secret"),
			body:          `{"url":"https://cable.example/rain"}`,
			status:        400,
			contains:      parameter("text"),
			answerHeaders: problemHeaders,
		},
		{
			name:          "add by address without a token",
			method:        "POST",
			path:          "/api/stories",
			headers:       contentType("application/json"),
			change:        fetching,
			body:          `{"url":"https://cable.example/rain"}`,
			status:        401,
			answerHeaders: problemHeaders,
		},
		{
			name:          "add nothing",
			method:        "POST",
			path:          "/api/stories",
			headers:       withToken("secret"),
			body:          `{}`,
			status:        400,
			contains:      parameter("text"),
			answerHeaders: problemHeaders,
		},
		{
			name:          "add a script link",
			method:        "POST",
			path:          "/api/stories",
			headers:       withToken("secret"),
			body:          `{"title":"a","url":"javascript:alert(1)"}`,
			status:        400,
			contains:      parameter("url"),
			answerHeaders: problemHeaders,
		},
		{
			name:          "add a story dated in the future",
			method:        "POST",
			path:          "/api/stories",
			headers:       withToken("secret"),
			body:          `{"title":"a","published":"2999-01-01T00:00:00Z"}`,
			status:        400,
			contains:      []string{`"parameter":"date"`, "future"},
			answerHeaders: problemHeaders,
		},
		{
			name:          "add a story with an impossible date",
			method:        "POST",
			path:          "/api/stories",
			headers:       withToken("secret"),
			body:          `{"title":"a","date":"2019-02-30"}`,
			status:        400,
			contains:      parameter("date"),
			answerHeaders: problemHeaders,
		},
		{
			name:          "add a body that is too large",
			method:        "POST",
			path:          "/api/stories",
			headers:       withToken("secret"),
			body:          `{"text":"` + strings.Repeat("a", handlers.MaxBody) + `"}`,
			status:        413,
			answerHeaders: problemHeaders,
		},
		{
			name:          "add an unsupported media type",
			method:        "POST",
			path:          "/api/stories",
			headers:       map[string]string{"Content-Type": "text/plain", "Authorization": "Bearer secret"},
			body:          "a",
			status:        415,
			answerHeaders: problemHeaders,
		},

		// Failures of the store.
		{
			name:          "failing store",
			path:          "/api/stories",
			prepare:       func(a *app) { a.store.failing = errStore },
			status:        500,
			lacks:         []string{"secret"},
			answerHeaders: problemHeaders,
		},
		{
			name:          "failing store, page",
			path:          "/stories/{0}",
			prepare:       func(a *app) { a.store.failing = errStore },
			status:        500,
			lacks:         []string{"secret"},
			answerHeaders: map[string]string{"Content-Type": "text/html"},
		},
		{
			name:          "failing store before the first feature",
			path:          "/api/features.geojson?download=1",
			prepare:       func(a *app) { a.store.failing = errStore },
			status:        500,
			lacks:         []string{"secret"},
			answerHeaders: problemHeaders,
		},

		// Other addresses.
		{name: "unknown API address", path: "/api/nope", status: 404, answerHeaders: problemHeaders},
		{
			name:          "API with an unsupported method",
			method:        "PUT",
			path:          "/api/stories",
			status:        405,
			answerHeaders: map[string]string{"Allow": "POST", "Content-Type": "application/problem+json"},
		},
		{name: "health", path: "/healthz", status: 200, contains: []string{`"status":"ok"`, `"version":"test"`}},
		{name: "ready", path: "/readyz", status: 200, contains: []string{`"status":"ready"`}},
		{
			name:          "not ready",
			path:          "/readyz",
			prepare:       func(a *app) { a.store.failing = errStore },
			status:        503,
			lacks:         []string{"secret"},
			answerHeaders: problemHeaders,
		},
		{
			name:   "static file by plain address",
			path:   "/static/js/main.js",
			status: 200,
			answerHeaders: map[string]string{
				"Content-Type":            "text/javascript",
				"Cache-Control":           "no-cache",
				"ETag":                    `W/"`,
				"Vary":                    "Accept-Encoding",
				"X-Content-Type-Options":  "nosniff",
				"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
			},
		},
		{name: "unknown static file", path: "/static/js/nope.js", status: 404},
		{name: "static file outside the tree", path: "/static/..%2f..%2fgo.mod", status: 404},
	}
	for _, sc := range scenarios {
		t.Run(sc.name, sc.run)
	}
}

// stories returns the number of stories in the store.
func (a *app) stories(t *testing.T) int {
	t.Helper()
	counts, err := a.store.Count(t.Context(), story.Query{})
	if err != nil {
		t.Fatal(err)
	}
	return counts.Stories
}

// fetching gives the server a Fetcher of one page.
func fetching(c *handlers.Config) { c.Fetcher = oneSite{} }

type oneSite struct{}

func (oneSite) Fetch(_ context.Context, address string) (*story.Story, error) {
	if address != "https://cable.example/rain" {
		return nil, fmt.Errorf("%s: leads to a private network", address)
	}
	return &story.Story{
		Title:      "Rain",
		Text:       "Rain in Montevideo.",
		URL:        address,
		Domain:     "cable.example",
		Byline:     "A. Writer",
		TextSource: story.SourcePage,
	}, nil
}

// TestStoryPages follows the links from one page of stories to the next.
func TestStoryPages(t *testing.T) {
	a := newApp(t)
	var titles []string
	address := "https://news.example/api/stories?limit=1"
	for pages := 0; address != ""; pages++ {
		var page struct {
			Stories []struct{ Title string }
			Next    *string
			Counts  *struct{ Stories int }
		}
		w := a.fetch(t, strings.TrimPrefix(address, "https://news.example"), &page)
		if len(page.Stories) != 1 || (page.Counts != nil) != (pages == 0) {
			t.Fatalf("page %d: %s", pages, w.Body)
		}
		titles = append(titles, page.Stories[0].Title)
		address = ""
		if page.Next != nil {
			address = "https://news.example/api/stories?cursor=" + *page.Next + "&limit=1"
			if got, want := w.Header().Get("Link"), "<"+address+`>; rel="next"`; got != want {
				t.Errorf("Link: %s, want %s", got, want)
			}
		}
	}
	if want := []string{samples[2].Title, samples[1].Title, samples[0].Title, samples[3].Title}; !slices.Equal(titles, want) {
		t.Errorf("%q, want %q", titles, want)
	}
}

// TestPartial checks the note on a story's page that its text is not complete.
func TestPartial(t *testing.T) {
	for source, want := range map[story.TextSource]string{
		story.SourceHeadline: "only the headline", story.SourceFeed: "outlet’s feed", story.SourcePage: "", "": "",
	} {
		a := newApp(t)
		a.store.alter = func(s *story.Story) { s.TextSource = source }
		w := httptest.NewRecorder()
		a.ServeHTTP(w, httptest.NewRequest("GET", "/stories/"+a.ids[0], nil))
		for _, words := range []string{"only the headline", "outlet’s feed"} {
			if got := strings.Contains(w.Body.String(), words); got != (words == want) {
				t.Errorf("%q: the page contains %q: %v", source, words, got)
			}
		}
	}
}

// TestNothingIsStored checks that refused and geoparsed bodies are not stored.
func TestNothingIsStored(t *testing.T) {
	a := newApp(t)
	before := a.stories(t)
	for _, r := range []*http.Request{
		httptest.NewRequest("POST", "/api/geoparse", strings.NewReader("In Paris.")),
		httptest.NewRequest("POST", "/api/stories", strings.NewReader(`{"title":"a","date":"2999-01-01"}`)),
		httptest.NewRequest("POST", "/api/stories", strings.NewReader(`{"title":"a`)),
	} {
		r.Header.Set("Authorization", "Bearer secret")
		if r.URL.Path == "/api/stories" {
			r.Header.Set("Content-Type", "application/json")
		}
		a.ServeHTTP(httptest.NewRecorder(), r)
	}
	if n := a.stories(t); n != before {
		t.Errorf("%d stories, want %d", n, before)
	}
}

func TestFeaturesAreGeoJSON(t *testing.T) {
	a := newApp(t)
	w := httptest.NewRecorder()
	a.ServeHTTP(w, httptest.NewRequest("GET", "/api/features.geojson?download=1", nil))
	collection, err := geojson.UnmarshalFeatureCollection(w.Body.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if len(collection.Features) != 6 {
		t.Errorf("%d features, want 6", len(collection.Features))
	}
	for _, f := range collection.Features {
		for _, name := range []string{"story_id", "title", "url", "story_url", "outlet", "published", "lang", "place_id", "place", "country", "admin1",
			"feature_code", "precision", "role", "confidence", "mentions", "evidence"} {
			if _, ok := f.Properties[name]; !ok {
				t.Errorf("%v has no %s", f.ID, name)
			}
		}
	}
}

// TestVersionedAssets requests the files that the page loads.
func TestVersionedAssets(t *testing.T) {
	a := newApp(t)
	w := httptest.NewRecorder()
	a.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	page := w.Body.String()
	found := 0
	for _, part := range strings.Split(page, `"/static/`)[1:] {
		address, _, _ := strings.Cut("/static/"+part, `"`)
		r := httptest.NewRequest("GET", address, nil)
		w := httptest.NewRecorder()
		a.ServeHTTP(w, r)
		if w.Code != 200 || w.Header().Get("Cache-Control") != "public, max-age=31536000, immutable" {
			t.Errorf("%s: %d, %q", address, w.Code, w.Header().Get("Cache-Control"))
		}
		r.Header.Set("If-None-Match", w.Header().Get("ETag"))
		again := httptest.NewRecorder()
		a.ServeHTTP(again, r)
		if again.Code != http.StatusNotModified || again.Body.Len() > 0 {
			t.Errorf("%s again: %d", address, again.Code)
		}
		found++
	}
	if found < 8 {
		t.Errorf("the page loads only %d static files", found)
	}
}

func TestCompression(t *testing.T) {
	a := newApp(t)
	for path, want := range map[string]string{"/": "gzip", "/healthz": "", "/static/vendor/leaflet/leaflet.js": "gzip"} {
		r := httptest.NewRequest("GET", path, nil)
		r.Header.Set("Accept-Encoding", "gzip")
		w := httptest.NewRecorder()
		a.ServeHTTP(w, r)
		if got := w.Header().Get("Content-Encoding"); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}

func TestGeoparseRate(t *testing.T) {
	a := newApp(t)
	refused := 0
	for range 100 {
		w := httptest.NewRecorder()
		a.ServeHTTP(w, httptest.NewRequest("POST", "/api/geoparse", strings.NewReader("In Paris.")))
		if w.Code == http.StatusTooManyRequests {
			refused++
			checkProblem(t, w.Body.Bytes(), w.Code)
			if w.Header().Get("Retry-After") == "" {
				t.Error("no Retry-After")
			}
		}
	}
	if refused != 40 { // the clock does not move, so only the burst of 60 passes
		t.Errorf("%d of 100 refused, want 40", refused)
	}
	r := httptest.NewRequest("POST", "/api/geoparse", strings.NewReader("In Paris."))
	r.RemoteAddr = "198.51.100.7:1234"
	w := httptest.NewRecorder()
	a.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		t.Errorf("another client gets %d", w.Code)
	}
}

func TestPanicIsLogged(t *testing.T) {
	a := newApp(t)
	a.parser.panicValue = "internal detail"
	a.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/api/geoparse", strings.NewReader("x")))
	if log := a.log.String(); !strings.Contains(log, "internal detail") || !strings.Contains(log, "handlers_test") {
		t.Errorf("no panic or stack in the log: %s", log)
	}
}

// TestFailureInMidStream checks that a client notices that an answer was cut off.
func TestFailureInMidStream(t *testing.T) {
	a := newApp(t, func(c *handlers.Config) { c.Store = &featureStream{n: 1_500, err: errStore} })
	server := httptest.NewServer(a)
	defer server.Close()
	for _, encoding := range []string{"identity", "gzip"} {
		r, _ := http.NewRequest("GET", server.URL+"/api/features.geojson", nil)
		r.Header.Set("Accept-Encoding", encoding)
		resp, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err == nil {
			t.Errorf("%s: %d bytes without an error", encoding, len(body))
		}
	}
}

func TestNewErrors(t *testing.T) {
	good := handlers.Config{Store: newStore(t), Places: atlas{}, Parser: &finder{}}
	for name, change := range map[string]func(*handlers.Config){
		"no store":                              func(c *handlers.Config) { c.Store = nil },
		"no gazetteer":                          func(c *handlers.Config) { c.Places = nil },
		"no parser":                             func(c *handlers.Config) { c.Parser = nil },
		"tiles without z":                       func(c *handlers.Config) { c.TilesURL = "https://t.example/{x}/{y}.png" },
		"tiles by ftp":                          func(c *handlers.Config) { c.TilesURL = "ftp://t.example/{z}/{x}/{y}.png" },
		"tiles whose host would end the policy": func(c *handlers.Config) { c.TilesURL = "https://t.example;script-src/{z}/{x}/{y}.png" },
	} {
		cfg := good
		change(&cfg)
		if _, err := handlers.New(cfg); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := handlers.New(good); err != nil {
		t.Errorf("a valid configuration: %v", err)
	}
}
