package main

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"newsmap/geo/ingest/webtest"
	"newsmap/geo/store"
	"newsmap/geo/story"
)

// followFlags let serve poll sites on loopback at short intervals.
var followFlags = []string{"--allow-private", "127.0.0.0/8", "--host-delay", "0", "--poll-min-interval", "300ms", "--poll-max-interval", "1s"}

// newsOf puts a feed of n stories and their pages on a site.
func newsOf(site *webtest.Site, form webtest.Format, n int) {
	var items []webtest.Item
	for i := range n {
		path := fmt.Sprintf("/story/%d", i)
		title := fmt.Sprintf("Rain floods Piura for day %d", i)
		site.SetPage(path, title, prose(site.URL, i))
		items = append(items, webtest.Item{
			ID: fmt.Sprint(i), Link: site.URL + path, Title: title, Summary: "Rain.", Published: time.Date(2024, 5, 1, 6, i, 0, 0, time.UTC),
		})
	}
	site.SetFeed("/feed", form, "Loop Post", items)
	site.Set("/", "text/html", `<!doctype html><head><title>Loop Post</title>`+
		`<link rel="alternate" type="application/rss+xml" href="/feed"></head><body>Links.</body>`)
}

// prose returns the text of a story, which differs from that of every other story.
func prose(parts ...any) string {
	h := fnv.New64a()
	fmt.Fprint(h, parts...)
	random := rand.New(rand.NewPCG(h.Sum64(), 2))
	words := strings.Fields(siteParagraph + " ferry bridge school harvest election court fire road coffee doctor music storm border ship " +
		"factory teacher goal mountain market train")
	var b strings.Builder
	for i := range 12 {
		b.WriteString("In Piura")
		for range 14 {
			b.WriteString(" " + words[random.IntN(len(words))])
		}
		fmt.Fprintf(&b, " %d. ", random.IntN(1_000_000))
		if i%4 == 3 {
			b.WriteString("\n\n")
		}
	}
	return b.String()
}

// served is a story as the API writes it.
type served struct {
	ID, Title, URL string
	Source         string `json:"text_source"`
}

// stories reads all stories of a server.
func stories(t testing.TB, p *program) []served {
	t.Helper()
	var page struct {
		Stories []served `json:"stories"`
	}
	status, body := get(t, p.url+"api/stories?limit=500")
	if err := json.Unmarshal(body, &page); err != nil || status != http.StatusOK {
		t.Fatalf("%d, %v: %.200s", status, err, body)
	}
	return page.Stories
}

// eventually waits until is returns true.
func eventually(t testing.TB, p *program, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if is() {
			return
		}
	}
	_ = p.Process.Kill()
	_ = p.Wait()
	t.Fatalf("after two minutes, this is not so: %s\n%s", what, p.stderr)
}

// newsmap runs a command line and returns its exit status and output.
func newsmap(t testing.TB, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errOut strings.Builder
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	status = run(ctx, args, strings.NewReader(""), &out, &errOut)
	return status, out.String(), errOut.String()
}

