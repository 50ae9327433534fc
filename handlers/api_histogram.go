package handlers

import (
	"context"
	"time"

	"newsmap/geo/story"

	"github.com/gin-gonic/gin"
)

// The bins of a histogram, if the client does not say, and at most.
const (
	defaultBins = 100
	mostBins    = 1_000
)

type histogramBody struct {
	From        *time.Time `json:"from"` // null if no story has a time
	To          *time.Time `json:"to"`   // where the last bin ends
	StepSeconds int64      `json:"step_seconds"`
	Counts      []int      `json:"counts"`
	Undated     int        `json:"undated"`
}

// histogram counts the stories under the filters over time. With whole=1 those
// outside the filter of that time, datetime or received, count too.
func (s *server) histogram(c *gin.Context) {
	q, values, err := s.wholeQuery(c, "bins", "by", "whole")
	if err != nil {
		s.fail(c, err)
		return
	}
	bins, err := intParam(values, "bins", story.MinBins, mostBins, defaultBins)
	if err != nil {
		s.fail(c, err)
		return
	}
	by, err := enumParam(values, "by", "published", "fetched")
	if err != nil {
		s.fail(c, err)
		return
	}
	all, err := boolParam(values, "whole")
	if err != nil {
		s.fail(c, err)
		return
	}
	if all && by == "fetched" {
		q.Received = story.Interval{}
	} else if all {
		q.From, q.To = time.Time{}, time.Time{}
	}
	s.answerJSON(c, values, func(ctx context.Context) (any, error) {
		h, err := story.NewHistogram(ctx, s.aggregator, q, by == "fetched", bins)
		if err != nil {
			return nil, err
		}
		body := histogramBody{nullableTime(h.From), nullableTime(h.To), int64(h.Step / time.Second), h.Counts, h.Undated}
		if body.Counts == nil {
			body.Counts = []int{}
		}
		return body, nil
	})
}
