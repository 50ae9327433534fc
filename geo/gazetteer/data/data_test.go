package data

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestChecksums compares the compiled index and the tables with SHA256SUMS. It fails
// if the index was compiled from other tables.
func TestChecksums(t *testing.T) {
	f, err := os.Open("SHA256SUMS")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	listed := map[string]bool{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		want, name, ok := strings.Cut(lines.Text(), "  ")
		if !ok {
			t.Fatalf("line %q is not a checksum", lines.Text())
		}
		listed[name] = true
		raw, err := fs.ReadFile(os.DirFS("."), name)
		if err != nil {
			t.Error(err)
			continue
		}
		if sum := sha256.Sum256(raw); hex.EncodeToString(sum[:]) != want {
			t.Errorf("%s differs from SHA256SUMS; run refresh.sh", name)
		}
	}
	tables, err := filepath.Glob("tables/*.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(tables, "newsmap.gaz") {
		if !listed[filepath.ToSlash(name)] {
			t.Errorf("%s is not in SHA256SUMS", name)
		}
	}
	if len(Index()) > 14<<20 {
		t.Errorf("the index has %d bytes, want at most 14 MiB", len(Index()))
	}
}
