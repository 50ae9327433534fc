package handlers

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"newsmap/geo"
	"newsmap/geo/feature"
	"newsmap/geo/overview"
	"newsmap/geo/story"
	"newsmap/static"

	"github.com/gin-gonic/gin"
)

// MaxBody is the maximum size of a request's body in bytes.
const MaxBody = 2 << 20

// Parser finds and resolves the places in a document.
type Parser interface {
	Parse(ctx context.Context, doc *geo.Document) (*geo.Result, error)
}

// Ingester validates, locates and stores a story, and sets its id.
type Ingester interface {
	Ingest(ctx context.Context, s *story.Story) (story.Outcome, error)
}

// Fetcher makes a story from the page at an address, without storing it. The error explains to
// the client what is wrong with the address or the page.
type Fetcher interface {
	Fetch(ctx context.Context, address string) (*story.Story, error)
}

// Places is the gazetteer. *gazetteer.Index implements it.
type Places = overview.Places

// Config is what New needs. Store, Places and Parser are required.
type Config struct {
	Store    story.Store
	Places   Places
	Parser   Parser
	Ingester Ingester        // nil: stories cannot be added
	Fetcher  Fetcher         // nil: pages are not fetched, so that a story needs its text
	Changes  story.ChangeLog // for live events; nil: Store, if it implements it
	Logger   *slog.Logger

	BaseURL  string // public address for links in exports; empty: relative links
	TilesURL string // raster tiles with {z}, {x} and {y}; empty: OpenStreetMap's, only when a reader chooses them
	// TilesCredit is the attribution of the tiles at TilesURL, as plain text.
	TilesCredit string

	Basemap string // path of a PMTiles file with the base map; empty: none
	Token   string // bearer token for adding stories; empty: they cannot be added
	Version string

	Now           func() time.Time // nil: time.Now
	ClientTimeout time.Duration    // a client that reads nothing of an answer for so long is cut off; 0: 30 s

	LivePause time.Duration   // between two reads of the store for live events; 0: 1 s
	Done      <-chan struct{} // closed when the server stops, so that streams of events end; nil: never
}

// server is the state that the handlers share. Its fields do not change after New.
type server struct {
	Config
	pages    *pages
	assets   *assets
	geoparse *limiter
	live     *live // nil if the store has no change log

	aggregator story.Aggregator
	overview   *overview.Overview
	basemap    *basemap // nil if there is none
	tiles      string   // source of raster tiles in the Content-Security-Policy
	cache      *cache
	processID  string // distinguishes this process from others
}

