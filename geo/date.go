package geo

import (
	"regexp"
	"strings"
	"time"

	"newsmap/geo/text"
)

// ParseDate reads a date in a format that software or newspapers use: RFC 3339 and its common
// misspellings ("2009-03-20 12:24:52.002364-05"), RFC 1123, and English forms such as
// "February 20 2019 12:21 AM", "Wed., 20 Feb. 2019" or "Feb. 20, 2019 at 3:04 p.m. EST". A
// date without a zone is in UTC; one without a time of day is at midnight. Forms whose order
// of day and month depends on the country ("02/03/2019") are an error. The error wraps
// ErrInvalid and names "date".
func ParseDate(s string) (time.Time, error) {
	if len(s) <= maxDate {
		if t, err := time.Parse(time.RFC3339, s); err == nil {
			return t.UTC(), nil
		}
		if t, ok := parseLoose(s); ok {
			return t, nil
		}
	}
	return time.Time{}, Invalid("date", "%q is not in a known format; write it as 2019-02-20T12:21:00Z", text.Clip(s, maxEcho))
}

// maxDate is the longest string that ParseDate tries to read, in bytes.
const maxDate = 80

var (
	weekday  = regexp.MustCompile(`(?i)^(mon|tues?|wed(nes)?|thu(rs?)?|fri|sat(ur)?|sun)(day)?\b\.?,? *`)
	ordinal  = regexp.MustCompile(`(?i)\b(\d{1,2})(st|nd|rd|th)\b`)
	meridiem = regexp.MustCompile(`(?i)(\d) ?([ap])\.?m\b\.?`)
	sept     = regexp.MustCompile(`(?i)\bsept\b`)
	isoT     = regexp.MustCompile(`^(\d{4}-?\d\d-?\d\d)T(\d)`)
	dotted   = regexp.MustCompile(`(\pL)\.`)
)

var dayLayouts = []string{"2006-01-02", "2006/01/02", "January 2 2006", "Jan 2 2006", "2 January 2006", "2 Jan 2006", "2-Jan-2006", "20060102"}

var clockLayouts = []string{
	"",
	" 15:04:05Z07:00",
	" 15:04:05 Z0700",
	" 15:04:05Z0700",
	" 15:04:05Z07",
	" 15:04:05",
	" 15:04Z07:00",
	" 15:04 Z0700",
	" 15:04",
	" 3:04 PM",
	" 3:04:05 PM",
	" 3 PM",
}

// zones maps the abbreviations that have one meaning in English news to their offsets in
// hours. Others would be guesses: "IST" has three meanings.
var zones = map[string]int{"UTC": 0, "GMT": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "CET": 1, "CEST": 2}

func parseLoose(s string) (time.Time, bool) {
	s = weekday.ReplaceAllString(strings.TrimSpace(s), "")
	s = ordinal.ReplaceAllString(s, "$1")
	s = meridiem.ReplaceAllStringFunc(s, func(m string) string {
		return m[:1] + " " + strings.ToUpper(m[1+strings.IndexAny(m[1:], "aApP"):][:1]) + "M"
	})
	s = sept.ReplaceAllString(dotted.ReplaceAllString(s, "$1"), "Sep")
	s = strings.NewReplacer(",", " ", " at ", " ", " | ", " ", " - ", " ").Replace(s)
	s = isoT.ReplaceAllString(strings.Join(strings.Fields(s), " "), "$1 $2")
	offset := 0
	if i := strings.LastIndexByte(s, ' '); i > 0 {
		if hours, known := zones[s[i+1:]]; known {
			s, offset = s[:i], hours
		}
	}
	for _, day := range dayLayouts {
		for _, clock := range clockLayouts {
			if t, err := time.Parse(day+clock, s); err == nil {
				return t.UTC().Add(-time.Duration(offset) * time.Hour), true
			}
		}
	}
	return time.Time{}, false
}
