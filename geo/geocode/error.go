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

// Error reports that a provider did not answer or that its answer was malformed. Its
// text contains neither the key nor the address of the request.
type Error struct {
	Provider   string
	Status     int           // HTTP status, 0 if there was none
	RetryAfter time.Duration // how long not to send requests, 0 if unknown
	Reason     string
	cause      error
}

func (e *Error) Error() string {
	text := e.Provider + ": " + e.Reason
	if e.RetryAfter > 0 {
		text += " (retry in " + e.RetryAfter.Round(time.Second).String() + ")"
	}
	return text
}

// Unwrap returns the error of the context if that ended the request, or nil.
func (e *Error) Unwrap() error { return e.cause }

// transportError returns the Error for a failed request. An error of net/http contains
// the address with its key, so only the error that it wraps is used.
func transportError(err error) *Error {
	for outer := (*url.Error)(nil); errors.As(err, &outer); {
		err = outer.Err
	}
	var timeout net.Error
	switch {
	case errors.Is(err, context.Canceled):
		return &Error{Reason: "cancelled", cause: context.Canceled}
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return &Error{Reason: "did not answer in time", cause: context.DeadlineExceeded}
	}
	return &Error{Reason: err.Error()}
}

// scrub removes secret from the reason, which may quote a provider or a library.
func (e *Error) scrub(secret string) {
	if secret != "" {
		e.Reason = strings.NewReplacer(secret, "…", url.QueryEscape(secret), "…", url.PathEscape(secret), "…").Replace(e.Reason)
	}
}

// maxRetryAfter limits how long a provider can pause the requests to it.
const maxRetryAfter = time.Hour

// retryAfter parses the value of a Retry-After header: seconds or a date (RFC 9110,
// section 10.2.3). It returns 0 if the value is neither or is in the past.
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
