package static

import "embed"

// Assets holds what browsers load: css, js, img and vendor.
//
//go:embed css js img vendor
var Assets embed.FS

// Pages holds the html/template sources of the pages.
//
//go:embed *.html
var Pages embed.FS
