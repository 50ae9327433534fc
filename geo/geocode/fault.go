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

// Fault says that a provider did not answer, or not in form. Its text holds
// neither the key nor the address that was asked.
type Fault struct {
	Provider   string
	Status     int           // HTTP status, 0 if there was none
	RetryAfter time.Duration // what the provider asked to wait, 0 if nothing
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

// Unwrap returns the context's error where that ended the request.
func (f *Fault) Unwrap() error { return f.cause }

// transportFault puts a failed request into words. An error of net/http repeats
// the address with its key, so only what it wraps is told.
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

// scrub takes secret out of what a provider or a library said.
func (f *Fault) scrub(secret string) {
	if secret != "" {
		f.Reason = strings.NewReplacer(secret, "…", url.QueryEscape(secret), "…", url.PathEscape(secret), "…").Replace(f.Reason)
	}
}

// maxRetryAfter bounds how long a provider can have itself left alone.
const maxRetryAfter = time.Hour

// retryAfter reads the header of that name: seconds or a date (RFC 9110, section
// 10.2.3). It is 0 if the value is of neither form or lies in the past.
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