// TestFollow follows feeds from the first poll to a correction, and runs commands on
// the store of the running server.
func TestFollow(t *testing.T) {
	t.Parallel()
	one, other := webtest.NewSite(), webtest.NewSite()
	defer one.Close()
	defer other.Close()
	newsOf(one, webtest.RSS, 12)
	newsOf(other, webtest.Atom, 3)
	folder := t.TempDir()
	store := "sqlite:" + filepath.Join(folder, "news.db")
	list := filepath.Join(folder, "feeds.txt")
	if err := os.WriteFile(list, []byte("# mine\n\n"+one.URL+"/feed\n"+one.URL+"/absent\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := start(t, append([]string{"--store", store, "--feeds", list}, followFlags...)...)
	eventually(t, p, "twelve stories with their pages", func() bool {
		l := stories(t, p)
		return len(l) == 12 && !slices.ContainsFunc(l, func(s served) bool { return s.Source != "page" })
	})
	if n := one.Asked("/story/3"); n != 1 {
		t.Errorf("a page was fetched %d times", n)
	}

	// A feed is added by its site's page, a story corrected.
	status, out, errOut := newsmap(t, "feeds", "add", "--store", store, "--allow-private", "127.0.0.0/8", "--host-delay", "0", other.URL+"/")
	if status != 0 || !strings.Contains(out, "added: "+other.URL+"/feed") {
		t.Fatalf("feeds add: %d %q %q", status, out, errOut)
	}
	one.SetPage("/story/0", "Rain floods Piura for day zero", "It was day zero. "+prose(one.URL, 0))
	one.SetFeed("/feed", webtest.RSS, "Loop Post", []webtest.Item{{
		ID: "0", Link: one.URL + "/story/0", Title: "Rain floods Piura for day zero", Summary: "Rain.",
		Published: time.Date(2024, 5, 1, 6, 0, 0, 0, time.UTC),
	}})
	eventually(t, p, "three more, and one corrected", func() bool {
		l := stories(t, p)
		i := slices.IndexFunc(l, func(s served) bool { return s.URL == one.URL+"/story/0" })
		return len(l) == 15 && i >= 0 && l[i].Title == "Rain floods Piura for day zero"
	})
	if n := one.Asked("/story/3"); n != 1 {
		t.Errorf("a page that did not change was fetched %d times", n)
	}
	eventually(t, p, "polls are answered with 304", func() bool { return one.NotModified("/feed") > 0 && other.NotModified("/feed") > 0 })

	checkFeedCommands(t, store, other.URL)
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.Wait(); err != nil {
		t.Errorf("%v\n%s", err, p.stderr)
	}
	if strings.Contains(p.stderr.String(), "level=ERROR") {
		t.Errorf("the log has errors:\n%s", p.stderr)
	}
}

// checkFeedCommands runs commands on the store of a running server, which follows the
// feed of site and another one that does not exist.
func checkFeedCommands(t *testing.T, store, site string) {
	t.Helper()
	status, out, errOut := newsmap(t, "feeds", "list", "--store", store)
	if status != 0 || !strings.Contains(out, "failing") || !strings.Contains(out, "(404)") || strings.Count(out, "\n") != 4 {
		t.Errorf("feeds list: %d %q %q", status, out, errOut)
	}
	if status, out, _ = newsmap(t, "feeds", "list", "--store", store, "--opml"); status != 0 || !strings.Contains(out, `xmlUrl="`+site+`/feed"`) {
		t.Errorf("feeds list --opml: %d %q", status, out)
	}
	status, out, errOut = newsmap(t, "feeds", "remove", "--store", store, site+"/feed/")
	if status != 0 || !strings.Contains(out, "removed: "+site+"/feed") {
		t.Errorf("feeds remove: %d %q %q", status, out, errOut)
	}
	if status, out, errOut = newsmap(t, "jobs", "--store", store); status != 0 || !strings.Contains(out, "poll") {
		t.Errorf("jobs: %d %q %q", status, out, errOut)
	}
}

// TestFollowStops stops a server whose jobs hang, and starts it again. The jobs return
// to the queue and are done then.
func TestFollowStops(t *testing.T) {
	t.Parallel()
	site := webtest.NewSite()
	defer site.Close()
	newsOf(site, webtest.JSON, 3)
	site.Break("/story/1", webtest.Hang)
	store := "sqlite:" + filepath.Join(t.TempDir(), "news.db")
	args := append([]string{"--store", store}, followFlags...)
	if status, _, errOut := newsmap(t, "feeds", "add", "--store", store, "--allow-private", "127.0.0.0/8", "--host-delay", "0", site.URL+"/feed"); status != 0 {
		t.Fatal(errOut)
	}
	p := start(t, args...)
	eventually(t, p, "the page that hangs is asked for", func() bool { return site.Asked("/story/1") > 0 })
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.Wait(); err != nil {
		t.Errorf("%v\n%s", err, p.stderr)
	}
	site.Break("/story/1", nil)
	p = start(t, args...)
	eventually(t, p, "all three are stored", func() bool { return len(stories(t, p)) == 3 })
	if err := p.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = p.Wait()
}

// TestFollowMany measures the memory that it takes to follow feeds with many stories.
// Run it by hand, with NEWSMAP_ITEMS=100000.
func TestFollowMany(t *testing.T) {
	total := 0
	if _, err := fmt.Sscan(os.Getenv("NEWSMAP_ITEMS"), &total); err != nil {
		t.Skip("takes minutes; set NEWSMAP_ITEMS to the number of items to run it")
	}
	var sites [20]*webtest.Site
	list := ""
	for i := range sites {
		sites[i] = webtest.NewSite()
		defer sites[i].Close()
		sites[i].SetFeed("/feed", webtest.RSS, "Loop Post", nil)
		list += sites[i].URL + "/feed\n"
	}
	file := filepath.Join(t.TempDir(), "feeds.txt")
	if err := os.WriteFile(file, []byte(list), 0o600); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "news.db")
	p := start(t, append([]string{"--store", "sqlite:" + path, "--feeds", file}, followFlags...)...)
	store, err := store.Open(t.Context(), "sqlite:"+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	began, most, wave := time.Now(), 0, 50
	for turn := 0; turn*wave*len(sites) < total; turn++ {
		for _, site := range sites {
			var items []webtest.Item
			for i := range wave {
				n := turn*wave + i
				text := prose("many", site.URL, n)
				items = append(items, webtest.Item{ID: fmt.Sprint(n), Link: fmt.Sprintf("%s/%d", site.URL, n), Title: text[9:60], Content: text})
			}
			site.SetFeed("/feed", webtest.RSS, "Loop Post", items)
		}
		want := (turn + 1) * wave * len(sites)
		for range 6_000 { // ten minutes
			n, err := store.Count(t.Context(), story.Query{})
			if err != nil {
				t.Fatal(err)
			}
			most = max(most, residentKB(t, p.Process.Pid))
			if n.Stories >= want {
				break
			}
			time.Sleep(100 * time.Millisecond)
		}
		t.Logf("%d items in %s, %d MiB now, %d MiB at most", want, time.Since(began).Round(time.Second), residentKB(t, p.Process.Pid)>>10, most>>10)
	}
	if most > 300<<10 {
		t.Errorf("%d KiB at most, more than 300 MiB", most)
	}
}

// TestFollowCrash kills the server twelve times at random moments while it follows
// feeds of sites that fail now and then. At the end, the store must contain each story
// exactly once.
func TestFollowCrash(t *testing.T) {
	t.Parallel()
	const sites, each, kills = 6, 25, 12
	store := "sqlite:" + filepath.Join(t.TempDir(), "news.db")
	all := make([]*webtest.Site, sites)
	list := ""
	forms := []webtest.Format{webtest.RSS, webtest.Atom, webtest.JSON}
	for i := range all {
		all[i] = webtest.NewSite()
		defer all[i].Close()
		list += all[i].URL + "/feed\n"
	}
	file := filepath.Join(t.TempDir(), "feeds.txt")
	if err := os.WriteFile(file, []byte(list), 0o600); err != nil {
		t.Fatal(err)
	}
	args := append([]string{"--store", store, "--feeds", file}, followFlags...)
	random := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 1))
	for kill := range kills {
		for i, site := range all { // news is published while the server runs and while it does not
			newsOf(site, forms[i%3], each*(kill+1)/kills)
			site.Break("", nil)
			if random.IntN(4) == 0 {
				site.Break("", []http.HandlerFunc{webtest.Status(503, 0), webtest.Reset, webtest.Hang}[random.IntN(3)])
			}
		}
		p := start(t, args...)
		time.Sleep(time.Duration(random.IntN(1_200)) * time.Millisecond)
		if err := p.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = p.Wait()
	}
	for _, site := range all {
		site.Break("", nil)
	}
	p := start(t, args...)
	eventually(t, p, "all stories are there", func() bool { return len(stories(t, p)) >= sites*each })
	time.Sleep(time.Second) // a second copy would be stored now
	seen := map[string]int{}
	for _, s := range stories(t, p) {
		seen[s.URL]++
	}
	for _, site := range all {
		for i := range each {
			address := fmt.Sprintf("%s/story/%d", site.URL, i)
			if seen[address] != 1 {
				t.Errorf("%s is stored %d times, want once", address, seen[address])
			}
			delete(seen, address)
		}
	}
	if len(seen) > 0 {
		t.Errorf("unexpected stories: %v", seen)
	}
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.Wait(); err != nil {
		t.Errorf("%v\n%s", err, p.stderr)
	}
}

