package main

import (
	"context"
	"runtime"

	"golang.org/x/sync/errgroup"
)

// inOrder reads inputs from next until that returns false, calls work on all cores,
// and passes the outputs to emit in the order of the inputs. A bounded number of them
// is in memory at once. inOrder stops at the first error and returns it.
func inOrder[In, Out any](ctx context.Context, next func() (In, bool, error), work func(context.Context, In) (Out, error), emit func(Out) error) error {
	type slot struct {
		in  In
		out chan Out
	}
	workers := runtime.GOMAXPROCS(0)
	jobs := make(chan slot)
	order := make(chan chan Out, 4*workers)
	group, ctx := errgroup.WithContext(ctx)

	group.Go(func() error {
		defer close(jobs)
		defer close(order)
		for {
			in, ok, err := next()
			if err != nil || !ok {
				return err
			}
			s := slot{in, make(chan Out, 1)}
			select {
			case order <- s.out:
			case <-ctx.Done():
				return ctx.Err()
			}
			select {
			case jobs <- s:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	})
	for range workers {
		group.Go(func() error {
			for s := range jobs {
				out, err := work(ctx, s.in)
				if err != nil {
					return err
				}
				s.out <- out
			}
			return nil
		})
	}
	group.Go(func() error {
		for out := range order {
			select {
			case v := <-out:
				if err := emit(v); err != nil {
					return err
				}
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	return group.Wait()
}
