package gazetteer

import (
	"bufio"
	"fmt"
	"hash/crc32"
	"io"

	"newsmap/geo"
)

// Stream is a section that is computed while it is written. With streams an index
// may be larger than the memory. Streams are never compressed.
type Stream struct {
	Kind  SectionKind
	Size  int64 // bytes that Write writes
	Write func(w io.Writer) error
}

// WriteStreams writes an index of the sections in the given order from the start of
// w, and returns its length in bytes. The error wraps geo.ErrInvalid if a section is
// longer than 4 GiB.
func WriteStreams(w io.WriteSeeker, sections []Stream) (int64, error) {
	head := make([]byte, headerSize+tableRow*len(sections))
	offset := int64(len(head))
	for i, s := range sections {
		if s.Size > maxRaw {
			return 0, geo.Invalid("section "+s.Kind.String(), "has %d bytes; a section may have at most %d", s.Size, int64(maxRaw))
		}
		row := head[headerSize+tableRow*i:]
		put32(row, uint32(s.Kind))
		put64(row[8:], uint64(offset))
		put32(row[16:], uint32(s.Size))
		put32(row[20:], uint32(s.Size))
		offset += s.Size
	}
	sum := crc32.New(castagnoli)
	sum.Write(head[headerSize:])
	if _, err := w.Write(head); err != nil {
		return 0, err
	}
	buffered := bufio.NewWriterSize(io.MultiWriter(w, sum), 1<<20)
	for _, s := range sections {
		counted := &countingWriter{w: buffered}
		if err := s.Write(counted); err != nil {
			return 0, err
		}
		if counted.n != s.Size {
			return 0, fmt.Errorf("section %s: wrote %d bytes; expected %d", s.Kind, counted.n, s.Size)
		}
	}
	if err := buffered.Flush(); err != nil {
		return 0, err
	}
	copy(head, Magic)
	put32(head[8:], Version)
	put32(head[12:], uint32(len(sections)))
	put64(head[16:], uint64(offset))
	put32(head[24:], sum.Sum32())
	if _, err := w.Seek(0, io.SeekStart); err != nil {
		return 0, err
	}
	_, err := w.Write(head[:headerSize])
	return offset, err
}

type countingWriter struct {
	w io.Writer
	n int64
}

func (c *countingWriter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += int64(n)
	return n, err
}
