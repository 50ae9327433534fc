package gazetteer

import (
	"bufio"
	"fmt"
	"hash/crc32"
	"io"

	"newsmap/geo"
)

// Stream is a section that is made while it is written, so that an index larger
// than memory allows can be made. Streams are never compressed: what they hold
// is read in place.
type Stream struct {
	Kind  SectionKind
	Size  int64 // bytes that Write writes
	Write func(w io.Writer) error
}

// WriteStreams writes an index of the sections, in their order, from the start
// of w on, and returns its length in bytes.
func WriteStreams(w io.WriteSeeker, sections []Stream) (int64, error) {
	head := make([]byte, headerSize+tableRow*len(sections))
	offset := int64(len(head))
	for i, s := range sections {
		if s.Size > maxRaw {
			return 0, geo.Invalid("section "+s.Kind.String(), "%d bytes are more than a section holds", s.Size)
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
			return 0, fmt.Errorf("section %s: %d bytes where %d were announced", s.Kind, counted.n, s.Size)
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
