package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browserWait is the maximum time to wait for a page. It is long, as the machine may be busy.
const browserWait = 2 * time.Minute

// TestBrowser tests the real program in a real browser, from the command line to the page.
func TestBrowser(t *testing.T) {
	t.Parallel()
	browser := startBrowser(t)
	base := startProgram(t, "--demo", "--token", "secret")
	t.Run("Reading", func(t *testing.T) {
		const browsers = 3
		for part := range slices.Chunk(reading, (len(reading)+browsers-1)/browsers) {
			t.Run(part[0].name, func(t *testing.T) {
				t.Parallel()
				browseAll(t, startBrowser(t), base, part)
			})
		}
	})
	browseAll(t, browser, base, []browsing{{"HostileStory", browseHostileStory}, {"Unlocated", browseUnlocated}}) // these add stories, so they are last
}

// browsing is a test in its own tab.
type browsing struct {
	name string
	run  func(*testing.T, *tab)
}

// browseAll runs tests one after the other, each in its own tab, as only one tab of a browser
// has the focus.
func browseAll(t *testing.T, browser context.Context, base string, all []browsing) {
	t.Helper()
	for _, sub := range all {
		t.Run(sub.name, func(t *testing.T) {
			page := openTab(t, browser, base)
			sub.run(t, page)
			page.checkQuiet()
		})
	}
}

// reading are the tests that do not change the server.
var reading = []browsing{
	{"MarkerToStory", browseMarkerToStory},
	{"ListAndMap", browseListAndMap},
	{"MapAndList", browseMapAndList},
	{"WholeView", browseWholeView},
	{"Share", browseShare},
	{"Filters", browseFilters},
	{"Nonsense", browseNonsense},
	{"Markers", browseMarkers},
	{"Layers", browseLayers},
	{"Theme", browseTheme},
	{"Time", browseTime},
	{"Search", browseSearch},
	{"FilterForm", browseFilterForm},
	{"OutletAndLanguage", browseOutletAndLanguage},
	{"Explanation", browseExplanation},
	{"Clusters", browseClusters},
	{"Embed", browseEmbed},
	{"Languages", browseLanguages},
	{"Keyboard", browseKeyboard},
	{"StoryPage", browseStoryPage},
	{"Phone", browsePhone},
}

// startBrowser starts a headless browser that makes no requests of its own.
func startBrowser(t testing.TB) context.Context {
	t.Helper()
	if testing.Short() {
		t.Skip("-short skips tests in a browser")
	}
	path := ""
	// The headless shell starts and draws in half of the time of the full browser. Debian
	// starts it with a script that leaves it running when the script is killed.
	for _, name := range []string{
		"/usr/lib/chromium/chromium-headless-shell", "chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
	} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		if os.Getenv("NEWSMAP_CI") != "" {
			t.Fatal("no Chromium found, and NEWSMAP_CI is set")
		}
		t.Skip("no Chromium found: install chromium-headless-shell or chromium to run the browser tests")
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.WindowSize(1440, 900),
		chromedp.DisableGPU, chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-dev-shm-usage", true),
	)
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	browser, _ := chromedp.NewContext(allocator)
	t.Cleanup(func() { _ = chromedp.Cancel(browser) }) // closes the browser and waits for it
	if err := chromedp.Run(browser); err != nil {
		t.Fatalf("start %s: %v", path, err)
	}
	return browser
}

// startProgram runs "newsmap serve" on a free port with its own store, and returns its address
// when it is ready.
func startProgram(t testing.TB, args ...string) string {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	reader, writer := io.Pipe()
	var stderr lockedBuffer
	status := make(chan int, 1)
	line := append([]string{"serve", "--listen", "127.0.0.1:0", "--store", "sqlite:" + filepath.Join(t.TempDir(), "news.db")}, args...)
	go func() {
		status <- run(ctx, line, strings.NewReader(""), writer, &stderr)
		writer.Close()
	}()
	t.Cleanup(func() {
		stop()
		select {
		case code := <-status:
			if code != 0 {
				t.Errorf("the program ended with %d: %s", code, stderr.String())
			}
		case <-time.After(browserWait):
			t.Error("the program does not stop")
		}
	})
	first, err := bufio.NewReader(reader).ReadString('\n')
	if err != nil {
		t.Fatalf("the program says no address: %v; %s", err, stderr.String())
	}
	go func() { _, _ = io.Copy(io.Discard, reader) }()
	address := regexp.MustCompile(`http://[^/\s]+`).FindString(first)
	if address == "" {
		t.Fatalf("no address in %q", first)
	}
	return address
}

// lockedBuffer is the output of the program, which the test can read at the same time.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// tab is a page in the browser that records its requests and console messages.
type tab struct {
	t    testing.TB
	ctx  context.Context
	base string

	mu         sync.Mutex
	asked      []string
	complaints []string
}

func openTab(t testing.TB, browser context.Context, base string) *tab {
	t.Helper()
	ctx, stop := chromedp.NewContext(browser)
	t.Cleanup(stop)
	ctx, stop = context.WithTimeout(ctx, 4*browserWait) // a page that hangs must not hang the test
	t.Cleanup(stop)
	page := &tab{t: t, ctx: ctx, base: base}
	chromedp.ListenTarget(ctx, page.notice)
	page.do(network.Enable(), runtime.Enable(), cdplog.Enable(), cdppage.BringToFront(), chromedp.EmulateViewport(1440, 900))
	return page
}

