package handlers

import (
	"context"
	"time"

	"newsmap/geo/story"

	"github.com/gin-gonic/gin"
)

// The default number of bins of a histogram, and the maximum.
const (
	defaultBins = 100
	maxBins     = 1_000
)

type histogramBody struct {
	From        *time.Time `json:"from"` // null if no story has a time
	To          *time.Time `json:"to"`   // end of the last bin
	StepSeconds int64      `json:"step_seconds"`
	Counts      []int      `json:"counts"`
	Undated     int        `json:"undated"`
}

// histogram counts the stories that match the filters over time. With whole=1 it ignores the
// filter of that time (datetime or received).
func (s *server) histogram(c *gin.Context) {
	q, values, err := s.unpagedQuery(c, "bins", "by", "whole")
	if err != nil {
		s.fail(c, err)
		return
	}
	bins, err := intParam(values, "bins", story.MinBins, maxBins, defaultBins)
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