// New returns the handler for all routes. It returns an error if the configuration or an
// embedded page is malformed.
func New(cfg Config) (http.Handler, error) {
	switch {
	case cfg.Store == nil:
		return nil, errors.New("handlers: Config.Store is nil")
	case cfg.Places == nil:
		return nil, errors.New("handlers: Config.Places is nil")
	case cfg.Parser == nil:
		return nil, errors.New("handlers: Config.Parser is nil")
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.ClientTimeout == 0 {
		cfg.ClientTimeout = defaultClientTimeout
	}
	if cfg.LivePause == 0 {
		cfg.LivePause = defaultLivePause
	}
	if log, ok := cfg.Store.(story.ChangeLog); ok && cfg.Changes == nil {
		cfg.Changes = log
	}
	cfg.BaseURL = strings.TrimRight(cfg.BaseURL, "/")
	tiles, err := tileSource(cfg.TilesURL)
	if err != nil {
		return nil, err
	}
	assets, err := newAssets(static.Assets)
	if err != nil {
		return nil, err
	}
	pages, err := newPages(static.Pages, assets)
	if err != nil {
		return nil, err
	}
	s := &server{Config: cfg, assets: assets, pages: pages, geoparse: newLimiter(geoparseRate, geoparseBurst, cfg.Now)}
	s.aggregator, s.cache, s.processID, s.tiles = story.Aggregate(cfg.Store), newCache(), rand.Text(), tiles
	s.overview = overview.New(cfg.Places, s.aggregator, cfg.Now)
	if cfg.Basemap != "" {
		if s.basemap, err = openBasemap(cfg.Basemap); err != nil {
			return nil, err
		}
	}
	if cfg.Changes != nil {
		s.live = &live{changes: cfg.Changes, store: cfg.Store, storyURL: s.storyURL, logger: cfg.Logger, pause: cfg.LivePause}
	}
	return s.wrap(s.routes(), tiles), nil
}

// routes returns the table of all routes.
func (s *server) routes() *gin.Engine {
	// gin reads this package variable in gin.New. In release mode it does not print to the
	// terminal.
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.HandleMethodNotAllowed = true
	engine.RedirectTrailingSlash = false
	engine.UseRawPath = true
	engine.UnescapePathValues = true
	_ = engine.SetTrustedProxies(nil) // no proxy is trusted; nil cannot fail
	engine.Use(s.recovery)
	engine.NoRoute(func(c *gin.Context) { s.fail(c, geo.ErrNotFound) })
	engine.NoMethod(func(c *gin.Context) { s.fail(c, errMethod) })

	get := func(path string, handler gin.HandlerFunc) {
		engine.GET(path, handler)
		engine.HEAD(path, handler)
	}
	get("/", s.mapPage)
	get("/stories/:id", s.storyPage)
	get("/places/:id", s.placePage)

	get("/api/stories", s.listStories)
	get("/api/stories/:id", s.getStory)
	get("/api/stories/:id/features.geojson", s.storyFeatures)
	engine.POST("/api/stories", s.postStory)
	get("/api/stories.csv", s.listStoryTable)
	for _, format := range feature.Formats {
		get(featuresPath(format), s.listFeatures(format))
	}
	engine.POST("/api/geoparse", s.postGeoparse)
	get("/api/clusters", s.listClusters)
	get("/api/countries", s.listCountries)
	get("/api/histogram", s.histogram)
	get("/api/suggest", s.suggest)
	get("/api/places", s.listLabels)
	get("/api/places/:id", s.getPlace)
	get("/api/config", s.config)
	get("/tiles/:z/:x/:y", s.serveTile)
	get(feedPath, s.serveFeed)
	get("/embed", s.embed)
	if s.basemap != nil {
		get(basemapPath, s.serveBasemap)
	}
	if s.live != nil {
		get("/api/events", s.events)
	}

	get("/static/*path", s.asset)
	get("/healthz", s.health)
	get("/readyz", s.ready)
	return engine
}

// query parses the filters of a request. also names the parameters that the handler reads
// itself.
func (s *server) query(c *gin.Context, also ...string) (story.Query, url.Values, error) {
	values, err := parseParams(c)
	if err != nil {
		return story.Query{}, nil, err
	}
	q, err := story.ParseQuery(values, also...)
	return q, values, err
}

const tileExample = "write it as https://tiles.example/{z}/{x}/{y}.png"

// tileSource returns the Content-Security-Policy source for a tile address.
func tileSource(tiles string) (string, error) {
	if tiles == "" {
		return "https://tile.openstreetmap.org", nil
	}
	for _, part := range [...]string{"{z}", "{x}", "{y}"} {
		if !strings.Contains(tiles, part) {
			return "", geo.Invalid("tiles address", "%s is missing; "+tileExample, part)
		}
	}
	bare := strings.NewReplacer("{s}.", "subdomain.", "{z}", "0", "{x}", "0", "{y}", "0", "{r}", "").Replace(tiles)
	u, err := url.Parse(bare)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return "", geo.Invalid("tiles address", "is not an http or https address; "+tileExample)
	}
	if strings.ContainsAny(u.Host, ";, '\"") {
		return "", geo.Invalid("tiles address", "has a malformed host; "+tileExample)
	}
	return u.Scheme + "://" + strings.Replace(u.Host, "subdomain.", "*.", 1), nil
}