// TestIngestInterrupted checks that an interrupted ingest prints what was stored, even
// while it waits for standard input.
func TestIngestInterrupted(t *testing.T) {
	in, feed, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	defer feed.Close()
	path := filepath.Join(t.TempDir(), "news.db")
	p := exec.Command(build(t), "ingest", "--store", "sqlite:"+path, "-")
	var out, errOut strings.Builder
	p.Stdin, p.Stdout, p.Stderr = in, &out, &errOut
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	for i := range 60 {
		fmt.Fprintf(feed, "{\"url\":\"https://post.example/%d\",\"title\":\"Rain %d\",\"text\":%q}\n", i, i, prose("interrupted", i))
	}
	store, err := store.Open(t.Context(), "sqlite:"+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if n, err := store.Count(t.Context(), story.Query{}); err == nil && n.Stories > 0 {
			break
		}
	}
	if err := p.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- p.Wait() }()
	select {
	case err = <-done:
	case <-time.After(10 * time.Second):
		_ = p.Process.Kill()
		t.Fatal("it did not stop within 10 s")
	}
	var stored int
	_, scanErr := fmt.Sscanf(out.String(), "%d new, 0 updated, 0 already known, 0 failed", &stored)
	if err == nil || scanErr != nil || stored == 0 || !strings.Contains(errOut.String(), "newsmap: stopped") {
		t.Errorf("%v: %q, %q", err, out.String(), errOut.String())
	}
}
