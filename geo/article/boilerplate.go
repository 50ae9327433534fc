package article

import (
	"regexp"
	"slices"
	"strings"
)

// furniture are lines that stand on news pages and belong to no article.
var furniture = regexp.MustCompile(`(?i)^(advertisements?|sponsored( content)?|story continues below( advertisement)?|article continues below( advertisement)?|` +
	`share( this)?( (article|story|on .{1,20}))?|tweet|print|e-?mail|read (more|also)[:.…]*|(read|show) full (article|story)|click here to .{1,60}|` +
	`sign up (for|to) .{1,80}|subscribe( now| to .{1,60})?|follow us on .{1,40}|skip to (main )?content|back to top|related (articles|stories|news|topics)[:.]*|` +
	`more (stories|news|on this)[:.]*|most (read|popular)|image (source|copyright|caption)[:.]*|copyright ©.{0,80}|© .{0,80}|all rights reserved\.?)$`)

// commentForm are the lines of a comment form and what stands around it. They
// are dropped only from the end, where such forms are.
var commentForm = regexp.MustCompile(`(?i)^(there are no comments( yet)?\.?|no comments( yet)?\.?|be the first to comment\.?|\(?\d* ?comments?( \(\d+\))?:?|` +
	`(leave|post|add|write) a (comment|reply)\b.{0,200}|leave your comment.{0,100}|join the (conversation|discussion)\.?|cancel reply|comments are closed\.?|` +
	`your e-?mail address will not be published.{0,100}|required fields are marked.{0,20}|(name|e-?mail|website|comment|message)( \(required\))? ?\*?:?|` +
	`save my name.{0,120}|notify me of .{0,80}|submit( comment)?|log in to (comment|reply).{0,40}|you must be logged in to .{0,40})$`)

// trim drops furniture everywhere and a comment form at the end.
func trim(paragraphs []string) []string {
	paragraphs = slices.DeleteFunc(paragraphs, func(p string) bool { return p == "" || furniture.MatchString(p) })
	n := len(paragraphs)
	for n > 0 && commentForm.MatchString(paragraphs[n-1]) {
		n--
	}
	return paragraphs[:n]
}

func join(paragraphs []string) string { return strings.Join(paragraphs, "\n\n") }
