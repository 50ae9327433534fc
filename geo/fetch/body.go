package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

const acceptEncoding = "gzip, br, zstd"

// watched limits a body while it is received, and reports progress.
type watched struct {
	r        io.Reader
	left     int64
	progress func() // something was received
	pause    func() // nobody reads for now, so that no progress is expected
	failed   error  // of the connection
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if n > 0 {
		w.progress()
	}
	if w.left -= int64(n); w.left < 0 {
		return 0, errTooLarge
	}
	if err != nil && !errors.Is(err, io.EOF) {
		w.failed = err
	}
	return n, err
}

var errTooLarge = errors.New("too large")

// largeBody is the size in bytes from which only few bodies are read at once, so that hostile
// hosts cannot fill the memory together.
const largeBody = 1 << 20

// unpack reads r to its end. Neither the received nor the unpacked body may have more than
// most bytes, which stops decompression bombs early. Large bodies wait for a place in room.
func unpack(ctx context.Context, r *watched, encoding string, most int64, room chan struct{}) ([]byte, error) {
	plain, done, err := unpacker(r, strings.ToLower(strings.TrimSpace(encoding)))
	if err != nil {
		return nil, bodyError(err, r, most)
	}
	defer done()
	out, err := appendTo(nil, plain, min(most, largeBody)+1)
	if err == nil && len(out) > largeBody {
		r.pause()
		select {
		case room <- struct{}{}:
			defer func() { <-room }()
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		r.progress()
		out, err = appendTo(out, plain, most+1)
	}
	if err == nil && int64(len(out)) > most {
		err = errTooLarge
	}
	if err != nil {
		return nil, bodyError(err, r, most)
	}
	return out, nil
}

// appendTo reads until out has most bytes or r ends. It grows in smaller steps than a
// bytes.Buffer, which would use three times the memory.
func appendTo(out []byte, r io.Reader, most int64) ([]byte, error) {
	for int64(len(out)) < most {
		if len(out) == cap(out) {
			out = append(out, make([]byte, 512)...)[:len(out)]
		}
		n, err := r.Read(out[len(out):min(int64(cap(out)), most)])
		out = out[:len(out)+n]
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return out, err
		}
	}
	return out, nil
}

func unpacker(r io.Reader, encoding string) (plain io.Reader, done func(), err error) {
	nothing := func() {}
	switch encoding {
	case "", "identity", "none":
		return r, nothing, nil
	case "gzip", "x-gzip":
		z, err := gzip.NewReader(r)
		if err != nil {
			return nil, nil, &packedError{"gzip", err}
		}
		return &packedReader{"gzip", z}, nothing, nil
	case "br":
		return &packedReader{"br", brotli.NewReader(r)}, nothing, nil
	case "zstd":
		// RFC 9659: HTTP needs no window above 8 MiB.
		z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(8<<20), zstd.WithDecoderLowmem(true))
		if err != nil {
			return nil, nil, &packedError{"zstd", err}
		}
		return &packedReader{"zstd", z}, z.Close, nil
	}
	return nil, nil, &Error{Reason: ReasonEncoding, Detail: "is packed as " + clip(encoding) + "; known are gzip, br and zstd"}
}

// packedReader marks errors of decompression.
type packedReader struct {
	name string
	r    io.Reader
}

func (p *packedReader) Read(b []byte) (int, error) {
	n, err := p.r.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		err = &packedError{p.name, err}
	}
	return n, err
}

type packedError struct {
	name string
	err  error
}

func (e *packedError) Error() string { return e.name + ": " + e.err.Error() }
func (e *packedError) Unwrap() error { return e.err }

// bodyError distinguishes limits and malformed compression from a broken connection.
func bodyError(err error, r *watched, most int64) error {
	var packed *packedError
	switch {
	case errors.Is(err, errTooLarge):
		return &Error{Reason: ReasonSize, Detail: "has more than " + sizeWords(most), Err: err}
	case r.failed != nil:
		return r.failed
	case errors.As(err, &packed):
		return &Error{Reason: ReasonEncoding, Detail: "is not packed as its header says: " + clip(packed.Error()), Err: err}
	}
	return err
}

// sizeWords returns a number of bytes for people.
func sizeWords(n int64) string {
	if n > 0 && n%(1<<20) == 0 {
		return fmt.Sprintf("%d MiB", n>>20)
	}
	return fmt.Sprintf("%d bytes", n)
}
