package handlers

import (
	"container/list"
	"sync"
)

// maxCacheBytes is the maximum size of all cached answers, and maxEntryBytes of one of them.
const (
	maxCacheBytes = 32 << 20
	maxEntryBytes = 4 << 20
)

// cache is a least-recently-used cache of answers by their entity tags. A tag identifies the
// request and the state of the store, so that a cached answer is never out of date. It is safe
// for concurrent use.
type cache struct {
	mu    sync.Mutex
	bytes int
	byTag map[string]*list.Element
	order *list.List // of *cacheEntry, most recently used first
}

type cacheEntry struct {
	tag     string
	content []byte
}

func newCache() *cache {
	return &cache{byTag: map[string]*list.Element{}, order: list.New()}
}

// get returns the cached answer with the given tag. It must not be modified.
func (c *cache) get(tag string) ([]byte, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	element, ok := c.byTag[tag]
	if !ok {
		return nil, false
	}
	c.order.MoveToFront(element)
	return element.Value.(*cacheEntry).content, true
}

// put caches content and removes the least recently used answers.
func (c *cache) put(tag string, content []byte) {
	const overhead = 200 // approximate size of an entry without its content
	size := len(content) + overhead
	if size > maxEntryBytes {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.byTag[tag]; ok {
		return
	}
	c.byTag[tag] = c.order.PushFront(&cacheEntry{tag, content})
	for c.bytes += size; c.bytes > maxCacheBytes; {
		last := c.order.Remove(c.order.Back()).(*cacheEntry)
		delete(c.byTag, last.tag)
		c.bytes -= len(last.content) + overhead
	}
}
