package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// libraryExample returns the program under the heading "As a library" of the README
// and what it prints, which is the comment after its fmt.Println.
func libraryExample(t *testing.T) (program, output string) {
	t.Helper()
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, ok := strings.Cut(string(readme), "# As a library\n")
	if !ok {
		t.Fatal(`README.md has no heading "As a library"`)
	}
	_, section, _ = strings.Cut(section, "```go\n")
	program, _, ok = strings.Cut(section, "```\n")
	printed := regexp.MustCompile(`fmt\.Println\(.*\) // (.+)`).FindStringSubmatch(program)
	if !ok || printed == nil {
		t.Fatalf("README.md: expected a Go program whose fmt.Println has a comment with its output, got %q", program)
	}
	return program, printed[1]
}

// TestLibrary builds and runs the README's example from a module outside the
// repository, as somebody would who imports newsmap.
func TestLibrary(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program")
	}
	program, want := libraryExample(t)
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	sums, err := os.ReadFile(filepath.Join(root, "go.sum")) // so that no module need be fetched
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, content := range map[string]string{"main.go": program, "go.sum": string(sums)} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	goCommand := func(args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "go", args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off", "CGO_ENABLED=0")
		var stderr strings.Builder
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
		}
		return strings.TrimSpace(string(out))
	}
	goCommand("mod", "init", "example.org/reader")
	goCommand("mod", "edit", "-require", "newsmap@v0.0.0", "-replace", "newsmap="+root)
	if got := goCommand("run", "."); got != want {
		t.Errorf("the example prints %q, want %q", got, want)
	}
}
