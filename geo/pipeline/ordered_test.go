package pipeline_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"

	"newsmap/geo/pipeline"
)

// count returns the numbers from 0 to n-1, one for each call.
func count(n int) func(context.Context) (int, bool, error) {
	i := -1
	return func(context.Context) (int, bool, error) {
		i++
		return i, i < n, nil
	}
}

func square(_ context.Context, n int) (int, error) { return n * n, nil }

func TestOrdered(t *testing.T) {
	for _, workers := range []int{0, 1, 7} {
		var got []int
		err := pipeline.Ordered(t.Context(), workers, count(1_000), square, func(_ context.Context, n int) error {
			got = append(got, n)
			return nil
		})
		if err != nil || len(got) != 1_000 || !slices.IsSorted(got) || got[999] != 999*999 {
			t.Errorf("%d workers: %d outputs, %v", workers, len(got), err)
		}
	}
}

func TestOrderedErrors(t *testing.T) {
	broken := errors.New("broken")
	ignore := func(context.Context, int) error { return nil }
	for name, run := range map[string]func() error{
		"next": func() error {
			return pipeline.Ordered(t.Context(), 2, func(context.Context) (int, bool, error) { return 0, false, broken }, square, ignore)
		},
		"work": func() error {
			return pipeline.Ordered(t.Context(), 2, count(100), func(_ context.Context, n int) (int, error) {
				if n == 50 {
					return 0, broken
				}
				return n, nil
			}, ignore)
		},
		"emit": func() error {
			return pipeline.Ordered(t.Context(), 2, count(1_000_000), square, func(context.Context, int) error { return broken })
		},
	} {
		if err := run(); !errors.Is(err, broken) {
			t.Errorf("%s: got %v, want its error", name, err)
		}
	}
}

// TestOrderedIsBounded checks that Ordered reads only a few inputs before it passes on the first
// output.
func TestOrderedIsBounded(t *testing.T) {
	var read atomic.Int64
	next := count(10_000)
	err := pipeline.Ordered(t.Context(), 2, func(ctx context.Context) (int, bool, error) {
		read.Add(1)
		return next(ctx)
	}, square, func(_ context.Context, n int) error {
		const maxRead = 4*2 + 2 + 2 // waiting, in work, being read and being passed on
		if got := read.Load(); n == 0 && got > maxRead {
			return fmt.Errorf("%d inputs were read before the first output was passed on, want at most %d", got, maxRead)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// TestOrderedBlockedNext checks that Ordered returns even if next is blocked.
func TestOrderedBlockedNext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	block := make(chan struct{})
	defer close(block)
	err := pipeline.Ordered(ctx, 1, func(context.Context) (int, bool, error) {
		cancel()
		<-block
		return 0, false, nil
	}, square, func(context.Context, int) error { return nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
}
