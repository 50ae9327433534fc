package static

import "embed"

// Assets contains the files that browsers load: css, js, img, messages (the words of the pages, a
// file for each language), the data that data/refresh.sh makes, and vendor.
//
//go:embed css js img messages vendor data/*.json data/SHA256SUMS data/LICENSE
var Assets embed.FS

// Pages contains the html/template sources of the pages.
//
//go:embed *.html
var Pages embed.FS
