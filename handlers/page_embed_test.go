package handlers_test

import (
	"net/http/httptest"
	"strings"
	"testing"
)

// TestFrames checks that only the embedded map may be framed.
func TestFrames(t *testing.T) {
	a := newApp(t)
	for path, framed := range map[string]bool{
		"/embed": true, "/embed?country=SY": true, "/": false, "/stories/" + a.ids[0]: false, "/places/newsmap:baghuz": false, "/embed/": false, "/nope": false,
		"/api/stories": false, "/api/clusters?zoom=2": false, "/feed.atom": false, "/tiles/0/0/0.mvt": false, "/static/js/main.js": false,
	} {
		w := httptest.NewRecorder()
		a.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		policy, options := w.Header().Get("Content-Security-Policy"), w.Header().Get("X-Frame-Options")
		if framed != (options == "") || framed != strings.Contains(policy, "frame-ancestors *;") ||
			framed == strings.Contains(policy, "frame-ancestors 'none'") {
			t.Errorf("%s: X-Frame-Options %q, policy %s", path, options, policy)
		}
		if framed && (w.Code != 200 || !strings.Contains(w.Body.String(), `id="map"`)) {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
		if strings.Contains(policy, "unsafe") || len(w.Header().Values("Content-Security-Policy")) != 1 {
			t.Errorf("%s: %q", path, w.Header().Values("Content-Security-Policy"))
		}
	}
}
