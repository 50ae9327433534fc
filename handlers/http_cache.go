package handlers

import (
	"container/list"
	"sync"
)

// cacheBytes bounds what the answers that are kept take, and cachePiece one of
// them.
const (
	cacheBytes = 32 << 20
	cachePiece = 4 << 20
)

// cache keeps the answers that were asked for last, by their entity tags: a tag
// names the question and the state of the store, so nothing in it is ever stale.
// It is safe for concurrent use.
type cache struct {
	mu    sync.Mutex
	bytes int
	byTag map[string]*list.Element
	order *list.List // of *kept, the last used first
}

type kept struct {
	tag     string
	content []byte
}

func newCache() *cache {
	return &cache{byTag: map[string]*list.Element{}, order: list.New()}
}

// get gives what is kept under a tag, which must not be changed.
func (c *cache) get(tag string) ([]byte, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	element, ok := c.byTag[tag]
	if !ok {
		return nil, false
	}
	c.order.MoveToFront(element)
	return element.Value.(*kept).content, true
}

// put keeps content under a tag and drops what has not been asked for longest.
func (c *cache) put(tag string, content []byte) {
	const overhead = 200 // of an entry beside its content, about
	size := len(content) + overhead
	if size > cachePiece {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, there := c.byTag[tag]; there {
		return
	}
	c.byTag[tag] = c.order.PushFront(&kept{tag, content})
	for c.bytes += size; c.bytes > cacheBytes; {
		last := c.order.Remove(c.order.Back()).(*kept)
		delete(c.byTag, last.tag)
		c.bytes -= len(last.content) + overhead
	}
}
