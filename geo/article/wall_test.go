package article_test

import (
	"strings"
	"testing"

	"newsmap/geo/article"
)

func TestWall(t *testing.T) {
	for text, want := range map[string]string{
		"Before you continue to the Post\n\nWe use cookies to measure how you read us.\n\nAccept all":               "a consent wall",
		"We and our 832 partners value your privacy.":                                                               "a consent wall",
		"A ferry sank off Suva on Friday, officials said.\n\nSubscribe to continue reading.":                        "a paywall",
		"A ferry sank off Suva.\n\nThis article is for subscribers only. Already a subscriber? Log in.":             "a paywall",
		"You need to enable JavaScript to run this app.":                                                            "a script shell",
		"Please verify you are human by completing the action below.":                                               "a check for robots",
		"A ferry sank off Suva on Friday. The captain said that he had seen nothing.":                               "",
		"Ministers agreed on Friday to let sites use cookies again.":                                                "",
		strings.Repeat("The law on consent was debated for hours. ", 60) + "We use cookies, said the site's owner.": "",
	} {
		if got := (&article.Article{Title: "Title", Text: text}).Wall(); got != want {
			t.Errorf("%.60q: %q, want %q", text, got, want)
		}
	}
}

func TestFromFragment(t *testing.T) {
	for markup, want := range map[string]string{
		"": "", "plain &amp; simple": "plain & simple", "<p>One <b>bold</b>.</p><p>Two.<script>x()</script></p>": "One bold.\n\nTwo.",
		"a<br>b\x00c": "a\n\nbc", "<p>Read more</p><p>Text.": "Text.", strings.Repeat("<i>", 100_000): "",
	} {
		if got := article.FromFragment(markup); got != want {
			t.Errorf("%.60q: %q, want %q", markup, got, want)
		}
	}
}
