package handlers

import (
	"context"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

// readyWithin is how long the store may take to answer a probe.
const readyWithin = 2 * time.Second

// health says that the process runs and answers.
func (s *server) health(c *gin.Context) {
	s.json(c, http.StatusOK, map[string]string{"status": "ok", "version": s.Version})
}

// ready says that the store answers too.
func (s *server) ready(c *gin.Context) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), readyWithin)
	defer cancel()
	if err := s.Store.Ready(ctx); err != nil {
		s.Logger.WarnContext(ctx, "not ready", "error", err)
		s.fail(c, &requestError{status: http.StatusServiceUnavailable, detail: "The store does not answer."})
		return
	}
	s.json(c, http.StatusOK, map[string]string{"status": "ready"})
}
