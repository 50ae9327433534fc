package pipeline

import (
	"context"
	"runtime"

	"golang.org/x/sync/errgroup"
)

// Ordered reads inputs from next until that returns false, and calls work on them in several
// goroutines: workers, or one for each core if workers is 0. It calls emit with the outputs
// in the order of the inputs, in one goroutine. At most 4 inputs for each worker wait at once.
//
// Ordered stops at the first error of next, work or emit and returns it, or the error of
// ctx if that is done. It does not wait for a call of next that is still blocked, such as
// one that reads a terminal.
func Ordered[In, Out any](
	ctx context.Context, workers int,
	next func(context.Context) (In, bool, error), work func(context.Context, In) (Out, error), emit func(context.Context, Out) error,
) error {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	type job struct {
		in  In
		out chan Out
	}
	jobs := make(chan job)
	order := make(chan chan Out, 4*workers)
	group, ctx := errgroup.WithContext(ctx)

	read := make(chan error, 1)
	go func() {
		defer close(jobs)
		defer close(order)
		read <- func() error {
			for {
				in, ok, err := next(ctx)
				if err != nil || !ok {
					return err
				}
				j := job{in, make(chan Out, 1)}
				if err := send(ctx, order, j.out); err != nil {
					return err
				}
				if err := send(ctx, jobs, j); err != nil {
					return err
				}
			}
		}()
	}()
	group.Go(func() error {
		select {
		case err := <-read:
			return err
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	for range workers {
		group.Go(func() error {
			return each(ctx, jobs, func(j job) error {
				out, err := work(ctx, j.in)
				if err == nil {
					j.out <- out
				}
				return err
			})
		})
	}
	group.Go(func() error {
		return each(ctx, order, func(out chan Out) error {
			select {
			case v := <-out:
				return emit(ctx, v)
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	})
	return group.Wait()
}

// send sends v to a channel, unless ctx is done first.
func send[T any](ctx context.Context, to chan<- T, v T) error {
	select {
	case to <- v:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// each calls f with the values of a channel until that is closed, f returns an error, or
// ctx is done.
func each[T any](ctx context.Context, from <-chan T, f func(T) error) error {
	for {
		select {
		case v, ok := <-from:
			if !ok {
				return nil
			}
			if err := f(v); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
