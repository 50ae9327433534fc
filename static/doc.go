// Package static embeds the pages, style sheets, scripts and vendored browser
// libraries that newsmap serves, so that the program needs no file beside it.
//
// Scripts are plain ES modules that browsers run as they stand; there is no
// build step. What lies under vendor is other people's work, unchanged, each
// with its licence; vendor/SHA256SUMS pins every file. Country outlines are
// Natural Earth's by way of world-atlas. The package holds no Go logic.
package static
