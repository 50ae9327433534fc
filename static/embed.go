package static

import "embed"

// Assets holds what browsers load: css, js, img, messages (the words of the
// pages, a file for each language) and vendor.
//
//go:embed css js img messages vendor
var Assets embed.FS

// Pages holds the html/template sources of the pages.
//
//go:embed *.html
var Pages embed.FS
