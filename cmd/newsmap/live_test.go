package main

import (
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// followScript follows the news of Fiji in a page and keeps what it is told.
const followScript = `(async () => {
	const { follow } = await import("/static/js/panel/live.js");
	const seen = (window.seen = { titles: [], created: 0, states: [], resets: 0 });
	window.stream = follow({
		filters: new URLSearchParams("country=FJ"),
		onStories: (news) => { seen.created += news.counts.created; seen.titles.push(...news.stories.map((s) => s.title)); },
		onState: (state) => seen.states.push(state),
		onReset: () => seen.resets++,
	});
	return true;
})()`

// TestBrowserLive follows the news in a browser, over a restart of the program
// and over a time in which nobody looks.
func TestBrowserLive(t *testing.T) {
	t.Parallel()
	browser := startBrowser(t)
	store := filepath.Join(t.TempDir(), "news.db")
	args := []string{"--store", "sqlite:" + store, "--token", "secret"}
	p := start(t, args...)
	at, err := url.Parse(p.url)
	if err != nil {
		t.Fatal(err)
	}
	page := openTab(t, browser, strings.TrimRight(p.url, "/"))
	page.open("/")
	var ok bool
	page.do(chromedp.Evaluate(followScript, &ok, func(e *runtime.EvaluateParams) *runtime.EvaluateParams { return e.WithAwaitPromise(true) }))
	page.wait("the stream is live", `window.seen.states.at(-1) === "live"`)

	postStory(t, p.url, "Talks open", "Talks opened in Paris, France, on Friday.")
	postStory(t, p.url, "Cyclone nears", "A cyclone neared Suva, the capital of Fiji, on Friday.")
	page.wait("the story comes", `window.seen.created > 0`)

	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.Wait(); err != nil { // although a stream is open
		t.Fatalf("%v\n%s", err, p.stderr)
	}
	doc := fmt.Sprintf(`{"title":%q,"text":%q,"url":%q}`, "Cyclone hits", "The cyclone hit Suva, Fiji, on Saturday.", "https://example.org/hits")
	if status, _, stderr := command(t, doc+"\n", "ingest", "--store", "sqlite:"+store, "-"); status != 0 {
		t.Fatal(stderr)
	}
	start(t, append(args, "--listen", at.Host)...)
	page.wait("what was missed comes", `window.seen.titles.includes("Cyclone hits")`)

	page.eval(`window.dispatchEvent(new Event("pagehide")), true`, &ok)
	page.wait("the stream pauses", `window.seen.states.at(-1) === "paused"`)
	postStory(t, p.url, "Cyclone leaves", "The cyclone left Suva, Fiji, on Sunday.")
	page.eval(`window.dispatchEvent(new Event("pageshow")), true`, &ok)
	page.wait("the stream catches up", `window.seen.titles.includes("Cyclone leaves") && window.seen.states.at(-1) === "live"`)

	if got, want := page.text(
		`JSON.stringify([window.seen.titles, window.seen.created, window.seen.resets])`,
	), `[["Cyclone nears","Cyclone hits","Cyclone leaves"],3,0]`; got != want {
		t.Errorf("the page was told %s, want %s", got, want)
	}
	page.eval(`window.stream.close(), true`, &ok)
	postStory(t, p.url, "Calm", "All was calm in Suva, Fiji, on Monday.")
	time.Sleep(1500 * time.Millisecond) // longer than the server gathers changes
	if got := page.number(`window.seen.created`); got != 3 {
		t.Errorf("a closed stream told of %v stories", got)
	}
	page.eval(
		`import("/static/js/panel/live.js").then((m) => { window.pauses = [0, 1, 2, 9].map((n) => m.pauseBefore(n, 0)).concat(m.pauseBefore(9, `+
			`1)); window.address = m.address(new URLSearchParams("q=a&limit=3&cursor=x"), "7"); return true; })`,
		nil,
	)
	page.wait("pauses grow up to a bound", `String(window.pauses) === "5000,10000,20000,120000,180000"`)
	page.wait("the address is the API's", `window.address === "/api/events?q=a&last_event_id=7"`)
}

func postStory(t testing.TB, base, title, text string) {
	t.Helper()
	addStory(t, strings.TrimSuffix(base, "/"), map[string]string{"title": title, "text": text, "url": "https://example.org/" + url.PathEscape(title)})
}
