package handlers

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

func TestAssetGzipped(t *testing.T) {
	long := strings.Repeat("let a = 1;\n", 500)
	a, err := newAssets(fstest.MapFS{"js/a.js": {Data: []byte(long)}, "js/short.js": {Data: []byte("1")}})
	if err != nil {
		t.Fatal(err)
	}
	compressed := a.files["js/a.js"].gzipped()
	reader, err := gzip.NewReader(bytes.NewReader(compressed))
	if err != nil {
		t.Fatal(err)
	}
	if back, err := io.ReadAll(reader); err != nil || string(back) != long {
		t.Errorf("the unpacked body differs: %d bytes, %v", len(back), err)
	}
	if len(compressed)*10 > len(long) {
		t.Errorf("%d bytes of %d", len(compressed), len(long))
	}
	if short := a.files["js/short.js"].gzipped(); short != nil {
		t.Errorf("compressing one byte saved nothing, but it became %d bytes", len(short))
	}
}

func TestTakesGzip(t *testing.T) {
	for header, want := range map[string]bool{
		"": false, "gzip": true, "br, gzip;q=0.8": true, "deflate": false, "gzip;q=0": false, "gzip; q=0": false, "x-gzip": false,
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Accept-Encoding", header)
		if acceptsGzip(r) != want {
			t.Errorf("%q: %v", header, !want)
		}
		r.Header.Set("Range", "bytes=0-1")
		if acceptsGzip(r) {
			t.Errorf("%q with a range takes gzip", header)
		}
	}
}

func TestModules(t *testing.T) {
	a, err := newAssets(fstest.MapFS{
		"js/a.js":     {Data: []byte("import { b } from \"./b.js\";\nimport {\n  c,\n} from \"./c.js\";\nconst later = () => import(\"./later.js\");\n")},
		"js/b.js":     {Data: []byte("import * as a from \"./a.js\";\nexport { c } from \"./c.js\";\nimport { e } from \"./sub/e.js\";\n")},
		"js/c.js":     {Data: []byte("export const c = 1;\n")},
		"js/sub/e.js": {Data: []byte("import { f } from \"./f.js\";\nimport { c } from \"../c.js\";\n")},
		"js/sub/f.js": {Data: []byte("export const f = 1;\n")},
		"js/later.js": {Data: []byte("export const d = 1;\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := a.modules("js/a.js")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"a", "b", "c", "sub/e", "sub/f"}
	if len(got) != len(want) {
		t.Fatalf("%q", got)
	}
	for i, name := range want {
		if !strings.HasSuffix(got[i], "/js/"+name+".js") {
			t.Errorf("%q, want %s", got[i], name)
		}
	}
	if _, err := a.modules("js/none.js"); err == nil {
		t.Error("no error for a module that does not exist")
	}
}
