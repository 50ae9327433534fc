package handlers

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

// embed is the map without what stands around it, for a frame on a page of
// another site: the one answer that may be framed. It takes in nothing but a
// view and filters, so that there is nothing to trick a reader into.
func (s *server) embed(c *gin.Context) {
	c.Header("Content-Security-Policy", contentPolicy(s.tiles, "*"))
	c.Writer.Header().Del("X-Frame-Options")
	s.page(c, http.StatusOK, "embed.html", s.mapView())
}
