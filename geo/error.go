package geo

import (
	"errors"
	"fmt"
)

// ErrNotFound says that a place, story or other named thing does not exist.
var ErrNotFound = errors.New("not found")

// ErrInvalid says that something from outside is malformed. Errors that wrap
// it name the thing; see [InvalidError].
var ErrInvalid = errors.New("invalid")

// InvalidError names one value from outside that is malformed and says why.
// errors.Is(err, ErrInvalid) is true for it.
type InvalidError struct {
	Name   string // the parameter, field, flag or file that holds the value
	Reason string // what is wrong with it, in words for its sender
}

// Invalid returns an [InvalidError] for name with a formatted reason.
func Invalid(name, format string, args ...any) error {
	return &InvalidError{Name: name, Reason: fmt.Sprintf(format, args...)}
}

func (e *InvalidError) Error() string { return e.Name + ": " + e.Reason }

// Unwrap makes errors.Is(err, ErrInvalid) true.
func (e *InvalidError) Unwrap() error { return ErrInvalid }
