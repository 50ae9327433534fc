// Package static embeds what newsmap serves to browsers: pages, style sheets, scripts,
// messages, outlines of countries, and vendored libraries. The program needs no file
// next to it.
//
// README.md describes how the page is put together, and how to change or translate it.
// The package has no Go logic.
package static
