package handlers_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"newsmap/geo/store/sqlite"
	"newsmap/geo/story"
)

// errStore is the error of a store that fails. No answer may show its text.
var errStore = errors.New("disk /dev/secret is full")

// testStore is SQLite in a temporary folder. It hides the change log of SQLite (see
// changeStore), can fail, and can alter the stories that it returns.
type testStore struct {
	story.Store
	sqlite  *sqlite.Store
	failing error              // returned by the methods below
	alter   func(*story.Story) // called with each story that Story and Stories return
	// urls are addresses that SQLite would refuse, by the id of the story. They replace the
	// stored ones.
	urls map[string]string
}

// newStore returns an empty store.
func newStore(t testing.TB) *testStore { return openCopy(t, emptyFile) }

// openCopy opens a copy of a store's file.
func openCopy(t testing.TB, file func() ([]byte, error)) *testStore {
	t.Helper()
	content, err := file()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "newsmap.db")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := openFile(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return &testStore{Store: s, sqlite: s, urls: map[string]string{}}
}

func openFile(path string) (*sqlite.Store, error) {
	return sqlite.Open(context.Background(), path, sqlite.Options{Clock: func() time.Time { return today }})
}

// emptyFile and sampleFile are the files of a store without stories and of one with
// the samples. They are made once, as making them is most of the time of a short test.
var (
	emptyFile  = sync.OnceValues(func() ([]byte, error) { return storeFile(nil) })
	sampleFile = sync.OnceValues(func() ([]byte, error) { return storeFile(located(samples)) })
)

func storeFile(stories []*story.Story) ([]byte, error) {
	folder, err := os.MkdirTemp("", "newsmap-handlers-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "newsmap.db")
	s, err := openFile(path)
	if err != nil {
		return nil, err
	}
	for _, st := range stories {
		if _, err := s.Put(context.Background(), st); err != nil {
			s.Close()
			return nil, err
		}
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

// put stores stories as they are.
func (s *testStore) put(t testing.TB, stories ...*story.Story) {
	t.Helper()
	for _, st := range stories {
		if _, err := s.sqlite.Put(context.Background(), st); err != nil {
			t.Fatal(err)
		}
	}
}

// remove deletes the stories with the given ids.
func (s *testStore) remove(t testing.TB, ids ...string) {
	t.Helper()
	for _, id := range ids {
		if err := s.sqlite.Delete(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
}

func (s *testStore) Put(ctx context.Context, st *story.Story) (story.Outcome, error) {
	if s.failing != nil {
		return "", s.failing
	}
	return s.Store.Put(ctx, st)
}

func (s *testStore) Story(ctx context.Context, id string) (*story.Story, error) {
	if s.failing != nil {
		return nil, s.failing
	}
	st, err := s.Store.Story(ctx, id)
	if err == nil {
		s.alterStory(st)
	}
	return st, err
}

func (s *testStore) alterStory(st *story.Story) {
	if url, ok := s.urls[st.ID]; ok {
		st.URL = url
	}
	if s.alter != nil {
		s.alter(st)
	}
}

func (s *testStore) Stories(ctx context.Context, q story.Query) (story.Page, error) {
	if s.failing != nil {
		return story.Page{}, s.failing
	}
	page, err := s.Store.Stories(ctx, q)
	for _, st := range page.Stories {
		s.alterStory(st)
	}
	return page, err
}

func (s *testStore) Features(ctx context.Context, q story.Query, yield func(*story.Feature) error) (string, error) {
	if s.failing != nil {
		return "", s.failing
	}
	return s.Store.Features(ctx, q, func(f *story.Feature) error {
		if url, ok := s.urls[f.StoryID]; ok {
			f.URL = url
		}
		return yield(f)
	})
}

func (s *testStore) Count(ctx context.Context, q story.Query) (story.Counts, error) {
	if s.failing != nil {
		return story.Counts{}, s.failing
	}
	return s.Store.Count(ctx, q)
}

func (s *testStore) Ready(ctx context.Context) error {
	if s.failing != nil {
		return s.failing
	}
	return s.Store.Ready(ctx)
}

// changeStore is a testStore with the change log of SQLite. It counts its calls.
type changeStore struct {
	*testStore
	mu            sync.Mutex
	forgotten     int64 // changes before the first one in the log of SQLite
	broken        error // returned by Revision and Changes
	revisionReads int   // calls of Revision
	changeReads   int   // calls of Changes
	featureReads  int   // calls of Features
}

func newChangeStore(t testing.TB) *changeStore { return &changeStore{testStore: newStore(t)} }

func (c *changeStore) Revision(ctx context.Context) (int64, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.revisionReads++
	if c.broken != nil {
		return 0, c.broken
	}
	n, err := c.sqlite.Revision(ctx)
	return n + c.forgotten, err
}

func (c *changeStore) Changes(ctx context.Context, after int64, limit int) ([]story.Change, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.changeReads++
	if c.broken != nil {
		return nil, c.broken
	}
	changes, err := c.sqlite.Changes(ctx, max(0, after-c.forgotten), limit)
	for i := range changes {
		changes[i].Revision += c.forgotten
	}
	return changes, err
}

func (c *changeStore) Features(ctx context.Context, q story.Query, yield func(*story.Feature) error) (string, error) {
	c.mu.Lock()
	c.featureReads++
	c.mu.Unlock()
	return c.testStore.Features(ctx, q, yield)
}

// fail makes Revision and Changes return err, or work again if it is nil.
func (c *changeStore) fail(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.broken = err
}

func (c *changeStore) calls() (revisionReads, changeReads int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.revisionReads, c.changeReads
}
