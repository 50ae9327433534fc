package fetch

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

const acceptEncoding = "gzip, br, zstd"

// watched bounds a body as it comes from the network and tells of progress.
type watched struct {
	r        io.Reader
	left     int64
	progress func()
	failed   error // of the connection
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

// unpack reads r to its end; neither what came nor what it unpacks to may have
// more than most bytes. A bomb is noticed before it unfolds.
func unpack(r *watched, encoding string, most int64) ([]byte, error) {
	plain, done, err := unpacker(r, strings.ToLower(strings.TrimSpace(encoding)))
	if err != nil {
		return nil, bodyError(err, r, most)
	}
	defer done()
	var out bytes.Buffer
	n, err := io.Copy(&out, io.LimitReader(plain, most+1))
	if err == nil && n > most {
		err = errTooLarge
	}
	if err != nil {
		return nil, bodyError(err, r, most)
	}
	return out.Bytes(), nil
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

// packedReader marks the errors of an unpacker.
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

// bodyError tells the caps and bad packing from a broken connection.
func bodyError(err error, r *watched, most int64) error {
	var packed *packedError
	switch {
	case errors.Is(err, errTooLarge):
		return &Error{Reason: ReasonSize, Detail: fmt.Sprintf("has more than %d bytes", most), Err: err}
	case r.failed != nil:
		return r.failed
	case errors.As(err, &packed):
		return &Error{Reason: ReasonEncoding, Detail: "is not packed as its header says: " + clip(packed.Error()), Err: err}
	}
	return err
}
