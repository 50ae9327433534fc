package handlers_test

import (
	"net/http"
	"testing"
)

func TestPreview(t *testing.T) {
	token := func() map[string]string {
		return map[string]string{"Content-Type": "application/json", "Authorization": "Bearer secret"}
	}
	plain := map[string]string{"Content-Type": "application/json"}
	for _, sc := range []scenario{
		{name: "text", path: "/api/geoparse", headers: plain, body: `{"preview":true,"title":"Suva","text":"In Paris.","points":[{"lon":178.44,"lat":-18.14}]}`,
			status:   200,
			contains: []string{`"story":{"id":""`, `"story_url":""`, `"role":"focus"`, `"points":[{"lat":-18.14,"lon":178.44}]`, `"text":"In Paris."`, `"mentions":[`}},
		{name: "text without preview", path: "/api/geoparse", headers: plain, body: `{"text":"In Paris."}`, status: 200, lacks: []string{`"story"`}},
		{name: "address", path: "/api/geoparse", headers: token(), body: `{"preview":true,"url":"https://cable.example/rain"}`, change: fetching, status: 200,
			contains: []string{`"story":{"id":""`, `"story_url":""`, `"url":"https://cable.example/rain"`}},
		{name: "address without a token", path: "/api/geoparse", headers: plain, body: `{"preview":true,"url":"https://cable.example/rain"}`, change: fetching,
			status: http.StatusUnauthorized, answerHeaders: problemHeaders},
		{name: "address without preview", path: "/api/geoparse", headers: token(), body: `{"url":"https://cable.example/rain"}`, change: fetching, status: 400,
			contains: parameter("text"), answerHeaders: problemHeaders},
		{name: "address on a server that fetches no pages", path: "/api/geoparse", headers: token(), body: `{"preview":true,"url":"https://cable.example/rain"}`,
			status: 400, contains: parameter("url"), answerHeaders: problemHeaders},
		{name: "malformed address", path: "/api/geoparse", headers: token(), body: `{"preview":true,"url":"nonsense"}`, change: fetching, status: 422,
			contains: parameter("url"), answerHeaders: problemHeaders},
		{name: "point without a latitude", path: "/api/geoparse", headers: plain, body: `{"text":"In Paris.","points":[{"lon":1}]}`, status: 400,
			contains: parameter("points"), answerHeaders: problemHeaders},
		{name: "point outside the world", path: "/api/geoparse", headers: plain, body: `{"text":"In Paris.","points":[{"lon":1,"lat":91}]}`, status: 400,
			contains: parameter("points"), answerHeaders: problemHeaders},
		{name: "story with points", path: "/api/stories", headers: token(), body: `{"title":"Suva","text":"In Paris.","points":[{"lon":178.44,"lat":-18.14}]}`,
			status: 201},
		{name: "story with a malformed point", path: "/api/stories", headers: token(), body: `{"text":"In Paris.","points":[[1,2]]}`, status: 400,
			contains:      parameter("points"),
			answerHeaders: problemHeaders},
		{name: "story with a point outside the world", path: "/api/stories", headers: token(), body: `{"text":"In Paris.","points":[{"lon":181,"lat":2}]}`,
			status: 400, contains: parameter("points"), answerHeaders: problemHeaders},
	} {
		sc.method = "POST"
		t.Run(sc.name, sc.run)
	}
}
