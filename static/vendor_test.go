package static_test

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"

	"newsmap/static"
)

// TestChecksums makes sure that no vendored or generated file was edited in place and
// that none was added or removed without being listed.
func TestChecksums(t *testing.T) {
	for folder, unlisted := range map[string][]string{"vendor": {"SHA256SUMS"}, "data": {"SHA256SUMS", "LICENSE"}} {
		want := listedSums(t, folder)
		err := fs.WalkDir(static.Assets, folder, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || slices.Contains(unlisted, strings.TrimPrefix(name, folder+"/")) {
				return err
			}
			body, err := fs.ReadFile(static.Assets, name)
			if err != nil {
				return err
			}
			sum := sha256.Sum256(body)
			if got := hex.EncodeToString(sum[:]); got != want[name] {
				t.Errorf("%s has the checksum %s, and SHA256SUMS says %q", name, got, want[name])
			}
			delete(want, name)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for name := range want {
			t.Errorf("%s is listed and missing", name)
		}
	}
}

// listedSums reads the SHA256SUMS of a folder: a checksum for each path.
func listedSums(t *testing.T, folder string) map[string]string {
	t.Helper()
	content, err := fs.ReadFile(static.Assets, folder+"/SHA256SUMS")
	if err != nil {
		t.Fatal(err)
	}
	sums := map[string]string{}
	for line := range strings.Lines(string(content)) {
		sum, name, ok := strings.Cut(strings.TrimSpace(line), "  ")
		if !ok {
			t.Fatalf("%s/SHA256SUMS has a malformed line: %q", folder, line)
		}
		sums[path.Join(folder, name)] = sum
	}
	return sums
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
