package geocode

import (
	"context"
	"errors"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Fault is the error for a provider that did not answer or whose answer is malformed. Its text
// contains neither the key nor the address of the request.
type Fault struct {
	Provider   string
	Status     int           // HTTP status; 0 if there was none
	RetryAfter time.Duration // pause that the provider asked for; 0 if none
	Reason     string
	cause      error
}

func (f *Fault) Error() string {
	text := f.Provider + ": " + f.Reason
	if f.RetryAfter > 0 {
		text += " (to be asked again after " + f.RetryAfter.Round(time.Second).String() + ")"
	}
	return text
}

// Unwrap returns the error of the context if it ended the request.
func (f *Fault) Unwrap() error { return f.cause }

// transportFault returns the Fault for a failed request. An error of net/http contains the
// address with the key, so only the error that it wraps is used.
func transportFault(err error) *Fault {
	for outer := (*url.Error)(nil); errors.As(err, &outer); {
		err = outer.Err
	}
	var timeout net.Error
	switch {
	case errors.Is(err, context.Canceled):
		return &Fault{Reason: "cancelled", cause: context.Canceled}
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return &Fault{Reason: "did not answer in time", cause: context.DeadlineExceeded}
	}
	return &Fault{Reason: err.Error()}
}

// scrub removes secret from the text of a provider or the library.
func (f *Fault) scrub(secret string) {
	if secret != "" {
		f.Reason = strings.NewReplacer(secret, "…", url.QueryEscape(secret), "…", url.PathEscape(secret), "…").Replace(f.Reason)
	}
}

// maxRetryAfter is the maximum pause that a provider can ask for.
const maxRetryAfter = time.Hour

// retryAfter parses a Retry-After header: seconds or a date (RFC 9110, section 10.2.3). It
// returns 0 if the value is malformed or in the past.
func retryAfter(value string, now time.Time) time.Duration {
	value = strings.TrimSpace(value)
	if seconds, err := strconv.ParseUint(value, 10, 32); err == nil {
		return min(time.Duration(seconds)*time.Second, maxRetryAfter)
	}
	for _, layout := range [...]string{time.RFC1123, time.RFC850, time.ANSIC} {
		if at, err := time.Parse(layout, value); err == nil {
			return min(max(0, at.Sub(now)), maxRetryAfter)
		}
	}
	return 0
}