func (p *tab) notice(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		p.asked = append(p.asked, e.Request.URL)
	case *runtime.EventExceptionThrown:
		p.complaints = append(p.complaints, "exception: "+e.ExceptionDetails.Error())
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.APITypeError || e.Type == runtime.APITypeWarning {
			p.complaints = append(p.complaints, fmt.Sprintf("console %s: %v", e.Type, e.Args))
		}
	case *cdplog.EventEntryAdded:
		if e.Entry.Level == cdplog.LevelError || e.Entry.Level == cdplog.LevelWarning {
			p.complaints = append(p.complaints, fmt.Sprintf("%s: %s %s", e.Entry.Level, e.Entry.Text, e.Entry.URL))
		}
	}
}

func (p *tab) requests() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.asked)
}

// forgive removes requests to a host of the test from the record.
func (p *tab) forgive(host string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked = slices.DeleteFunc(p.asked, func(u string) bool { return strings.HasPrefix(u, host) })
}

// checkQuiet checks that there are no errors in the console and that all requests went to the
// program.
func (p *tab) checkQuiet() {
	p.t.Helper()
	requests := p.requests()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, complaint := range p.complaints {
		p.t.Error(complaint)
	}
	if len(requests) < 10 {
		p.t.Errorf("only %d requests were seen: the watch does not work", len(requests))
	}
	for _, address := range requests {
		if u, err := url.Parse(address); err != nil || u.Scheme != "data" && "http://"+u.Host != p.base {
			p.t.Errorf("a request left the program: %s", address)
		}
	}
}

func (p *tab) checkNotHacked() {
	p.t.Helper()
	if p.text("String(window.hacked)") != "undefined" {
		p.t.Error("a story ran a script on the page")
	}
}

func (p *tab) do(actions ...chromedp.Action) {
	p.t.Helper()
	if err := chromedp.Run(p.ctx, actions...); err != nil {
		p.t.Fatal(err)
	}
}

// open loads a path of the program. It leaves the page first, as a change of the hash alone
// would not load it.
func (p *tab) open(path string) {
	p.t.Helper()
	p.do(chromedp.Navigate("about:blank"), chromedp.Navigate(p.base+path))
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked = slices.DeleteFunc(p.asked, func(u string) bool { return u == "about:blank" })
}

func (p *tab) eval(expression string, into any) {
	p.t.Helper()
	p.do(chromedp.Evaluate(expression, into))
}

func (p *tab) text(expression string) string {
	p.t.Helper()
	var s string
	p.eval(expression, &s)
	return s
}

func (p *tab) number(expression string) float64 {
	p.t.Helper()
	var n float64
	p.eval(expression, &n)
	return n
}

// wait evaluates an expression again and again until it is true.
func (p *tab) wait(what, expression string) {
	p.t.Helper()
	for end := time.Now().Add(browserWait); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		var done bool
		if err := chromedp.Run(p.ctx, chromedp.Evaluate("Boolean("+expression+")", &done)); err == nil && done {
			return
		}
	}
	p.shot("failure-" + strings.ReplaceAll(p.t.Name(), "/", "-") + ".png")
	p.mu.Lock()
	defer p.mu.Unlock()
	p.t.Fatalf("waited in vain: %s; the page complains: %q", what, p.complaints)
}

// middle scrolls to an element and returns its centre on the screen, or that of the first line
// of a link with several lines.
func (p *tab) middle(expression string) (x, y float64) {
	p.t.Helper()
	var at [2]float64
	p.eval(
		`(() => { const e = `+expression+`; e.scrollIntoView({block: "nearest"}); const r = e.getClientRects()[0]; return [r.x + r.width / 2, r.y `+
			`+ r.height / 2]; })()`,
		&at,
	)
	return at[0], at[1]
}

// click clicks on an element with the mouse.
func (p *tab) click(expression string) {
	p.t.Helper()
	x, y := p.middle(expression)
	p.do(chromedp.MouseClickXY(x, y))
}

func (p *tab) hover(expression string) {
	p.t.Helper()
	x, y := p.middle(expression)
	p.do(chromedp.MouseEvent(input.MouseMoved, x, y))
}

// drag drags the mouse over an element from one share of its width to another.
func (p *tab) drag(expression string, from, to float64) {
	p.t.Helper()
	var box [4]float64
	p.eval(`(() => { const r = `+expression+`.getBoundingClientRect(); return [r.x, r.y, r.width, r.height]; })()`, &box)
	y := box[1] + box[3]/3
	at := func(part float64) float64 { return box[0] + part*box[2] }
	p.do(
		chromedp.MouseEvent(input.MousePressed, at(from), y, chromedp.ButtonLeft, chromedp.ClickCount(1)),
		chromedp.MouseEvent(input.MouseMoved, at((from+to)/2), y, chromedp.ButtonLeft),
		chromedp.MouseEvent(input.MouseMoved, at(to), y, chromedp.ButtonLeft),
		chromedp.MouseEvent(input.MouseReleased, at(to), y, chromedp.ButtonLeft, chromedp.ClickCount(1)),
	)
}

// quote returns a string as a JavaScript literal.
func quote(s string) string { return strconv.Quote(s) }

// format returns a number as a JavaScript literal.
func format(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

// shot saves a screenshot for people to look at, in CI or if NEWSMAP_SCREENSHOTS is
// set: taking all of them lasts longer than many tests.
func (p *tab) shot(name string) {
	p.t.Helper()
	if os.Getenv("NEWSMAP_CI") == "" && os.Getenv("NEWSMAP_SCREENSHOTS") == "" {
		return
	}
	var png []byte
	// Animations of markers and popups take a quarter of a second.
	if err := chromedp.Run(p.ctx, chromedp.Sleep(400*time.Millisecond), chromedp.CaptureScreenshot(&png)); err != nil {
		p.t.Errorf("screenshot: %v", err)
		return
	}
	dir := filepath.Join("..", "..", ".artifacts")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), png, 0o644); err != nil {
		p.t.Fatal(err)
	}
}
