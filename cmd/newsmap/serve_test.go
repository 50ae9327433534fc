package main

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// program is newsmap serve in a process of its own.
type program struct {
	*exec.Cmd
	url    string
	stderr *strings.Builder
}

var built = sync.OnceValues(func() (path string, err error) {
	dir, err := os.MkdirTemp("", "newsmap-test-")
	if err != nil {
		return "", err
	}
	path = filepath.Join(dir, "newsmap")
	if out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		return path, fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
})

// build compiles the program once in a test run and returns its path.
func build(t testing.TB) string {
	t.Helper()
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// start runs serve and waits for the line with its address.
func start(t testing.TB, args ...string) *program {
	t.Helper()
	return startWith(t, nil, args...)
}

// startWith starts the program with further environment variables ("NAME=value").
func startWith(t testing.TB, env []string, args ...string) *program {
	t.Helper()
	p := &program{stderr: &strings.Builder{}}
	p.Cmd = exec.Command(build(t), append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...)
	p.Cmd.Env = append(os.Environ(), env...)
	p.Cmd.Stderr = p.stderr
	stdout, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Process.Kill() })
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("serve printed no address: %v\n%s", err, p.stderr)
	}
	_, address, ok := strings.Cut(strings.TrimSpace(line), "newsmap is at ")
	if !ok {
		t.Fatalf("serve printed %q", line)
	}
	p.url = address
	return p
}

func get(t testing.TB, url string) (int, []byte) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, body
}

// residentKB returns the resident memory of a process, in KiB.
func residentKB(t testing.TB, pid int) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Skip("this system has no /proc with the memory of processes")
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			n, err := strconv.Atoi(strings.Fields(rest)[0])
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
	}
	t.Fatal("no VmRSS")
	return 0
}

// TestServe starts the program with the demo, checks what it serves, and stops it by
// SIGTERM.
func TestServe(t *testing.T) {
	p := start(t, "--demo")
	if status, body := get(t, p.url+"readyz"); status != http.StatusOK {
		t.Errorf("readyz: %d %s", status, body)
	}
	_, body := get(t, p.url+"api/stories?limit=100")
	var page struct {
		Stories []struct{ ID, Title string } `json:"stories"`
	}
	if err := json.Unmarshal(body, &page); err != nil {
		t.Fatal(err)
	}
	if len(page.Stories) < 40 {
		t.Errorf("the demo has %d stories, fewer than 40", len(page.Stories))
	}
	if kb := residentKB(t, p.Process.Pid); kb > 200<<10 {
		t.Errorf("%d KiB resident, more than 200 MiB", kb)
	}
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- p.Wait() }()
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("SIGTERM: %v\n%s", err, p.stderr)
		}
	case <-time.After(15 * time.Second):
		t.Error("serve did not stop within 15 s of SIGTERM")
	}
}

// TestServeKeepsStories starts the program twice on one store.
func TestServeKeepsStories(t *testing.T) {
	store := "sqlite:" + filepath.Join(t.TempDir(), "news.db")
	for range 2 {
		p := start(t, "--demo", "--store", store)
		if _, body := get(t, p.url+"api/stories?q=Baghuz"); !strings.Contains(string(body), "Baghuz") {
			t.Errorf("no story of Baghuz in %.200s", body)
		}
		if err := p.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		if err := p.Wait(); err != nil {
			t.Fatalf("%v\n%s", err, p.stderr)
		}
	}
}

// TestServeCatchesUp serves a store of a version that did not look for duplicates yet.
// They are grouped while the server runs, even if it polls no feeds.
func TestServeCatchesUp(t *testing.T) {
	path := filepath.Join(t.TempDir(), "news.db")
	text, lines := prose("wire"), ""
	for i := range 3 {
		lines += fmt.Sprintf("{\"url\":\"https://paper%d.example/wire\",\"title\":\"Floods in Piura\",\"text\":%q,\"date\":\"2024-05-0%d\"}\n", i, text, i+1)
	}
	file := filepath.Join(t.TempDir(), "wire.jsonl")
	if err := os.WriteFile(file, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	if status, _, errOut := newsmap(t, "ingest", "--store", "sqlite:"+path, file); status != 0 {
		t.Fatal(errOut)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	for _, old := range []string{
		"DELETE FROM prints", "UPDATE stories SET lead = 0, copies = 0",
		"INSERT INTO uncompared SELECT 1, 0, max(n), (unixepoch() + 60) * 1000000 FROM stories",
	} {
		if _, err := db.ExecContext(t.Context(), old); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	p := start(t, "--store", "sqlite:"+path, "--poll=false")
	eventually(t, p, "three duplicates are one story", func() bool {
		l := stories(t, p)
		return len(l) == 1 && l[0].URL == "https://paper0.example/wire"
	})
	if err := p.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := p.Wait(); err != nil || !strings.Contains(p.stderr.String(), "stories=3 copies=2") {
		t.Errorf("%v\n%s", err, p.stderr)
	}
}

// TestServeRefuses checks that serve reports settings that it cannot use and exits.
func TestServeRefuses(t *testing.T) {
	folder := t.TempDir()
	cut := filepath.Join(folder, "cut.gaz")
	if err := os.WriteFile(cut, []byte("newsgaz\n\x01"), 0o600); err != nil {
		t.Fatal(err)
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"port is in use":    {[]string{"--listen", taken.Addr().String()}, "is in use by another program; choose another port"},
		"store is a folder": {[]string{"--store", "sqlite:" + folder}, folder},
		"gazetteer is cut":  {[]string{"--gazetteer", cut}, "cut.gaz"},
		"base map of bytes": {[]string{"--demo", "--basemap", cut}, "cut.gaz is not a PMTiles file"},
		"tiles without z":   {[]string{"--demo", "--tiles-url", "https://tiles.example/1.png"}, "{z}"},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			var stdout, stderr strings.Builder
			args := append([]string{"serve", "--listen", "127.0.0.1:0", "--store", "sqlite:" + filepath.Join(t.TempDir(), "x.db")}, c.args...)
			if status := run(ctx, args, strings.NewReader(""), &stdout, &stderr); status == 0 || !strings.Contains(stderr.String(), c.want) {
				t.Errorf("status %d, stderr %q", status, stderr.String())
			}
		})
	}
}

// BenchmarkServe measures the time from the start of the program until it is ready,
// and its memory then.
func BenchmarkServe(b *testing.B) {
	build(b)
	store := "sqlite:" + filepath.Join(b.TempDir(), "news.db")
	kb := 0
	b.ResetTimer()
	for b.Loop() {
		p := start(b, "--store", store)
		if status, _ := get(b, p.url+"readyz"); status != http.StatusOK {
			b.Fatal("not ready")
		}
		b.StopTimer()
		kb = max(kb, residentKB(b, p.Process.Pid))
		if err := p.Process.Signal(syscall.SIGTERM); err != nil {
			b.Fatal(err)
		}
		_ = p.Wait()
		b.StartTimer()
	}
	b.ReportMetric(float64(kb)/1024, "MiB-resident")
}
