package handlers

import (
	"context"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

// readyTimeout is the time limit for the store in a readiness probe.
const readyTimeout = 2 * time.Second

// health answers the liveness probe: the process runs.
func (s *server) health(c *gin.Context) {
	s.json(c, http.StatusOK, map[string]string{"status": "ok", "version": s.Version})
}

// ready answers the readiness probe: the store can be read.
func (s *server) ready(c *gin.Context) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), readyTimeout)
	defer cancel()
	if err := s.Store.Ready(ctx); err != nil {
		s.Logger.WarnContext(ctx, "not ready", "error", err)
		s.fail(c, &requestError{status: http.StatusServiceUnavailable, detail: "The store does not answer. Try again later."})
		return
	}
	s.json(c, http.StatusOK, map[string]string{"status": "ready"})
}
