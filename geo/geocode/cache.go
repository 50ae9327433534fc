package geocode

import (
	"container/list"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"newsmap/geo"
	"newsmap/geo/gazetteer"

	"github.com/paulmach/orb"
)

// Cache stores answers under keys until they expire. Implementations are safe for
// concurrent use and pass the tests of package cachetest.
type Cache interface {
	// Get returns the value stored under key. The error wraps geo.ErrNotFound if there
	// is none or it has expired.
	Get(ctx context.Context, key string) ([]byte, error)
	// Put stores value under key until expires, replacing an earlier value.
	Put(ctx context.Context, key string, value []byte, expires time.Time) error
}

// Memory is a Cache in memory with a maximum size. It removes the least recently used
// answer to make room.
type Memory struct {
	mu    sync.Mutex
	size  int
	clock func() time.Time
	order *list.List // of *memoryEntry, most recently used first
	byKey map[string]*list.Element
}

type memoryEntry struct {
	key     string
	value   []byte
	expires time.Time
}

var _ Cache = (*Memory)(nil)

// NewMemory returns an empty Memory of at most size answers.
func NewMemory(size int, clock func() time.Time) *Memory {
	return &Memory{size: max(1, size), clock: clock, order: list.New(), byKey: map[string]*list.Element{}}
}

// Get implements [Cache].
func (m *Memory) Get(_ context.Context, key string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, ok := m.byKey[key]
	if !ok {
		return nil, geo.ErrNotFound
	}
	entry := e.Value.(*memoryEntry)
	if !entry.expires.After(m.clock()) {
		m.remove(e)
		return nil, geo.ErrNotFound
	}
	m.order.MoveToFront(e)
	return slices.Clone(entry.value), nil
}

// Put implements [Cache].
func (m *Memory) Put(_ context.Context, key string, value []byte, expires time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e, ok := m.byKey[key]; ok {
		m.remove(e)
	}
	m.byKey[key] = m.order.PushFront(&memoryEntry{key, slices.Clone(value), expires})
	if m.order.Len() > m.size {
		m.remove(m.order.Back())
	}
	return nil
}

func (m *Memory) remove(e *list.Element) {
	m.order.Remove(e)
	delete(m.byKey, e.Value.(*memoryEntry).key)
}

// cached is a Geocoder that stores the answers of a provider, including that it found
// nothing, but not its errors. It sends one request at a time.
type cached struct {
	next                   Geocoder
	title                  string
	scope                  string // provider and endpoint: part of the key, because each has its own answers
	cache                  Cache
	lifetime, missLifetime time.Duration
	clock                  func() time.Time
	logger                 *slog.Logger
	busy                   chan struct{} // full while a request runs
}

func newCached(next Geocoder, s *service, endpoint string, o *Options) *cached {
	return &cached{next, s.title, s.id + " " + endpoint, o.Cache, o.Lifetime, o.MissLifetime, o.Clock, o.Logger, make(chan struct{}, 1)}
}

func (c *cached) Geocode(ctx context.Context, name string, countries []string) ([]Place, error) {
	sorted := slices.Sorted(slices.Values(countries))
	question := "name " + gazetteer.Fold(name) + " " + strings.Join(slices.Compact(sorted), ",")
	return c.answer(ctx, question, func() ([]Place, error) { return c.next.Geocode(ctx, name, sorted) })
}

func (c *cached) Reverse(ctx context.Context, point orb.Point) (Place, error) {
	// 0.0001° is 11 m. Points so close to each other have the same place.
	places, err := c.answer(ctx, fmt.Sprintf("point %.4f %.4f", point.Lon(), point.Lat()), func() ([]Place, error) {
		place, err := c.next.Reverse(ctx, point)
		return []Place{place}, err
	})
	if err != nil {
		return Place{}, err
	}
	places[0].Point = point
	return places[0], nil
}

// cacheVersion is incremented when the format of stored answers changes.
const cacheVersion = "1"

// answer returns the stored answer to question. If there is none, it calls ask and stores
// the result. Of concurrent callers with the same question only the first calls ask.
func (c *cached) answer(ctx context.Context, question string, ask func() ([]Place, error)) ([]Place, error) {
	// A digest, because an endpoint may be long and private.
	sum := sha256.Sum256([]byte(cacheVersion + "\n" + c.scope + "\n" + question))
	key := hex.EncodeToString(sum[:])
	if places, err := c.load(ctx, key); err == nil {
		return c.orNotFound(places)
	}
	select {
	case c.busy <- struct{}{}:
		defer func() { <-c.busy }()
	case <-ctx.Done():
		return nil, &Error{Provider: c.title, Reason: "gave up waiting for an earlier request", cause: ctx.Err()}
	}
	if places, err := c.load(ctx, key); err == nil {
		return c.orNotFound(places)
	}
	places, err := ask()
	switch {
	case err == nil:
		c.save(ctx, key, places, c.lifetime)
	case errors.Is(err, geo.ErrNotFound):
		c.save(ctx, key, []Place{}, c.missLifetime)
	}
	return places, err
}

// orNotFound returns places, or geo.ErrNotFound for the empty list that records a miss.
func (c *cached) orNotFound(places []Place) ([]Place, error) {
	if len(places) == 0 {
		return nil, fmt.Errorf("%s: %w", c.title, geo.ErrNotFound)
	}
	return places, nil
}

func (c *cached) load(ctx context.Context, key string) ([]Place, error) {
	value, err := c.cache.Get(ctx, key)
	if err != nil {
		if !errors.Is(err, geo.ErrNotFound) {
			c.logger.WarnContext(ctx, "cannot read the geocoder cache", "provider", c.title, "error", err)
		}
		return nil, err
	}
	var places []Place
	err = json.Unmarshal(value, &places)
	return places, err
}

func (c *cached) save(ctx context.Context, key string, places []Place, lifetime time.Duration) {
	value, err := json.Marshal(places)
	if err == nil {
		err = c.cache.Put(ctx, key, value, c.clock().Add(lifetime))
	}
	if err != nil {
		c.logger.WarnContext(ctx, "cannot write the geocoder cache", "provider", c.title, "error", err)
	}
}
