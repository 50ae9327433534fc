package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"newsmap/geo/story"
)

// TestLongText checks that a text that is too long for a story is refused in every
// input format.
func TestLongText(t *testing.T) {
	text := strings.Repeat("Rain fell on Piura. ", story.MaxText/20) + strings.Repeat("x", 200)
	line, err := json.Marshal(map[string]string{"text": text})
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for _, command := range [][]string{{"ingest", "--store", "sqlite:" + filepath.Join(folder, "news.db")}, {"geoparse", "--format", "jsonl"}} {
		for name, content := range map[string]string{
			"long.txt": text, "long.jsonl": string(line), "long.html": "<!doctype html><html><body><article><h1>Rain</h1><p>" + text + "</p></article></body></html>",
		} {
			file := filepath.Join(folder, name)
			if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			status, _, errOut := newsmap(t, append(command, file)...)
			if status == 0 || !strings.Contains(errOut, name) || !strings.Contains(errOut, "2000000") {
				t.Errorf("%s %s: %d %q", command[0], name, status, errOut)
			}
		}
	}
}
