package static_test

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"

	"newsmap/static"
)

// TestVendorChecksums makes sure that no vendored file was edited in place and
// that none came or went without being written down.
func TestVendorChecksums(t *testing.T) {
	sums, err := fs.ReadFile(static.Assets, "vendor/SHA256SUMS")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	lines := bufio.NewScanner(strings.NewReader(string(sums)))
	for lines.Scan() {
		sum, name, ok := strings.Cut(lines.Text(), "  ./")
		if !ok {
			t.Fatalf("line out of form: %q", lines.Text())
		}
		want["vendor/"+name] = sum
	}
	got := map[string]string{}
	err = fs.WalkDir(static.Assets, "vendor", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || name == "vendor/SHA256SUMS" {
			return err
		}
		body, err := fs.ReadFile(static.Assets, name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(body)
		got[name] = hex.EncodeToString(sum[:])
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if !maps.Equal(got, want) {
		for _, name := range slices.Sorted(maps.Keys(got)) {
			if got[name] != want[name] {
				t.Errorf("%s: has %s, SHA256SUMS says %q", name, got[name], want[name])
			}
		}
		for name := range want {
			if got[name] == "" {
				t.Errorf("%s is listed and absent", name)
			}
		}
	}
}

// TestVendorLicences makes sure that each vendored package carries its licence.
func TestVendorLicences(t *testing.T) {
	entries, err := fs.ReadDir(static.Assets, "vendor")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if !entry.IsDir() {
			continue
		}
		if _, err := fs.Stat(static.Assets, "vendor/"+entry.Name()+"/LICENSE"); err != nil {
			t.Errorf("%s: %v", entry.Name(), err)
		}
	}
}

// TestPagesHoldNoInlineCode guards the strict Content-Security-Policy: a page
// with inline script, handler or style would break in every browser.
func TestPagesHoldNoInlineCode(t *testing.T) {
	pages, err := fs.Glob(static.Pages, "*.html")
	if err != nil || len(pages) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	for _, name := range pages {
		body, err := fs.ReadFile(static.Pages, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{"<style", " style=", " onclick=", " onload=", " onerror=", "javascript:"} {
			if strings.Contains(string(body), bad) {
				t.Errorf("%s holds %q", name, bad)
			}
		}
		for _, tag := range strings.Split(string(body), "<script")[1:] {
			if head, _, _ := strings.Cut(tag, ">"); !strings.Contains(head, " src=") {
				t.Errorf("%s holds a script without src", name)
			}
		}
	}
}
