package handlers

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"newsmap/geo/feature"
	"newsmap/geo/story"

	"github.com/gin-gonic/gin"
)

// featuresPath returns the route of the features in a format.
func featuresPath(f feature.Format) string { return "/api/features" + f.Extension }

// menuFormats returns the formats that pages offer for download.
func menuFormats() []feature.Format {
	return slices.DeleteFunc(slices.Clone(feature.Formats), func(f feature.Format) bool { return !f.Menu })
}

// listFeatures streams the features that match the filters in one of the formats of package
// feature. Only one feature at a time is in memory. With evidence=0 it leaves out the
// sentences, which are most of an answer's size, for a map that loads them later.
func (s *server) listFeatures(format feature.Format) gin.HandlerFunc {
	return func(c *gin.Context) {
		q, values, err := s.query(c, "download", "evidence")
		if err != nil {
			s.fail(c, err)
			return
		}
		if _, err := enumParam(values, "evidence", "1", "0"); err != nil {
			s.fail(c, err)
			return
		}
		s.stream(c, values, format.MediaType, "newsmap", format.Extension, func() error {
			return s.streamFeatures(c, format, q, values)
		})
	}
}

// stream answers with what write writes. With download=1, the client saves it as a file that
// begins with name.
func (s *server) stream(c *gin.Context, values url.Values, mediaType, name, extension string, write func() error) {
	download, err := boolParam(values, "download")
	if err != nil {
		s.fail(c, err)
		return
	}
	tag, err := s.tag(c.Request.Context(), c.Request.URL.Path, values)
	if err != nil {
		s.fail(c, err)
		return
	}
	if unchanged(c, tag) {
		return
	}
	if download {
		c.Header("Content-Disposition", fmt.Sprintf("attachment; filename=\"%s-%s%s\"", name, s.Now().UTC().Format("20060102-150405"), extension))
	}
	c.Header("Content-Type", mediaType)
	if c.Request.Method == http.MethodHead {
		c.Status(http.StatusOK)
		return
	}
	if err := write(); err != nil {
		s.fail(c, err)
	}
}

func (s *server) streamFeatures(c *gin.Context, format feature.Format, q story.Query, values url.Values) error {
	writer := format.NewWriter(c.Writer, feature.Options{BaseURL: s.BaseURL, BBox: q.BBox})
	write := writer.Write
	if values.Get("evidence") == "0" {
		write = func(f *story.Feature) error {
			copied := *f
			copied.Location.Evidence = ""
			return writer.Write(&copied)
		}
	}
	next, err := s.Store.Features(c.Request.Context(), q, write)
	if err != nil {
		return err
	}
	if next != "" {
		values.Set("cursor", next)
		feature.Next(writer, s.BaseURL+c.Request.URL.Path+"?"+values.Encode())
	}
	return writer.Close()
}

// storyTableType is the media type of the CSV table of stories.
const storyTableType = "text/csv; charset=utf-8; header=present"

// listStoryTable streams the stories that match the filters as CSV, page by page.
func (s *server) listStoryTable(c *gin.Context) {
	q, values, err := s.query(c, "download")
	if err != nil {
		s.fail(c, err)
		return
	}
	s.stream(c, values, storyTableType, "newsmap-stories", ".csv", func() error {
		table := feature.NewStoryTable(c.Writer, feature.Options{BaseURL: s.BaseURL})
		if err := s.eachStory(c, q, table.Write); err != nil {
			return err
		}
		return table.Close()
	})
}

// eachStory calls f for each story that matches q, up to its limit if it has one. Only one
// page of stories is in memory at a time.
func (s *server) eachStory(c *gin.Context, q story.Query, f func(*story.Story) error) error {
	left := q.Limit
	for {
		q.Limit = maxStories
		if left > 0 {
			q.Limit = min(left, maxStories)
		}
		page, err := s.Store.Stories(c.Request.Context(), q)
		if err != nil {
			return err
		}
		for _, st := range page.Stories {
			if err := f(st); err != nil {
				return err
			}
		}
		if left > 0 {
			if left -= len(page.Stories); left <= 0 {
				return nil
			}
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			return nil
		}
	}
}
