// Command newsmap puts the news on the map: it reads articles, finds the place
// names in them, works out which place on Earth each name means, and serves the
// stories as a map and as GeoJSON.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run executes one command line and returns the exit status: 0, 1 on failure,
// 2 on wrong usage.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := newRoot()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	var usage *usageError
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errReported):
		return 1
	case errors.As(err, &usage):
		fmt.Fprintf(stderr, "newsmap: %v\nSee '%s --help'.\n", err, usage.command)
		return 2
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(stderr, "newsmap: stopped")
		return 1
	}
	fmt.Fprintf(stderr, "newsmap: %v\n", err)
	return 1
}

// errReported is a failure whose reason was already printed on stderr.
var errReported = errors.New("reported")

// usageError is a mistake in the command line or a setting.
type usageError struct {
	command string
	err     error
}

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }
