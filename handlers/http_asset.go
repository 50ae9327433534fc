package handlers

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"regexp"
	"strings"
	"sync"
	"time"

	"newsmap/geo"

	"github.com/gin-gonic/gin"
)

// assets are the files that pages load. Their addresses are /static/HASH/…, where HASH is the
// hash of the whole tree. Browsers may therefore cache them forever, and modules that import
// each other by relative address are of one version.
type assets struct {
	version string
	files   map[string]*asset
}

type asset struct {
	body      []byte
	etag      string
	mediaType string

	once sync.Once
	gzip []byte // body compressed by gzip after the first request; empty if that saves nothing
}

// gzipped returns the body compressed at the best level. That is done once, as it is slower
// than the compression of other answers.
func (a *asset) gzipped() []byte {
	a.once.Do(func() {
		if len(a.body) < compressFrom {
			return
		}
		var out bytes.Buffer
		writer, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
		if err != nil {
			return // no such level: send the body uncompressed
		}
		if _, err := writer.Write(a.body); err != nil || writer.Close() != nil || out.Len() >= len(a.body)*9/10 {
			return
		}
		a.gzip = out.Bytes()
	})
	return a.gzip
}

// assetTypes are the media types of the files by extension. The system's table differs between
// machines.
var assetTypes = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".json": "application/json",
	".svg": "image/svg+xml", ".png": "image/png", ".md": "text/plain; charset=utf-8", ".html": "text/html; charset=utf-8",
}

func newAssets(tree fs.FS) (*assets, error) {
	a := &assets{files: map[string]*asset{}}
	treeHash := sha256.New()
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		body, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(body)
		fmt.Fprintf(treeHash, "%s\x00%x\x00", name, sum)
		// Weak, because the same file is also sent compressed.
		a.files[name] = &asset{body: body, etag: `W/"` + hex.EncodeToString(sum[:12]) + `"`, mediaType: mediaTypeOf(name)}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("static files: %w", err)
	}
	a.version = hex.EncodeToString(treeHash.Sum(nil)[:8])
	return a, nil
}

func mediaTypeOf(name string) string {
	if mediaType, ok := assetTypes[path.Ext(name)]; ok {
		return mediaType
	}
	if mediaType := mime.TypeByExtension(path.Ext(name)); mediaType != "" {
		return mediaType
	}
	return "text/plain; charset=utf-8"
}

// address returns the address of a file. It returns an error if the file does not exist, so
// that a page with a wrong reference fails its tests.
func (a *assets) address(name string) (string, error) {
	if _, ok := a.files[name]; !ok {
		return "", fmt.Errorf("no static file %q", name)
	}
	return "/static/" + a.version + "/" + name, nil
}

// stylesheets returns the addresses of style sheets by their names, in order.
func (a *assets) stylesheets(names ...string) ([]string, error) {
	out := make([]string, len(names))
	for i, name := range names {
		var err error
		if out[i], err = a.address("css/" + name + ".css"); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// staticImport matches a static import in a module.
var staticImport = regexp.MustCompile(`(?m)^(?:import|export) [^"';]*?from "(\.{1,2}/[\w./-]+\.js)";`)

// modules returns the addresses of a script module and of all modules that it imports,
// directly or not, so that a page can preload them and the browser need not discover them one
// after the other.
func (a *assets) modules(entry string) ([]string, error) {
	seen := map[string]bool{entry: true}
	var out []string
	for queue := []string{entry}; len(queue) > 0; queue = queue[1:] {
		module := queue[0]
		address, err := a.address(module)
		if err != nil {
			return nil, err
		}
		out = append(out, address)
		for _, found := range staticImport.FindAllSubmatch(a.files[module].body, -1) {
			if name := path.Join(path.Dir(module), string(found[1])); !seen[name] {
				seen[name] = true
				queue = append(queue, name)
			}
		}
	}
	return out, nil
}

// removePageHeaders removes the headers that only matter for pages. A first visit loads about sixty
// files, and each is a third of a kilobyte smaller.
func removePageHeaders(h http.Header) {
	for _, name := range []string{"Cross-Origin-Opener-Policy", "Permissions-Policy", "Referrer-Policy"} {
		h.Del(name)
	}
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Vary", "Accept-Encoding")
}

// asset serves a file. With the current hash in its address, it may be cached forever.
// Otherwise browsers must revalidate it.
func (s *server) asset(c *gin.Context) {
	name := strings.TrimPrefix(c.Param("path"), "/")
	caching := "no-cache"
	if rest, ok := strings.CutPrefix(name, s.assets.version+"/"); ok {
		name, caching = rest, "public, max-age=31536000, immutable"
	}
	file, ok := s.assets.files[name]
	if !ok {
		s.fail(c, fmt.Errorf("static file %q: %w", name, geo.ErrNotFound))
		return
	}
	removePageHeaders(c.Writer.Header())
	c.Header("Content-Type", file.mediaType)
	c.Header("ETag", file.etag)
	c.Header("Cache-Control", caching)
	body := file.body
	if compressed := file.gzipped(); len(compressed) > 0 && acceptsGzip(c.Request) {
		body = compressed
		c.Header("Content-Encoding", "gzip")
	}
	http.ServeContent(c.Writer, c.Request, "", time.Time{}, bytes.NewReader(body))
}

// acceptsGzip reports whether a client accepts gzip (RFC 9110, section 12.5.3). A client that
// requests a range gets a range of the uncompressed file.
func acceptsGzip(r *http.Request) bool {
	if r.Header.Get("Range") != "" {
		return false
	}
	for coding := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, weight, _ := strings.Cut(coding, ";")
		if strings.TrimSpace(name) == "gzip" && strings.ReplaceAll(strings.TrimSpace(weight), " ", "") != "q=0" {
			return true
		}
	}
	return false
}
