package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
	"unicode"
)

// Reason is why an address could not be fetched.
type Reason string

// Reasons of an [Error].
const (
	ReasonAddress    Reason = "address"    // malformed, or of a scheme or port that is not fetched
	ReasonForbidden  Reason = "forbidden"  // leads to a private or special network
	ReasonRobots     Reason = "robots"     // robots.txt says no
	ReasonWait       Reason = "wait"       // the host asked for a longer pause than MaxHostWait
	ReasonBusy       Reason = "busy"       // the turn at the host does not come within Request.Wait
	ReasonName       Reason = "name"       // the host's name does not resolve
	ReasonConnection Reason = "connection" // no connection, or it broke
	ReasonTLS        Reason = "tls"        // no valid certificate or encryption
	ReasonTimeout    Reason = "timeout"    // a stage took too long
	ReasonRedirect   Reason = "redirect"   // too many redirects, or one that leads nowhere
	ReasonStatus     Reason = "status"     // the server answered with an error
	ReasonSize       Reason = "size"       // larger than the limit, as sent or unpacked
	ReasonEncoding   Reason = "encoding"   // compressed in an unknown or malformed way
)

// Error says which address could not be fetched and why.
type Error struct {
	URL        string // the failed address, which may be the target of a redirect
	Reason     Reason
	Detail     string        // for people, as the end of a sentence about the address
	Status     int           // HTTP status, 0 if there was none
	RetryAfter time.Duration // what the server asked for; 0 if it did not
	Err        error         // the cause, nil if Detail says it
}

func (e *Error) Error() string { return clip(e.URL) + ": " + e.Detail }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Temporary reports whether the same request may succeed later.
func (e *Error) Temporary() bool {
	switch e.Reason {
	case ReasonWait, ReasonBusy, ReasonName, ReasonConnection, ReasonTimeout:
		return true
	case ReasonStatus:
		return e.Status >= 500 || e.Status == 408 || e.Status == 425 || e.Status == 429
	}
	return false
}

func fail(url string, reason Reason, format string, args ...any) *Error {
	return &Error{URL: url, Reason: reason, Detail: fmt.Sprintf(format, args...)}
}

// Causes with which the timers of a request cancel it.
var (
	errTotal = errors.New("took longer in total than allowed")
	errIdle  = errors.New("sent nothing for longer than allowed")
)

// explain describes an error of the transport for people. ctx is that of the request, whose
// cause says which timer ended it.
func explain(ctx context.Context, url string, err error) *Error {
	var known *Error
	if errors.As(err, &known) {
		known.URL = url
		return known
	}
	e := &Error{URL: url, Err: err, Reason: ReasonConnection}
	cause := context.Cause(ctx)
	var timeout net.Error
	var dns *net.DNSError
	switch {
	case errors.Is(cause, errTotal), errors.Is(cause, errIdle):
		e.Reason, e.Detail, e.Err = ReasonTimeout, cause.Error(), cause
	case cause != nil:
		e.Detail, e.Err = "was given up: "+cause.Error(), cause
	case errors.As(err, &dns):
		e.Reason, e.Detail = ReasonName, "the host's name does not resolve"
		if dns.IsTimeout {
			e.Detail = "the host's name did not resolve in time"
		}
	case isTLS(err):
		e.Reason, e.Detail = ReasonTLS, "no trustworthy encryption: "+tail(err)
	case errors.As(err, &timeout) && timeout.Timeout(), strings.Contains(err.Error(), "timeout"):
		e.Reason, e.Detail = ReasonTimeout, "no answer in time: "+tail(err)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		e.Detail = "the answer was cut off"
	default:
		e.Detail = "no connection: " + tail(err)
	}
	return e
}

func isTLS(err error) bool {
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	var authority x509.UnknownAuthorityError
	var name x509.HostnameError
	return errors.As(err, &certificate) || errors.As(err, &record) || errors.As(err, &alert) || errors.As(err, &authority) || errors.As(err, &name) ||
		strings.Contains(err.Error(), "server gave HTTP response to HTTPS client")
}

// tail returns the innermost message of err, cleaned for a terminal.
func tail(err error) string {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			break
		}
		err = inner
	}
	return clip(err.Error())
}

// clip returns a text from outside as one short line.
func clip(s string) string {
	const most = 200
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '�'
		}
		return r
	}, strings.ToValidUTF8(s, "�"))
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
