package handlers

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"

	"newsmap/geo"

	"github.com/gin-gonic/gin"
)

// assets are the files that pages load. They stand at /static/HASH/…, where
// HASH is of the whole tree: browsers may keep them for good, and modules that
// import each other by relative address stay within one version.
type assets struct {
	version string
	files   map[string]asset
}

type asset struct {
	body []byte
	etag string
	kind string
}

// assetTypes are the media types of what the tree holds. The system's table
// differs between machines.
var assetTypes = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".json": "application/json",
	".svg": "image/svg+xml", ".png": "image/png", ".md": "text/plain; charset=utf-8", ".html": "text/html; charset=utf-8",
}

func newAssets(tree fs.FS) (*assets, error) {
	a := &assets{files: map[string]asset{}}
	whole := sha256.New()
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		body, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(body)
		fmt.Fprintf(whole, "%s\x00%x\x00", name, sum)
		// Weak, because the same file also goes out compressed.
		a.files[name] = asset{body: body, etag: `W/"` + hex.EncodeToString(sum[:12]) + `"`, kind: typeOf(name)}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("static files: %w", err)
	}
	a.version = hex.EncodeToString(whole.Sum(nil)[:8])
	return a, nil
}

func typeOf(name string) string {
	if kind, ok := assetTypes[path.Ext(name)]; ok {
		return kind
	}
	if kind := mime.TypeByExtension(path.Ext(name)); kind != "" {
		return kind
	}
	return "text/plain; charset=utf-8"
}

// address is where pages find a file; it fails for one that does not exist, so
// that a page with a wrong reference fails its tests.
func (a *assets) address(name string) (string, error) {
	if _, ok := a.files[name]; !ok {
		return "", fmt.Errorf("no static file %q", name)
	}
	return "/static/" + a.version + "/" + name, nil
}

// asset serves a file: for good under the version, else to be asked for again.
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
	c.Header("Content-Type", file.kind)
	c.Header("ETag", file.etag)
	c.Header("Cache-Control", caching)
	http.ServeContent(c.Writer, c.Request, "", time.Time{}, bytes.NewReader(file.body))
}
