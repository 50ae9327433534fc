package fetch

import (
	"bytes"
	"strconv"
	"strings"
	"time"

	"github.com/temoto/robotstxt"
)

// robotsName is the product token that robots.txt files may name.
const robotsName = "newsmap"

// Caps on a robots.txt; RFC 9309, section 2.5, asks for 500 KiB at least.
const (
	maxRobots     = 512 << 10
	maxCrawlDelay = 30 * time.Second
)

// rules is what a host's robots.txt says to us.
type rules struct {
	group *robotstxt.Group // nil: all is allowed
	none  bool             // nothing is allowed, because the file cannot be read
	err   *Error           // why the host could not be asked
	until time.Time        // when to ask again
}

func (r *rules) allows(path string) bool {
	if r.none || r.group == nil {
		return !r.none
	}
	return r.group.Test(path)
}

// delay is the pause that the host asks for between requests.
func (r *rules) delay() time.Duration {
	if r.group == nil {
		return 0
	}
	return min(max(r.group.CrawlDelay, 0), maxCrawlDelay)
}

// parseRobots reads a robots.txt. What is malformed in it says nothing.
func parseRobots(body []byte) (group *robotstxt.Group) {
	// The file is hostile and the parser is not ours: a panic in it must not end
	// the process.
	defer func() {
		if recover() != nil {
			group = nil
		}
	}()
	data, err := robotstxt.FromBytes(knownLines(body))
	if err != nil {
		return nil
	}
	return data.FindGroup(robotsName)
}

// knownLines keeps the lines that RFC 9309 defines, and crawl delays that are
// numbers: the parser refuses a whole file for one odd line, and many hosts send
// an HTML page for a file that they lack.
func knownLines(body []byte) []byte {
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	var out bytes.Buffer
	for line := range bytes.FieldsFuncSeq(body, func(r rune) bool { return r == '\n' || r == '\r' }) {
		text, _, _ := strings.Cut(string(line), "#")
		name, value, ok := strings.Cut(text, ":")
		name, value = strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(value)
		switch name {
		case "user-agent", "allow", "disallow":
		case "crawl-delay":
			if f, err := strconv.ParseFloat(value, 64); err != nil || !(f >= 0 && f < 1e6) {
				continue
			}
		default:
			continue
		}
		if ok {
			out.WriteString(name + ": " + strings.ReplaceAll(strings.ToValidUTF8(value, ""), "\x00", "") + "\n")
		}
	}
	return out.Bytes()
}
