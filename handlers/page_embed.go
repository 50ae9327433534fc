package handlers

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

// embed answers with the map alone, for a frame on a page of another site. It is the only page
// that may be framed. It only has a view and filters, so that clickjacking is harmless.
func (s *server) embed(c *gin.Context) {
	c.Header("Content-Security-Policy", contentPolicy(s.tiles, "*"))
	c.Writer.Header().Del("X-Frame-Options")
	s.page(c, http.StatusOK, "embed.html", s.mapView())
}
