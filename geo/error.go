package geo

import (
	"errors"
	"fmt"
)

// ErrNotFound reports that a place, a story or something else that was asked for does not exist.
var ErrNotFound = errors.New("not found")

// ErrInvalid reports that input is malformed. Errors that wrap it name the input; see
// [InvalidError].
var ErrInvalid = errors.New("invalid")

// InvalidError names one malformed input and says what is wrong with it. errors.Is(err,
// ErrInvalid) is true for it.
type InvalidError struct {
	Name   string // the parameter, field, flag or file that the value is in
	Reason string // what is wrong, in words for the person who sent it
}

// Invalid returns an [InvalidError] for name with a formatted reason.
func Invalid(name, format string, args ...any) error {
	return &InvalidError{Name: name, Reason: fmt.Sprintf(format, args...)}
}

func (e *InvalidError) Error() string { return e.Name + ": " + e.Reason }

// Unwrap makes errors.Is(err, ErrInvalid) true.
func (e *InvalidError) Unwrap() error { return ErrInvalid }
