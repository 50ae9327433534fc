package article

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// mostWall is how long the text of a page that stands in an article's place can
// be, in bytes. A longer page is an article, whatever words are in it: there are
// stories about consent and subscriptions too.
const mostWall = 2_000

// walls are the pages that stand in an article's place, and the words by which
// they are known.
var walls = []struct {
	what  string
	words *regexp.Regexp
}{
	{"a script shell", regexp.MustCompile(`(?i)((enable|turn on|activate|requires?|needs?|without) javascript|javascript (is|must be|to be) (disabled|required|enabled|turned on)|javascript (aktivieren|deaktiviert)|activer javascript)`)},
	{"a check for robots", regexp.MustCompile(`(?i)(verif(y|ying) (that )?you are (a )?human|are you a robot|checking your browser|unusual traffic|press (and|&) hold|complete the captcha|access (to this page has been )?denied)`)},
	{"a consent wall", regexp.MustCompile(`(?i)(before you continue|we (and our .{0,40}partners )?(value|respect|care about) your privacy|we (and our .{0,40}partners )?use cookies|accept (all )?(cookies|and continue)|(manage|cookie) (consent|preferences|settings)|your privacy choices|wir verwenden cookies|nous utilisons des cookies|alle akzeptieren|tout accepter)`)},
	{"a paywall", regexp.MustCompile(`(?i)(subscribe (now |today )?(to|and) (continue|read|keep|unlock|get)|(to|and) (continue|keep) reading|already (a )?(subscriber|a member)|already have (a subscription|an account)|(only|exclusive(ly)?|reserved) (for|to) (our )?(paid |paying )?(subscribers|members)|this (article|story|content) is (for|only|available)|(start|begin) your (free )?trial|free articles? (left|remaining|this month)|unlock (this|the full)|(create|register for) (a |your )?free account|unlimited (digital )?access|abonnez-vous|jetzt abonnieren|artikel ist kostenpflichtig|réservé aux abonnés)`)},
}

// Wall tells whether an article is none but what a site shows instead of one: a
// consent wall, a paywall with a stub of the text, a page that needs scripts, a
// check for robots. what is empty for an article.
func (a *Article) Wall() (what string) {
	if len(a.Text) > mostWall {
		return ""
	}
	for _, w := range walls {
		if w.words.MatchString(a.Title + "\n" + a.Text) {
			return w.what
		}
	}
	return ""
}

// Thin tells whether the text is too little to be an article: less than
// minimum bytes, or hardly a sentence.
func (a *Article) Thin(minimum int) bool {
	return len(a.Text) < minimum || utf8.RuneCountInString(a.Text) < leastText && !strings.ContainsAny(a.Text, ".。।؟?!")
}
